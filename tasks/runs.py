"""One run of a job: takes the row, gives signs of life, and always leaves a final status."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from asyncpg import PostgresError
from dramatiq import Actor
from piccolo.table import Table
from redis.exceptions import RedisError

from techtree import work
from techtree.connections import open_database
from techtree.languages import gettext as _, marked
from techtree.status import Status
from techtree.telemetry import counts, traces
from techtree.telemetry.logs import fields
from techtree.tutor.author import TutorError
from techtree.work import SupersededError

from . import queue
from .untold import Show, tell

logger = logging.getLogger(__name__)

PULSE = 1.0
"""Seconds between signs of life, each of which also keeps what is written so far."""
TIME_LIMIT = 330.0
"""Seconds that one run may take; the tutor's own limit is 300."""
BACKOFF = (2.0, 10.0)
"""Seconds before the second and the third try."""

OUR_FAULT = marked(
    "Something went wrong on our side. What was written so far is kept. Try again; if it happens"
    " again, tell whoever runs this site."
)
TOOK_TOO_LONG = marked(
    "Writing took too long and was ended. What was written so far is kept. Try again."
)


class Outcome(StrEnum):
    """How a run of a job ended."""

    COMPLETE = "complete"
    SUPERSEDED = "superseded"
    """Stopped by its learner, or taken over by a newer attempt."""
    HANDED_BACK = "handed_back"
    """Its worker left; another one goes on with it."""
    POSTPONED = "postponed"
    """It failed, and is tried again."""
    FAILED = "failed"


class Checkpoint(NamedTuple):
    """What is written so far."""

    values: dict[str, Any]
    """For the row."""
    stored: Callable[[], None]
    """To be called when the row holds them."""


def _nothing() -> Checkpoint:
    return Checkpoint({}, lambda: None)


@dataclass
class Attempt:
    """This run's hold on its row."""

    table: type[Table]
    row: UUID
    number: int
    progress: Callable[[], Checkpoint] = _nothing
    """What to keep at each sign of life."""

    unwanted: bool = False
    """True when the row was found stopped, or taken over by another attempt."""
    finished: bool = False
    """True once the final status is being stored: no more signs of life are needed, and one that is
    refused says nothing."""

    async def save(self, **values: Any) -> None:
        """Raises SupersededError when the row is no longer this attempt's."""
        await work.save(self.table, self.row, self.number, **values)

    async def complete(self) -> None:
        """Store what was written as complete. Raises SupersededError as `save` does."""
        self.finished = True
        await self.checkpoint(status=Status.COMPLETE.value)

    async def checkpoint(self, **values: Any) -> None:
        written = self.progress()
        await self.save(**written.values, **values)
        written.stored()


Body = Callable[[Attempt], Awaitable[None]]


async def run(
    actor: Actor[..., Any], table: type[Table], row: UUID, body: Body, show: Show
) -> None:
    """Run `body` as the row's next attempt. A second delivery of the same job writes nothing."""
    await open_database()
    number = await work.begin(table, row)
    await asyncio.to_thread(queue.started, actor, row)
    if number is None:
        await _show_again(table, row, show)
        return
    attempt = Attempt(table, row, number)
    began = time.monotonic()
    outcome = Outcome.HANDED_BACK
    with traces.span("job") as say:
        try:
            outcome = await _end_of(attempt, body, show)
        finally:
            _note(actor, attempt, outcome, time.monotonic() - began)
            say(actor=actor.actor_name, row=row, attempt=number, outcome=outcome.value)


async def _end_of(attempt: Attempt, body: Body, show: Show) -> Outcome:
    """Raises CancelledError when this worker is leaving; the row is handed back then."""
    table, row, number = attempt.table, attempt.row, attempt.number
    job = asyncio.ensure_future(_limited(body, attempt))
    pulse = asyncio.create_task(_pulse(attempt, job))
    try:
        await job
    except SupersededError:
        return Outcome.SUPERSEDED
    except asyncio.CancelledError:
        job.cancel()
        if attempt.unwanted:
            return Outcome.SUPERSEDED
        await _keep(attempt)
        await work.hand_back(table, row, number)
        raise
    except TutorError as error:
        logger.warning("%s %s: %s %s", table.__name__, row, error, error.detail)
        outcome = await _give_up(attempt, str(error), retry=error.retry)
        await tell(row, show)
        return outcome
    except RedisError as error:
        # The work is done and stored; only its page doesn't know.
        logger.warning("%s %s: %s", table.__name__, row, error)
        await tell(row, show)
    except TimeoutError:
        outcome = await _give_up(attempt, _(TOOK_TOO_LONG), retry=False)
        await tell(row, show)
        return outcome
    except Exception:
        logger.exception("%s %s: attempt %d failed", table.__name__, row, number)
        outcome = await _give_up(attempt, _(OUR_FAULT), retry=True)
        await tell(row, show)
        return outcome
    finally:
        pulse.cancel()
    return Outcome.COMPLETE


def _note(actor: Actor[..., Any], attempt: Attempt, outcome: Outcome, seconds: float) -> None:
    counts.add(counts.JOBS, actor.actor_name, outcome.value)
    counts.observe(counts.JOB_SECONDS, seconds, actor.actor_name)
    logger.info(
        "job",
        extra=fields(
            actor=actor.actor_name,
            row=attempt.row,
            attempt=attempt.number,
            outcome=outcome.value,
            ms=round(seconds * 1000),
        ),
    )


async def _show_again(table: type[Table], row: UUID, show: Show) -> None:
    """Tell the last word that a worker stored but may have been stopped before it told it."""
    rows = await table.raw(
        f"SELECT status FROM {table._meta.tablename} WHERE id = {{}}",  # noqa: S608
        row,
    )
    if rows and not Status(rows[0]["status"]).is_open:
        await tell(row, show)


async def _limited(body: Body, attempt: Attempt) -> None:
    async with asyncio.timeout(TIME_LIMIT):
        await body(attempt)


async def _pulse(attempt: Attempt, job: "asyncio.Future[None]") -> None:
    while not attempt.finished:
        await asyncio.sleep(PULSE)
        try:
            await attempt.checkpoint()
        except SupersededError:
            if not attempt.finished:
                attempt.unwanted = True
                job.cancel()
            return
        except (PostgresError, OSError) as error:
            logger.warning("%s: no sign of life could be stored: %s", attempt.row, error)


async def _keep(attempt: Attempt) -> None:
    with contextlib.suppress(SupersededError):
        await attempt.checkpoint()


async def _give_up(attempt: Attempt, reason: str, *, retry: bool) -> Outcome:
    """Owe the row again later, or when its tries are used up say why it failed."""
    await _keep(attempt)
    tries = await attempt.table.raw(
        f"SELECT tries FROM {attempt.table._meta.tablename} WHERE id = {{}}",  # noqa: S608
        attempt.row,
    )
    if not tries:
        return Outcome.SUPERSEDED
    seconds = BACKOFF[min(tries[0]["tries"], len(BACKOFF) - 1)]
    if retry and await work.postpone(attempt.table, attempt.row, attempt.number, seconds):
        return Outcome.POSTPONED
    try:
        await work.fail(attempt.table, attempt.row, attempt.number, reason)
    except SupersededError:
        return Outcome.SUPERSEDED
    return Outcome.FAILED
