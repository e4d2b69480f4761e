"""Long work as a row: who may write it, who writes it now, and what is still owed.

The row is the outbox. A job is owed while its row is `pending`, or `writing` without a sign of
life. Each run takes the next attempt number; whatever an older attempt writes is refused.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from piccolo.columns import Boolean, Integer, Text, Timestamptz, Varchar
from piccolo.table import Table

from techtree.status import Status

STALE_AFTER = 10
"""Seconds without a sign of life after which a writing row counts as abandoned. A live job gives
one a second, and the queue hands a dead worker's jobs on after 15."""

MAX_TRIES = 3

FENCE_STEP = 10_000
"""More attempts than one row ever sees, so that versions and attempts make one rising number."""


class Work:
    """The columns of a row that a job fills."""

    status = Varchar(length=10, default=Status.PENDING, choices=Status)
    attempt = Integer(default=0)
    tries = Integer(default=0)
    """Failures since the learner last asked for it."""
    failure = Text(default="")
    """Why it failed, in the learner's words."""
    alive_at = Timestamptz(null=True, default=None)
    """The last sign of life of the job that writes it."""
    due_at = Timestamptz(null=True, default=None)
    """A pending row is left alone until then; None means now."""
    background = Boolean(default=False)
    """True when it is prepared ahead and no learner waits for it."""


class SupersededError(Exception):
    """Another attempt has this row, or nobody wants it any more. Stop without a word."""


async def begin(table: type[Table], row: UUID) -> int | None:
    """Take the row and return the attempt number, or None when there is nothing to do.

    A second delivery of the same job finds the row alive or done, and is harmless.
    """
    rows = await table.raw(
        f"UPDATE {table._meta.tablename} SET status = 'writing', attempt = attempt + 1,"  # noqa: S608
        " alive_at = now(), failure = '' WHERE id = {} AND (status = 'pending' OR"
        " (status = 'writing' AND alive_at < now() - make_interval(secs => {}))) RETURNING attempt",
        row,
        STALE_AFTER,
    )
    return rows[0]["attempt"] if rows else None


async def save(table: type[Table], row: UUID, attempt: int, **values: Any) -> None:
    """Write `values` as this attempt, which is also its sign of life.

    Raises SupersededError when the attempt is no longer the row's, or was stopped.
    """
    names = "".join(f"{name} = {{}}, " for name in values)
    rows = await table.raw(
        f"UPDATE {table._meta.tablename} SET {names}alive_at = now()"  # noqa: S608
        " WHERE id = {} AND attempt = {} AND status = 'writing' RETURNING id",
        *values.values(),
        row,
        attempt,
    )
    if not rows:
        raise SupersededError


async def fail(table: type[Table], row: UUID, attempt: int, reason: str) -> None:
    await save(table, row, attempt, status=Status.FAILED.value, failure=reason)


async def postpone(table: type[Table], row: UUID, attempt: int, seconds: float) -> bool:
    """Give the row back, to be tried again in `seconds`. False when its tries are used up."""
    rows = await table.raw(
        f"UPDATE {table._meta.tablename} SET status = 'pending', tries = tries + 1,"  # noqa: S608
        " due_at = now() + make_interval(secs => {})"
        " WHERE id = {} AND attempt = {} AND status = 'writing' AND tries < {} RETURNING id",
        seconds,
        row,
        attempt,
        MAX_TRIES - 1,
    )
    return bool(rows)


async def hand_back(table: type[Table], row: UUID, attempt: int) -> None:
    """Give the row back at once: this worker is leaving, and the failure isn't the job's."""
    await table.raw(
        f"UPDATE {table._meta.tablename} SET status = 'pending', due_at = NULL"  # noqa: S608
        " WHERE id = {} AND attempt = {} AND status = 'writing'",
        row,
        attempt,
    )


async def stop(table: type[Table], row: UUID) -> bool:
    """The learner wants no more of it. What is written stays. False when there was nothing open.

    The next attempt number is taken, so that whatever the writer still sends is refused.
    """
    rows = await table.raw(
        f"UPDATE {table._meta.tablename} SET status = 'stopped', attempt = attempt + 1"  # noqa: S608
        " WHERE id = {} AND status IN ('pending', 'writing') RETURNING id",
        row,
    )
    return bool(rows)


async def ask_again(table: type[Table], row: UUID) -> bool:
    """Owe a failed or stopped row again, with fresh tries."""
    rows = await table.raw(
        f"UPDATE {table._meta.tablename} SET status = 'pending', tries = 0, failure = '',"  # noqa: S608
        " due_at = NULL WHERE id = {} AND status IN ('failed', 'stopped') RETURNING id",
        row,
    )
    return bool(rows)


@dataclass(frozen=True, slots=True)
class Owed:
    row: UUID
    background: bool


async def owed(table: type[Table], limit: int = 500) -> list[Owed]:
    """The rows that need a job now: learners who wait first, then those who have waited longest."""
    rows = await table.raw(
        f"SELECT id, background FROM {table._meta.tablename} WHERE"  # noqa: S608
        " (status = 'pending' AND (due_at IS NULL OR due_at <= now())) OR"
        " (status = 'writing' AND alive_at < now() - make_interval(secs => {}))"
        " ORDER BY background, alive_at NULLS FIRST LIMIT {}",
        STALE_AFTER,
        limit,
    )
    return [Owed(row["id"], row["background"]) for row in rows]
