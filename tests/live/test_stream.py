"""The stream of one page, as the contract promises it to browsers and proxies."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from typing import Any
from uuid import UUID, uuid4

import pytest

from techtree.accounts import Learner
from techtree.connections import listening_redis
from techtree.lessons import Lesson
from techtree.live import stream as streams
from techtree.live.channels import Channel, of_lesson
from techtree.live.fanout import Fanout
from techtree.live.log import Log
from techtree.live.pages import Live
from techtree.live.stream import Access
from techtree.sessions import Session
from techtree.telemetry import request_id


class Client:
    """One browser's connection to a stream."""

    def __init__(self, app: Any) -> None:
        self.start: dict[str, Any] = {}
        self.body = b""
        self.ended = False
        self._leave = asyncio.Event()
        self._task = asyncio.create_task(app({"type": "http"}, self._receive, self._send))

    async def _receive(self) -> dict[str, Any]:
        await self._leave.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.start = message
            return
        self.body += message["body"]
        if not message["more_body"]:
            # As Uvicorn has it: whoever waits to receive learns that the response is complete.
            self.ended = True
            self._leave.set()

    async def hears(self, text: str, within: float = 5) -> None:
        try:
            async with asyncio.timeout(within):
                while text.encode() not in self.body:
                    await asyncio.sleep(0.01)
        except TimeoutError:
            pytest.fail(f"{text!r} was not heard:\n{self.body.decode()}")

    async def ends(self, within: float = 5) -> None:
        await asyncio.wait_for(self._task, within)

    async def leave(self) -> None:
        self._leave.set()
        await self.ends()

    def ids(self) -> list[str]:
        lines = self.body.decode().split("\n")
        return [line.removeprefix("id: ") for line in lines if line.startswith("id: ")]


async def allowed() -> bool:
    return True


@pytest.fixture
async def live(log: Log, database: None) -> AsyncIterator[Live]:
    live = Live(log, Fanout(listening_redis()))
    live.start()
    yield live
    await live.stop()


@pytest.fixture
def channel() -> Channel:
    return of_lesson(uuid4())


@pytest.fixture
async def opened(live: Live, log: Log) -> AsyncIterator[Callable[..., Awaitable[Client]]]:
    clients: list[Client] = []

    async def open_stream(channel: Channel, after: str | None = None, **options: Any) -> Client:
        cursor = after if after is not None else str(await log.cursor([channel]))
        options = {"access": Access(None, None, allowed), **options}
        client = Client(live.response([channel], after=cursor, **options))
        clients.append(client)
        await client.hears("event: hello")
        return client

    yield open_stream
    for client in clients:
        await client.leave()


Opened = Callable[..., Awaitable[Client]]


async def test_it_says_hello_and_forbids_storing_and_buffering(
    opened: Opened, channel: Channel
) -> None:
    with request_id.under("asked-for-by-a-proxy"):
        client = await opened(channel)
    headers = dict(client.start["headers"])
    assert headers[b"x-request-id"] == b"asked-for-by-a-proxy"
    assert headers[b"content-type"] == b"text/event-stream; charset=utf-8"
    assert headers[b"cache-control"] == b"no-store, no-transform"
    assert headers[b"x-accel-buffering"] == b"no"
    assert b"content-encoding" not in headers
    assert client.body.startswith(b"event: hello\n")
    assert len(client.body) > 2_048


async def test_it_begins_after_the_cursor_of_the_page(
    opened: Opened, log: Log, channel: Channel
) -> None:
    await log.publish(channel, "on the page already")
    cursor = await log.cursor([channel])
    await log.publish(channel, "between page and stream")
    client = await opened(channel, after=str(cursor))
    await log.publish(channel, "while it is open")
    await client.hears("while it is open")
    assert b"on the page already" not in client.body
    assert client.body.index(b"between page") < client.body.index(b"while it is open")


