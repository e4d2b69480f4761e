"""Real servers for every test: PostgreSQL and Valkey, started once, emptied between tests."""

import os
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from redis.asyncio import Redis as RedisClient

if TYPE_CHECKING:
    from techtree.accounts import Learner
    from techtree.lessons import Lesson
    from techtree.syllabi import Syllabus
    from techtree.tutor.author import SyllabusDraft

ROOT = Path(__file__).parent.parent

os.environ["TECHTREE_ENV"] = "test"
os.environ.setdefault("TECHTREE_SECRET", "a secret for tests, and only for those")
os.environ["PICCOLO_CONF"] = "techtree.piccolo_conf"
os.environ["TECHTREE_MODEL"] = "library"


def pytest_configure(config: pytest.Config) -> None:
    # Before anything is imported that asks for the settings: they are read once.
    folder = tempfile.TemporaryDirectory(prefix="techtree-tests-")
    config.add_cleanup(folder.cleanup)
    os.environ["TECHTREE_STATE"] = folder.name
    os.environ.pop("TECHTREE_DATABASE_URL", None)
    os.environ.pop("TECHTREE_REDIS_URL", None)


@pytest.fixture(scope="session")
def servers() -> Iterator[None]:
    """PostgreSQL with all migrations, and Valkey, in a folder of this test run."""
    from techtree.embedded import servers  # noqa: PLC0415

    with servers(Path(os.environ["TECHTREE_STATE"]), keep=False):
        subprocess.run(
            [sys.executable, "-m", "piccolo.main", "migrations", "forwards", "all"],
            cwd=ROOT,
            check=True,
            capture_output=True,
        )
        yield


@pytest.fixture(scope="session")
async def pool(servers: None) -> AsyncIterator[None]:
    from piccolo.apps.user.tables import BaseUser  # noqa: PLC0415

    from techtree.connections import close_database, open_database  # noqa: PLC0415

    # Slow hashing protects passwords that somebody has; here it would be most of the work.
    BaseUser._pbkdf2_iteration_count = 1_000
    await open_database()
    yield
    await close_database()


@pytest.fixture
async def database(pool: None) -> None:
    """An empty database."""
    from techtree.accounts import Learner  # noqa: PLC0415

    await Learner.raw("TRUNCATE piccolo_user, learner, syllabus, call CASCADE")


@pytest.fixture
async def redis(servers: None) -> "RedisClient":
    """An empty Redis."""
    from techtree.connections import redis  # noqa: PLC0415

    await redis().flushall()
    return redis()


@pytest.fixture
async def ada(database: None) -> "Learner":
    """Ada learns."""
    from techtree.accounts import Learner  # noqa: PLC0415

    return await Learner.sign_up("ada@example.org", "a good long password")


@pytest.fixture
async def eve(database: None) -> "Learner":
    """Eve must see nothing of Ada's."""
    from techtree.accounts import Learner  # noqa: PLC0415

    return await Learner.sign_up("eve@example.org", "another long password")


@pytest.fixture
async def ada_syllabus(ada: "Learner") -> "Syllabus":
    """A drafted syllabus of Ada's with two modules of two lessons."""
    return await drafted(ada)


async def drafted(learner: "Learner", topic: str = "Knots") -> "Syllabus":
    from techtree import work  # noqa: PLC0415
    from techtree.drafts import store  # noqa: PLC0415
    from techtree.status import Level  # noqa: PLC0415
    from techtree.syllabi import Syllabus  # noqa: PLC0415

    syllabus = await Syllabus.ask_for(learner, topic, Level.EARLY_LEARNER)
    attempt = await work.begin(Syllabus, syllabus.id)
    assert attempt
    await store(syllabus.id, attempt, knots())
    found = await Syllabus.objects().get(Syllabus.id == syllabus.id)
    assert found
    return found


def knots() -> "SyllabusDraft":
    from techtree.tutor.author import (  # noqa: PLC0415
        ConceptDraft,
        LessonDraft,
        ModuleDraft,
        SyllabusDraft,
    )

    return SyllabusDraft(
        "Knots, tied and untied",
        "From rope to theory.",
        (
            ModuleDraft(
                "Rope",
                "What a knot is made of.",
                (
                    LessonDraft("Friction", "Why a knot holds.", ("friction",)),
                    LessonDraft("Bends", "Joining two ropes.", ("bend",), ("friction",)),
                ),
            ),
            ModuleDraft(
                "Theory",
                "What a knot is.",
                (
                    LessonDraft("Crossings", "Counting them.", ("crossing",)),
                    LessonDraft("Invariants", "What stays.", ("invariant",), ("crossing",)),
                ),
            ),
        ),
        (
            ConceptDraft("friction", "Friction"),
            ConceptDraft("bend", "Bend", ("friction",)),
            ConceptDraft("crossing", "Crossing number"),
            ConceptDraft("invariant", "Invariant", ("crossing",)),
        ),
        final=True,
    )


@pytest.fixture
async def ada_lesson(ada_syllabus: "Syllabus", ada: "Learner") -> "Lesson":
    """The first lesson of Ada's syllabus, with its syllabus and module."""
    return await lesson_number(ada_syllabus, ada, 1)


@pytest.fixture
async def another_lesson(ada_syllabus: "Syllabus", ada: "Learner") -> "Lesson":
    return await lesson_number(ada_syllabus, ada, 2)


async def lesson_number(syllabus: "Syllabus", learner: "Learner", number: int) -> "Lesson":
    from techtree.lessons import Lesson  # noqa: PLC0415

    lessons = [each for module in await syllabus.outline() for each in module.lessons]
    identity = lessons[number - 1].id
    found = identity and await Lesson.for_learner(identity, learner)
    assert found
    return found
