"""The rows are the outbox: whatever they owe and no queue holds is enqueued again."""

import asyncio
import logging

from asyncpg import PostgresError
from dramatiq import Actor
from piccolo.table import Table
from redis.exceptions import RedisError

from tasks.broker import broker
from tasks.lessons import write_lesson
from tasks.messages import reply_to_message
from tasks.questions import grade_answer, write_question
from tasks.queue import put
from tasks.shares import over_share
from tasks.syllabi import draft_syllabus
from tasks.untold import tell_again
from techtree import work
from techtree.assessments import Grading, Question
from techtree.connections import open_database, redis
from techtree.lessons import LessonVersion
from techtree.messages import Message
from techtree.syllabi import Syllabus
from techtree.telemetry import counts, workers

logger = logging.getLogger(__name__)

EVERY = 2.0
"""Seconds between sweeps."""

JOBS: dict[type[Table], Actor[..., None]] = {
    Message: reply_to_message,
    Syllabus: draft_syllabus,
    LessonVersion: write_lesson,
    Question: write_question,
    Grading: grade_answer,
}
"""Which actor fills which table's rows."""


async def sweep_for_ever() -> None:
    while True:
        try:
            await workers.tell(redis(), broker.broker_id)
            await counts.push(redis())
            await open_database()
            await sweep()
            await tell_again()
        except (PostgresError, OSError) as error:
            logger.warning("Sweeping waits for PostgreSQL: %s", error)
        except RedisError as error:
            logger.warning("Sweeping waits for Redis: %s", error)
        except Exception:
            # A sweeper that ends would leave later losses unnoticed.
            logger.exception("A sweep failed")
        await asyncio.sleep(EVERY)


async def sweep() -> None:
    """Enqueue a job for every owed row that has none waiting."""
    too_much = await over_share()
    for table, actor in JOBS.items():
        for owed in await work.owed(table):
            background = owed.background or owed.row in too_much
            if not await put(actor, owed.row, background=background):
                return