async def test_the_id_of_an_event_is_the_cursor_to_go_on_from(
    opened: Opened, log: Log, channel: Channel
) -> None:
    client = await opened(channel)
    for text in ("one", "two", "three"):
        await log.publish(channel, f"update {text}")
    await client.hears("update three")
    again = await opened(channel, after=client.ids()[0])
    await again.hears("update three")
    assert b"update one" not in again.body
    assert again.body.count(b"update two") == 1


@pytest.mark.parametrize("cursor", ["", "garbage", "a_1-1_2-2", "zzz_1-1"])
async def test_a_cursor_that_proves_nothing_gets_the_regions_afresh(
    opened: Opened, ada_lesson: Lesson, cursor: str
) -> None:
    await ada_lesson.ensure_version()
    client = await opened(of_lesson(ada_lesson.id), after=cursor)
    await client.hears('id="lesson-content-area" data-status="pending"')
    assert len(client.ids()) == 1


async def test_lines_end_with_line_feeds_alone(opened: Opened, log: Log, channel: Channel) -> None:
    client = await opened(channel)
    await log.publish(channel, "<p>a\r\nb\rc</p>")
    await client.hears("data: c</p>")
    assert b"\r" not in client.body


async def test_in_poll_mode_it_ends_with_the_first_news(
    opened: Opened, log: Log, channel: Channel
) -> None:
    client = await opened(channel, poll=True)
    await log.publish(channel, "news")
    await client.ends()
    assert b"data: news" in client.body
    assert client.ended


async def test_in_poll_mode_it_ends_without_news_too(
    opened: Opened, channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "POLL", 0.2)
    client = await opened(channel, poll=True)
    await client.ends()
    assert client.ended


async def test_it_gives_signs_of_life(
    opened: Opened, channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "HEARTBEAT", 0.1)
    client = await opened(channel)
    await client.hears("event: heartbeat\n")


async def test_it_ends_at_once_when_its_session_does(
    opened: Opened, live: Live, channel: Channel
) -> None:
    learner = uuid4()
    signed_in = True

    async def session_holds() -> bool:
        return signed_in

    mine = await opened(channel, access=Access(learner, uuid4(), session_holds))
    another = await opened(channel, access=Access(uuid4(), uuid4(), allowed))
    signed_in = False
    await live.session_ended(learner)
    await mine.ends(within=1)
    assert b"event: auth\n" in mine.body
    assert not another.ended


async def test_a_page_that_opens_while_sessions_are_checked_stays_open(
    opened: Opened, live: Live, channel: Channel, ada: Learner, monkeypatch: pytest.MonkeyPatch
) -> None:
    late: list[Client] = []
    session = await Session.begin(ada, "")
    ask = Session.holding

    async def slowly(sessions: Collection[UUID]) -> set[UUID]:
        answer = await ask(sessions)
        late.append(await opened(channel, access=Access(ada.id, session.id, allowed)))
        return answer

    monkeypatch.setattr(Session, "holding", slowly)
    gone = await opened(channel, access=Access(uuid4(), uuid4(), allowed))
    await live._check_sessions()
    assert gone.body.endswith(b"event: auth\ndata: signed out\n\n")
    assert not late[0].ended


async def test_a_drained_page_is_told_to_connect_again_and_newcomers_at_once(
    opened: Opened, live: Live, channel: Channel
) -> None:
    clients = [await opened(channel) for _ in range(5)]
    began = time.monotonic()
    await live.drain(0.5)
    assert 0.3 < time.monotonic() - began < 2
    assert all(b"event: drain\nretry: 200\n" in each.body and each.ended for each in clients)
    newcomer = await opened(channel)
    await newcomer.hears("event: drain\n")
    assert newcomer.ended


async def test_a_client_that_leaves_leaves_nothing_behind(
    opened: Opened, live: Live, channel: Channel
) -> None:
    client = await opened(channel)
    await client.leave()
    assert live.open_pages == 0
    assert live.fanout._followers == {}
