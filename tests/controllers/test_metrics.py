"""The figures that a web process tells a monitor."""

import time
from uuid import uuid4

import pytest
from pydantic import SecretStr
from redis import ConnectionPool, asyncio
from redis.asyncio import Redis as RedisClient

from tasks import messages, queue
from tasks.broker import broker
from techtree import dependencies, metrics
from techtree.lessons import Lesson
from techtree.settings import Environment, get_settings
from tests.controllers.conftest import Visitor
from tests.telemetry.figures import Figures

TOKEN = "a token for monitors"


@pytest.fixture(autouse=True)
def always_fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test sees what is so now, not what was so some seconds ago."""
    monkeypatch.setattr(metrics, "FRESH", 0.0)


async def figures(visitor: Visitor) -> Figures:
    answer = await visitor.get("/metrics")
    assert answer.status_code == 200, answer.text
    return Figures(answer.text)


async def test_requests_are_counted_by_route_and_status(
    adas: Visitor, ada_lesson: Lesson, another_lesson: Lesson
) -> None:
    for path in (f"/lessons/{ada_lesson.id}", f"/lessons/{another_lesson.id}"):
        await adas.get(path)
    await adas.get(f"/lessons/{uuid4()}")
    found = await figures(adas)
    routes = {each["route"] for each in found.series("techtree_requests_total")}
    (route,) = {each for each in routes if each.startswith("/lessons/")}
    assert found.of("techtree_requests_total", method="GET", route=route, status="200") == 2
    assert found.of("techtree_requests_total", method="GET", route=route, status="404") == 1
    assert found.of("techtree_request_seconds_count", route=route) == 3
    assert found.of("techtree_request_seconds_bucket", route=route, le="+Inf") == 3


async def test_a_thousand_unknown_addresses_add_one_series(visitor: Visitor) -> None:
    before = len((await figures(visitor)).series("techtree_requests_total"))
    for number in range(1000):
        await visitor.get(f"/wp-admin/{number}")
    found = await figures(visitor)
    # One more is for /metrics itself, which had not been counted when it first answered.
    assert len(found.series("techtree_requests_total")) == before + 2
    assert found.of("techtree_requests_total", route="(none)", status="404") == 1000


async def test_made_up_methods_add_no_series_of_their_own(visitor: Visitor) -> None:
    for number in range(20):
        await visitor.client.request(f"MADEUP{number}", "/sign-in")
        await visitor.client.request(f"MADEUP{number}", "/nowhere")
    methods = {
        each["method"] for each in (await figures(visitor)).series("techtree_requests_total")
    }
    assert methods <= {"GET", "HEAD", "OPTIONS", "POST", "DELETE", "-"}


async def test_no_label_carries_an_id_or_what_somebody_typed(
    adas: Visitor, ada_lesson: Lesson
) -> None:
    await adas.get(f"/lessons/{ada_lesson.id}?note=my-secret-note")
    await adas.get("/reset-password/MS4yLjM-made-up")
    text = (await adas.get("/metrics")).text
    for typed in (str(ada_lesson.id), "my-secret-note", "made-up", "ada@example.org"):
        assert typed not in text


async def test_the_queue_tells_how_long_and_how_old_it_is(
    visitor: Visitor, redis: "RedisClient", monkeypatch: pytest.MonkeyPatch
) -> None:
    empty = await figures(visitor)
    assert empty.of("techtree_site_queue_jobs") == 0
    assert empty.of("techtree_site_queue_oldest_seconds") == 0
    await queue.put(messages.reply_to_message, uuid4(), background=False)
    await queue.put(messages.reply_to_message, uuid4(), background=False)
    await queue.put(messages.reply_to_message, uuid4(), background=True)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 90)
    found = await figures(visitor)
    assert found.of("techtree_site_queue_jobs", queue="default") == 2
    assert found.of("techtree_site_queue_jobs", queue="background") == 1
    assert 85 < found.of("techtree_site_queue_oldest_seconds", queue="default") < 95
    assert found.of("techtree_site_workers") == 0


async def test_owed_rows_are_counted_whatever_the_queue_holds(
    adas: Visitor, ada_lesson: Lesson
) -> None:
    await ada_lesson.ensure_version()
    found = await figures(adas)
    assert found.of("techtree_site_open_rows", actor="write_lesson", status="pending") == 1
    assert found.of("techtree_site_open_rows", actor="write_lesson", status="writing") == 0


async def test_without_redis_the_figures_say_so(
    visitor: Visitor, redis: "RedisClient", monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (await figures(visitor)).of("techtree_dependency_up", dependency="redis") == 1
    address = "unix:///nowhere/valkey.sock"
    monkeypatch.setattr(redis, "connection_pool", asyncio.ConnectionPool.from_url(address))
    monkeypatch.setattr(broker.client, "connection_pool", ConnectionPool.from_url(address))
    found = await figures(visitor)
    assert found.of("techtree_dependency_up", dependency="redis") == 0
    assert found.has("techtree_dependency_up", dependency="redis")
    assert found.of("techtree_dependency_up", dependency="postgresql") == 1
    assert not found.has("techtree_dependency_seconds", dependency="redis")
    assert found.has("techtree_requests_total")


async def test_without_postgresql_the_figures_say_so(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refused() -> None:
        raise ConnectionRefusedError("nobody listens at 10.0.0.7")

    monkeypatch.setattr(dependencies, "_ask_postgresql", refused)
    found = await figures(visitor)
    assert found.of("techtree_dependency_up", dependency="postgresql") == 0
    assert found.of("techtree_dependency_up", dependency="redis") == 1
    assert found.has("techtree_site_queue_jobs")
    assert not found.has("techtree_site_open_rows")


async def test_many_monitors_cost_the_site_one_look(
    visitor: Visitor, redis: "RedisClient", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metrics, "FRESH", 60.0)
    await figures(visitor)
    await queue.put(messages.reply_to_message, uuid4(), background=False)
    assert (await figures(visitor)).of("techtree_site_queue_jobs") == 0


async def test_whoever_lacks_the_token_learns_nothing(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(get_settings(), "metrics_token", SecretStr(TOKEN))
    for offered in (None, "Bearer wrong", f"Basic {TOKEN}", "Bearer ", "Bearer ä"):
        headers = [(b"authorization", offered.encode("latin-1"))] if offered else []
        answer = await visitor.client.get("/metrics", headers=headers)
        assert answer.status_code == 401, offered
        assert answer.headers["www-authenticate"] == "Bearer"
        assert answer.text == ""
    answer = await visitor.client.get("/metrics", headers={"authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"


async def test_in_production_there_are_no_figures_without_a_token(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(get_settings(), "env", Environment.PRODUCTION)
    assert (await visitor.get("/metrics")).status_code == 404
