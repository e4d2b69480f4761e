"""What TechTree's side of a benchmark stands on: its servers, its rows, its web processes."""

import os
import subprocess
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast
from uuid import UUID

import psutil
from litestar.middleware.session.client_side import ClientSideSessionBackend, CookieBackendConfig

from techtree.accounts import Learner
from techtree.connections import close_database, open_database, redis
from techtree.embedded import servers
from techtree.lessons import Lesson
from techtree.live import updates
from techtree.live.channels import of_lesson, of_study, of_syllabus
from techtree.messages import Study
from techtree.running.programs import programs
from techtree.settings import get_settings, session_secret
from techtree.status import Level, Status
from techtree.syllabi import Module, Syllabus
from tests.benchmarks.programs import ROOT, Program, free_port, listening, python, running


@asynccontextmanager
async def staged() -> AsyncIterator[psutil.Process]:
    """Empty servers with all tables, for as long as the block lasts. Gives the one of Redis."""
    with servers(Path(os.environ["TECHTREE_STATE"]), keep=False):
        subprocess.run(
            python("piccolo.main", "migrations", "forwards", "all"),
            cwd=ROOT,
            check=True,
            capture_output=True,
        )
        await open_database()
        try:
            yield psutil.Process((await redis().info("server"))["process_id"])
        finally:
            await close_database()
            await redis().aclose()


@dataclass(frozen=True)
class Seat:
    """One learner in one lesson of the catalogue, and the address and cookie of their page."""

    lesson: UUID
    path: str
    cookie: str


async def catalogue(lessons: int, *, separate: bool = False) -> list[Lesson]:
    """Lessons that everybody may read: of one syllabus, or each of its own."""
    made: list[Lesson] = []
    for number in range(lessons if separate else 1):
        syllabus = await Syllabus.objects().create(
            topic=f"Vectors {number}",
            level=Level.BEGINNER.value,
            in_catalogue=True,
            title=f"Vectors {number}",
            status=Status.COMPLETE,
        )
        module = await Module.objects().create(syllabus=syllabus.id, position=1, title="Arrows")
        rows = [
            Lesson(syllabus=syllabus.id, module=module.id, position=position, title="Arrows")
            for position in range(1, 2 if separate else lessons + 1)
        ]
        await Lesson.insert(*rows)
        made += rows
    return made


async def seats(lessons: Sequence[Lesson], count: int) -> list[Seat]:
    """That many learners, spread evenly over the lessons, each with a page that was just loaded."""
    learners = await Learner.raw(
        "WITH made AS (INSERT INTO learner (id, created_at)"
        " SELECT gen_random_uuid(), now() FROM generate_series(1, {}) RETURNING id)"
        " INSERT INTO session (id, learner, browser, begun_at, seen_at)"
        " SELECT gen_random_uuid(), id, '', now(), now() FROM made"
        " RETURNING learner AS id, id AS session",
        count,
    )
    sessions = {each["id"]: each["session"] for each in learners}
    backend = _sessions()
    made = []
    for number, lesson in enumerate(lessons):
        channels = [of_lesson(lesson.id), of_syllabus(cast(UUID, lesson.syllabus))]
        for row in await _studies(
            lesson, [each["id"] for each in learners[number :: len(lessons)]]
        ):
            cursor = await updates.log().cursor([channels[0], of_study(row["id"]), channels[1]])
            (cookie,) = backend.dump_data({"session": str(sessions[row["learner"]])})
            path = f"/lessons/{lesson.id}/events?after={cursor}"
            made.append(Seat(lesson.id, path, f"techtree={cookie.decode()}"))
    return made


@asynccontextmanager
async def web_processes(count: int = 1) -> AsyncIterator[list[tuple[Program, int]]]:
    """Web processes as `make run` starts them, each on a port of its own."""
    async with AsyncExitStack() as stack:
        started = []
        for number in range(count):
            port = free_port()
            settings = get_settings().model_copy(update={"port": port})
            (web,) = (each for each in programs(settings) if each.name == "web")
            program = stack.enter_context(running(web.command, log=f"web-{number}", talks=False))
            listening(program, port)
            started.append((program, port))
        yield started


async def _studies(lesson: Lesson, learners: list[UUID]) -> list[dict[str, UUID]]:
    rows: list[dict[str, UUID]] = await Study.raw(
        "INSERT INTO study (id, learner, lesson, opened_at)"
        " SELECT gen_random_uuid(), unnest({}::uuid[]), {}, now() RETURNING id, learner",
        learners,
        lesson.id,
    )
    return rows


def _sessions() -> ClientSideSessionBackend:
    secret = session_secret(get_settings())
    return ClientSideSessionBackend(CookieBackendConfig(secret=secret, key="techtree"))
