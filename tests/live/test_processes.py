"""What web processes do with open pages when one is told to stop, or a learner signs out."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import pairwise

import httpx
import pytest
from redis.asyncio import Redis as RedisClient

from techtree import launch
from techtree.accounts import Learner
from techtree.lessons import Lesson
from techtree.live.channels import of_lesson
from techtree.live.fanout import Fanout
from techtree.settings import ROOT
from techtree.syllabi import Syllabus
from tests.controllers.conftest import Visitor
from tests.setup.started import free_port

WINDOW = 4.0
STREAMS = 200

Pieces = AsyncIterator[bytes]


class Web:
    """A web process of its own on the tests' servers."""

    def __init__(self) -> None:
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        options = ["--factory", "--port", str(self.port), "--log-level", "warning"]
        command = [sys.executable, "-m", "uvicorn", "techtree.app:create_app", *options]
        self.process = subprocess.Popen(
            launch.command(command, stop=signal.SIGKILL),
            cwd=ROOT,
            env={**os.environ, "TECHTREE_DRAIN": str(WINDOW)},
        )

    async def is_live(self) -> None:
        async with asyncio.timeout(60), httpx.AsyncClient() as client:
            while True:
                try:
                    await client.get(f"{self.address}/health/live")
                except httpx.TransportError:
                    await asyncio.sleep(0.1)
                else:
                    return


@pytest.fixture
async def webs(database: None, redis: "RedisClient") -> AsyncIterator[list[Web]]:
    webs = [Web(), Web()]
    try:
        for web in webs:
            await web.is_live()
        yield webs
    finally:
        for web in webs:
            web.process.kill()
            web.process.wait()


async def test_a_deploy_lets_pages_leave_one_by_one_and_ends_by_itself(
    webs: list[Web], ada_syllabus: Syllabus
) -> None:
    await Syllabus.update({Syllabus.in_catalogue: True}).where(Syllabus.id == ada_syllabus.id)
    path = f"/syllabi/{ada_syllabus.id}/events?after="
    pages = [await _open(webs[0].port, path) for _ in range(STREAMS)]
    farewells = [asyncio.create_task(_farewell(page)) for page in pages]
    began = time.monotonic()
    webs[0].process.send_signal(signal.SIGTERM)

    left = sorted([each - began for each in await asyncio.gather(*farewells)])
    code = await asyncio.to_thread(webs[0].process.wait, 10)

    # Uvicorn ends by the signal that it was told to end with.
    assert code in (0, -signal.SIGTERM)
    assert WINDOW * 0.9 < left[-1] < WINDOW + 2
    even = STREAMS / WINDOW
    busiest = max(sum(at <= each < at + 0.5 for each in left) for at in left)
    assert busiest <= 2 * even * 0.5
    assert max(later - earlier for earlier, later in pairwise(left)) < 0.5
    newcomer = await _open(webs[1].port, path)
    newcomer.close()


async def test_signing_out_ends_the_stream_that_another_process_serves_to_this_browser_alone(
    webs: list[Web], ada: Learner, ada_lesson: Lesson
) -> None:
    async with (
        httpx.AsyncClient(base_url=webs[0].address) as here,
        _following(webs[1], ada, ada_lesson) as her_other_browser_hears,
    ):
        visitor = await Visitor(here).sign_in(ada)
        async with _listening(webs[1], here.cookies, ada_lesson) as elsewhere:
            began = time.monotonic()
            await visitor.post("/sign-out")
            assert b"event: auth" in await _rest(elsewhere)
            assert time.monotonic() - began < 1
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(_rest(her_other_browser_hears), 1)


async def test_losing_the_right_to_a_lesson_ends_the_stream_of_those_who_lost_it_alone(
    webs: list[Web], redis: "RedisClient", ada: Learner, eve: Learner, ada_lesson: Lesson
) -> None:
    await _share(ada_lesson, True)
    async with (
        _following(webs[0], ada, ada_lesson) as ada_hears,
        _following(webs[1], eve, ada_lesson) as eve_hears,
    ):
        await _share(ada_lesson, False)
        began = time.monotonic()
        await Fanout(redis).tell_access_changed(of_lesson(ada_lesson.id))
        assert b"event: auth" in await _rest(eve_hears)
        assert time.monotonic() - began < 1
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(_rest(ada_hears), 1)


async def test_deleting_an_account_ends_its_stream_on_another_process(
    webs: list[Web], redis: "RedisClient", ada: Learner, eve: Learner, ada_lesson: Lesson
) -> None:
    await _share(ada_lesson, True)
    async with _following(webs[1], eve, ada_lesson) as eve_hears:
        await Learner.delete().where(Learner.id == eve.id)
        began = time.monotonic()
        await Fanout(redis).tell_session_ended(eve.id)
        assert b"event: auth" in await _rest(eve_hears)
        assert time.monotonic() - began < 1


async def _share(lesson: Lesson, shared: bool) -> None:
    await Syllabus.update({Syllabus.in_catalogue: shared}).where(Syllabus.id == lesson.syllabus)


@asynccontextmanager
async def _following(web: Web, learner: Learner, lesson: Lesson) -> AsyncIterator[Pieces]:
    """What the learner's page hears after its `hello`."""
    async with httpx.AsyncClient(base_url=web.address, timeout=20) as client:
        await Visitor(client).sign_in(learner)
        async with _listening(web, client.cookies, lesson) as pieces:
            yield pieces


@asynccontextmanager
async def _listening(web: Web, cookies: httpx.Cookies, lesson: Lesson) -> AsyncIterator[Pieces]:
    async with httpx.AsyncClient(base_url=web.address, cookies=cookies, timeout=20) as client:
        await client.get(f"/lessons/{lesson.id}")
        async with client.stream("GET", f"/lessons/{lesson.id}/events?after=") as stream:
            pieces = stream.aiter_bytes()
            assert b"event: hello" in await anext(pieces)
            yield pieces


async def _rest(pieces: Pieces) -> bytes:
    async with asyncio.timeout(20):
        return b"".join([piece async for piece in pieces])


async def _open(port: int, path: str) -> "_Page":
    page = _Page(*await asyncio.open_connection("127.0.0.1", port))
    page.writer.write(f"GET {path} HTTP/1.1\r\nHost: techtree\r\n\r\n".encode())
    assert b"200" in await page.reader.readline()
    await asyncio.wait_for(page.reader.readuntil(b"event: hello"), 10)
    return page


class _Page:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    def close(self) -> None:
        self.writer.close()


async def _farewell(page: _Page) -> float:
    """When the page was asked to leave, by a response that then ended as it should."""
    await page.reader.readuntil(b"event: drain\nretry: 200\n")
    at = time.monotonic()
    rest = await page.reader.readuntil(b"\r\n0\r\n\r\n")
    assert b"event:" not in rest
    page.close()
    return at
