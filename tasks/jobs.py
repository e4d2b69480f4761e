"""Every kind of long work in one place: its rows, their states, and asking for or ending one."""

from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from dramatiq import Actor
from piccolo.table import Table

from tasks.broker import broker
from tasks.queue import enqueue
from tasks.sweeper import JOBS
from techtree import work
from techtree.assessments import Grading, Question
from techtree.lessons import LessonVersion
from techtree.live import learning, updates
from techtree.messages import Message
from techtree.syllabi import Syllabus

QUEUES = ("default", "background")

SHOW: dict[type[Table], Callable[[UUID], Awaitable[None]]] = {
    Syllabus: updates.show_syllabus,
    LessonVersion: updates.show_lesson,
    Message: updates.show_message,
    Question: learning.show_question,
    Grading: learning.show_grading,
}


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of long work as its row tells it."""

    id: str
    kind: str
    status: str
    attempt: int
    failure: str
    subject: str
    """What it fills, in words."""

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


_SUBJECT: dict[type[Table], str] = {
    Syllabus: "SELECT w.*, w.topic AS subject FROM syllabus w",
    LessonVersion: "SELECT w.*, l.title AS subject FROM lesson_version w"
    " JOIN lesson l ON l.id = w.lesson",
    Message: "SELECT w.*, left(q.content, 60) AS subject FROM message w"
    " JOIN message q ON q.id = w.answers",
    Question: "SELECT w.*, coalesce(l.title, p.topic, '') AS subject FROM question w"
    " LEFT JOIN study s ON s.id = w.study LEFT JOIN lesson l ON l.id = s.lesson"
    " LEFT JOIN placement p ON p.id = w.placement",
    Grading: "SELECT w.*, left(a.content, 60) AS subject FROM grading w"
    " JOIN answer a ON a.id = w.answer",
}


async def find(job: UUID) -> tuple[type[Table], Job] | None:
    """The job with this id, whatever its kind."""
    for table in JOBS:
        found = await _select(table, "w.id = {}", job)
        if found:
            return table, found[0]
    return None


async def failed() -> list[Job]:
    """What failed and waits for somebody to retry it, the newest first."""
    jobs: list[Job] = []
    for table in JOBS:
        jobs += await _select(table, "w.status = 'failed'")
    return jobs


async def counts() -> dict[str, dict[str, int]]:
    """For each kind the number of rows by status."""
    answer = {}
    for table, actor in JOBS.items():
        rows = await table.raw(
            f"SELECT status, count(*) AS rows FROM {table._meta.tablename}"  # noqa: S608
            " GROUP BY status ORDER BY status"
        )
        answer[actor.actor_name] = {row["status"]: row["rows"] for row in rows}
    return answer


def waiting() -> dict[str, int]:
    """The number of messages in each queue. Raises RedisError."""
    return {queue: int(broker.client.llen(f"techtree:{queue}")) for queue in QUEUES}


async def retry(table: type[Table], job: UUID) -> bool:
    """Owe a failed or stopped job again. False when it is not one."""
    if not await work.ask_again(table, job):
        return False
    await enqueue(actor_of(table), job)
    await updates.announce(SHOW[table](job))
    return True


async def cancel(table: type[Table], job: UUID) -> bool:
    """End an open job; what it wrote is kept. False when it was not open."""
    if not await work.stop(table, job):
        return False
    await updates.announce(SHOW[table](job))
    return True


def actor_of(table: type[Table]) -> Actor[..., Any]:
    return JOBS[table]


async def _select(table: type[Table], where: str, *values: object) -> list[Job]:
    rows = await table.raw(
        f"{_SUBJECT[table]} WHERE {where} ORDER BY w.created_at DESC LIMIT 1000", *values
    )
    return [
        Job(
            str(row["id"]),
            actor_of(table).actor_name,
            row["status"],
            row["attempt"],
            row["failure"],
            row["subject"],
        )
        for row in rows
    ]
