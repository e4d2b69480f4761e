"""What a learner sees and keeps while something is broken."""

from uuid import uuid4

import pytest
from redis import ConnectionPool, asyncio
from redis.asyncio import Redis as RedisClient
from redis.exceptions import RedisError

from tasks.broker import broker
from techtree import progress
from techtree.accounts import Learner
from techtree.lessons import Lesson, LessonVersion
from techtree.messages import Message
from techtree.status import Status
from techtree.syllabi import Syllabus
from tests.controllers.conftest import PASSWORDS, Visitor


@pytest.fixture
async def no_redis(adas: Visitor, redis: "RedisClient", monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody answers at the address of Redis any more."""
    address = "unix:///nowhere/valkey.sock"
    monkeypatch.setattr(redis, "connection_pool", asyncio.ConnectionPool.from_url(address))
    monkeypatch.setattr(broker.client, "connection_pool", ConnectionPool.from_url(address))
    with pytest.raises(RedisError):
        await redis.ping()


async def test_without_redis_a_question_is_kept_and_says_so(
    no_redis: None, adas: Visitor, ada_lesson: Lesson
) -> None:
    path = f"/lessons/{ada_lesson.id}"
    answer = await adas.post(
        f"{path}/messages", htmx=True, message="Why does it hold?", key=str(uuid4())
    )
    assert answer.status_code == 202
    assert "Your question is kept" in answer.text
    assert [row.status for row in await Message.objects().order_by(Message.position)] == [
        Status.COMPLETE,
        Status.PENDING,
    ]
    assert "Why does it hold?" in (await adas.get(path)).text


async def test_without_redis_every_page_is_shown(
    no_redis: None, adas: Visitor, ada_lesson: Lesson
) -> None:
    pages = ("/", "/dashboard", f"/lessons/{ada_lesson.id}", f"/syllabi/{ada_lesson.syllabus.id}")
    assert [(await adas.get(page)).status_code for page in pages] == [200] * len(pages)
    version = await ada_lesson.version()
    assert version
    assert version.status == Status.PENDING


async def test_without_redis_what_is_asked_for_is_owed(
    no_redis: None, adas: Visitor, ada_lesson: Lesson
) -> None:
    answer = await adas.post("/syllabi", topic="linear algebra", level="advanced")
    assert answer.status_code == 303
    assert await Syllabus.count() == 2
    answer = await adas.post(f"/lessons/{ada_lesson.id}/content", htmx=True)
    assert answer.status_code == 202
    assert await LessonVersion.count() == 1


async def test_without_redis_everybody_can_sign_in_and_out(
    no_redis: None, adas: Visitor, ada: Learner
) -> None:
    assert (await adas.post("/sign-out")).status_code == 303
    assert (await adas.get("/dashboard")).status_code == 303
    email = ada.email or ""
    answer = await adas.post("/sign-in", email=email, password=PASSWORDS[email])
    assert answer.headers["location"] == "/dashboard"
    assert (await adas.get("/dashboard")).status_code == 200


async def test_without_redis_the_process_lives_and_is_not_ready(
    no_redis: None, adas: Visitor
) -> None:
    assert (await adas.get("/health/live")).status_code == 200
    ready = await adas.get("/health/ready")
    assert ready.status_code == 503
    assert "error" in ready.json()["redis"]
    assert "error" not in ready.json()["postgresql"]


async def test_an_error_of_ours_says_what_was_kept_and_nothing_of_its_cause(
    adas: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(_: Learner) -> None:
        raise RuntimeError("password=hunter2 at /home/tree")

    monkeypatch.setattr(progress, "overviews", broken)
    answer = await adas.get("/dashboard")
    assert answer.status_code == 500
    assert "What you had written before is kept" in answer.text
    assert "hunter2" not in answer.text
    assert "RuntimeError" not in answer.text


@pytest.mark.parametrize("path", ["/nowhere", "/lessons/none", "/static/none.css"])
async def test_a_page_that_is_not_there_leads_back(visitor: Visitor, path: str) -> None:
    answer = await visitor.get(path)
    assert answer.status_code == 404
    assert 'href="/dashboard"' in answer.text


async def test_more_than_a_form_ever_holds_is_not_read(adas: Visitor, ada_lesson: Lesson) -> None:
    answer = await adas.post(f"/lessons/{ada_lesson.id}/messages", message="x" * 300_000)
    assert answer.status_code == 413
    assert "Too much at once" in answer.text
    assert await Message.count() == 0
