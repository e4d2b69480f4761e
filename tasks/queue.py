"""From a row that is owed to a job in the queue, once."""

import asyncio
import logging
from typing import Any
from uuid import UUID

from dramatiq import Actor
from dramatiq.errors import ConnectionFailed
from redis.exceptions import RedisError

from tasks.broker import BACKGROUND, broker
from tasks.shares import is_over_share
from tasks.tracing import options

logger = logging.getLogger(__name__)

MARKER_SECONDS = 60
"""After this long a job that has not started counts as lost, and may be enqueued again."""

broker.declare_queue(BACKGROUND)


async def enqueue(actor: Actor[..., Any], row: UUID, *, background: bool = False) -> bool:
    """Enqueue the job for `row`, unless it waits in the queue already.

    False when Redis is away: the row is the outbox, so the sweeper enqueues it later.
    """
    return await put(actor, row, background=background or await is_over_share(row))


async def put(actor: Actor[..., Any], row: UUID, *, background: bool) -> bool:
    """As `enqueue`, into the queue that is named, whoever else has work in it."""
    return await asyncio.to_thread(_enqueue, actor, row, background)


def started(actor: Actor[..., Any], row: UUID) -> None:
    """The job runs now, so from here on the row itself says that it does."""
    try:
        broker.client.delete(_marker(actor, row, False), _marker(actor, row, True))
    except RedisError as error:
        logger.info("The marker of %s stays until it expires: %s", row, error)


def _enqueue(actor: Actor[..., Any], row: UUID, background: bool) -> bool:
    marker = _marker(actor, row, background)
    try:
        if not broker.client.set(marker, 1, nx=True, ex=MARKER_SECONDS):
            return True
        message = actor.message_with_options(args=(str(row),), **options())
        broker.enqueue(message.copy(queue_name=BACKGROUND) if background else message)
    except (ConnectionFailed, RedisError) as error:
        logger.warning("%s of %s waits for Redis: %s", actor.actor_name, row, error)
        return False
    return True


def _marker(actor: Actor[..., Any], row: UUID, background: bool) -> str:
    return f"techtree:queued:{actor.actor_name}:{row}:{'ahead' if background else 'now'}"
