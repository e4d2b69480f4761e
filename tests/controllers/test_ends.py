"""Open pages end as soon as their session does, in every way that a session can end."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from httpx import ASGITransport, AsyncClient, Response
from redis.asyncio import Redis as RedisClient

from techtree.accounts import Learner
from techtree.app import create_app
from techtree.connections import open_database
from techtree.syllabi import Syllabus
from tests.controllers.conftest import PASSWORDS, Visitor

NEW = "quite another password"


@asynccontextmanager
async def running() -> AsyncIterator[ASGITransport]:
    """The application as it runs, with its connection to announcements."""
    app = create_app()
    async with app.app.app.lifespan():
        yield ASGITransport(app)
    # Its end has closed the connections that all tests share.
    await open_database()


@pytest.mark.parametrize(
    "ending",
    [
        ("/sign-out", {}, False),
        ("/account/sessions/end", {}, True),
        ("/account/password", {"current": PASSWORDS["ada@example.org"], "password": NEW}, True),
        ("/account/delete", {"password": PASSWORDS["ada@example.org"]}, True),
    ],
)
async def test_open_pages_end_within_a_second(
    redis: "RedisClient",
    ada: Learner,
    ada_syllabus: Syllabus,
    ending: tuple[str, dict[str, Any], bool],
) -> None:
    path, fields, others_end = ending
    async with (
        running() as transport,
        AsyncClient(transport=transport, base_url="http://techtree.test") as first,
        AsyncClient(transport=transport, base_url="http://techtree.test") as second,
    ):
        here = await Visitor(first).sign_in(ada)
        there = await Visitor(second).sign_in(ada)
        address = f"/syllabi/{ada_syllabus.id}/events"
        streams = [asyncio.create_task(each.get(address)) for each in (here, there)]
        await asyncio.wait(streams, timeout=0.5)
        began = time.monotonic()
        await here.post(path, **fields)
        ends = "/account/password" not in path
        expected = [stream for stream, yes in zip(streams, (ends, others_end), strict=True) if yes]
        await asyncio.wait(expected, timeout=time.monotonic() - began + 1)
        assert [_told(stream) for stream in streams] == [ends, others_end]
        for stream in streams:
            stream.cancel()
        await asyncio.gather(*streams, return_exceptions=True)


def _told(stream: "asyncio.Task[Response]") -> bool:
    return stream.done() and b"event: auth\n" in stream.result().content
