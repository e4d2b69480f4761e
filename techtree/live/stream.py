"""The live stream of one page: an HTTP response that the fan-out writes to directly.

A stream has no loop and no queue. Its task sleeps until the client has gone; whatever is written
is written by whoever has it: the fan-out, the read of the log, the clock. Only when the client
doesn't take what was written does a task wait for it.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Coroutine, Generator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from asyncpg import PostgresError
from litestar.types import Receive, Send
from redis.exceptions import RedisError

from techtree.live.channels import Channel
from techtree.live.log import Cursor, as_data
from techtree.live.reader import Reader
from techtree.telemetry import request_id

if TYPE_CHECKING:
    from techtree.live.pages import Live

logger = logging.getLogger(__name__)

HEARTBEAT = 10.0
"""Seconds between signs of life; the contract allows 15."""
POLL = 25.0
"""Seconds after which an answer in poll mode ends, with or without news."""
BLOCKED = 15.0
"""Seconds that a client may leave its socket unread before it is let go."""
SECOND_FRAME = 0.25
"""Seconds from the first write to the second; some proxies let nothing pass before."""
RETRY = 0.5
"""Seconds until a server that didn't answer is asked again."""
LIFETIME = 900.0
"""Seconds after which a page is asked to connect again, so that who may see it is asked again and
pages spread over web processes that came later."""

HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store, no-transform"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
]

# Some proxies and browsers hold the first two kilobytes back.
_HELLO = b"event: hello\nretry: 500\ndata: techtree\n\n:" + b" " * 2048 + b"\n\n"
_HEARTBEAT = b"event: heartbeat\ndata: \n\n"
_DRAIN = b"event: drain\nretry: 200\ndata: connect again\n\n"
_AUTH = b"event: auth\ndata: signed out\n\n"

Allowed = Callable[[], Awaitable[bool]]


@dataclass(frozen=True, slots=True)
class Access:
    """Whose stream it is, and how to find out whether it still may be."""

    learner: UUID | None
    session: UUID | None
    """The browser's session, which the stream ends with."""
    allowed: Allowed
    """Looks up session and page again."""
    address: str = ""
    """The address of the network that it goes to."""


class Stream(Reader):
    """A reader whose page is an open HTTP response."""

    __slots__ = (
        "_access",
        "_blocked_since",
        "_live",
        "_reading",
        "_send",
        "_sending",
        "_stale",
        "_tasks",
        "ended",
        "ends_at",
        "poll",
        "wrote_at",
    )

    def __init__(
        self,
        live: "Live",
        channels: Sequence[Channel],
        cursor: Cursor,
        access: Access,
        *,
        poll: bool = False,
    ) -> None:
        super().__init__(channels, cursor)
        self.poll = poll
        self.ended = False
        self.wrote_at = time.monotonic()
        self.ends_at = self.wrote_at + (POLL if poll else LIFETIME)
        self._live = live
        self._access = access
        self._reading = False
        self._stale = False
        self._blocked_since = 0.0
        self._sending = False
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def learner(self) -> UUID | None:
        return self._access.learner

    @property
    def owners(self) -> list[UUID | str]:
        """The learner and the address of the network that it counts for."""
        return [each for each in (self._access.learner, self._access.address) if each]

    @property
    def session(self) -> UUID | None:
        return self._access.session

    async def respond(self, receive: Receive, send: Send) -> None:
        """Be the response until the client has gone or the stream has ended."""
        self._send = send
        number = (request_id.HEADER.encode(), request_id.current().encode())
        headers = [*HEADERS, number] if number[1] else HEADERS
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        self._live.add(self)
        if self.poll:
            self._live.counts.polls += 1
        else:
            self._live.counts.streams += 1
        try:
            self._write(_HELLO)
            if self._live.draining:
                self.drain()
            asyncio.get_running_loop().call_later(
                *((POLL, self._end_poll) if self.poll else (SECOND_FRAME, self._second_frame))
            )
            await self._live.fanout.join(self)
            while (await receive())["type"] != "http.disconnect":
                pass
        finally:
            self.ended = True
            self._live.remove(self)
            for task in self._tasks:
                task.cancel()

    def fall_behind(self) -> None:
        self.behind = self._stale = True
        if not self._reading:
            self._reading = True
            self._start(self._catch_up())

    def flush(self) -> None:
        if self.behind and not self._reading:
            self.fall_behind()
        if self._sending or self.ended:
            return
        if news := self.take():
            self._live.counts.deliveries += 1
            self.ended = self.poll
            self._write(news, more=not self.poll)

    def check_access(self) -> None:
        self._start(self._check_access())

    def tick(self, now: float) -> None:
        """What time brings: signs of life, ends, and patience that runs out."""
        if self._sending:
            if now - self._blocked_since > BLOCKED:
                self._abort()
        elif now >= self.ends_at and not self.poll:
            self.end(_DRAIN)
        elif now - self.wrote_at >= HEARTBEAT:
            self._write(_HEARTBEAT)

    def drain(self) -> None:
        """Ask the page to connect again, to another process."""
        self.end(_DRAIN)

    def sign_out(self) -> None:
        self.end(_AUTH)

    def end(self, last_words: bytes = b"") -> None:
        if self.ended:
            return
        if self._sending:
            self._abort()
            return
        self._write(last_words, more=False)
        self.ended = True

    # Reading the log

    async def _catch_up(self) -> None:
        """Read the log after the cursor, until nothing was missed while it was read."""
        while self._stale and not self.ended:
            self.behind, self._stale = True, False
            try:
                async with self._live.reading:
                    await self._read_log()
                self._stale = self._stale or self.behind
                self.flush()
            except (RedisError, PostgresError, OSError) as error:
                logger.info("A page waits to be brought up to date: %s", error)
                self._stale = True
                await asyncio.sleep(RETRY)
            if self.poll and time.monotonic() >= self.ends_at:
                self.end()
        self._reading = False

    async def _read_log(self) -> None:
        after = await self._live.log.after(self.channels, self.cursor)
        for index, entry in after.entries:
            self.add(index, entry.id, entry.data)
        if after.entries:
            self._live.counts.replays += 1
        if after.unproven:
            self._live.counts.resets += 1
            html = [
                await self._live.afresh(self.channels[index], f"{after.run} {place}")
                for index, place in after.unproven
            ]
            # In one event for all of them, for its id is the first that the server's run can prove.
            self.move(after, as_data("\n".join(html)))
        self.caught_up()

    async def _check_access(self) -> None:
        if not await self._access.allowed():
            self.sign_out()

    # Writing

    def _end_poll(self) -> None:
        # While the log is being read there may be news; then the end comes after it.
        if not self._reading:
            self.end()

    def _second_frame(self) -> None:
        if not self._sending and not self.ended:
            self._write(_HEARTBEAT)

    def _write(self, body: bytes, *, more: bool = True) -> None:
        """Hand the bytes to the server, which takes them at once unless the client is slow."""
        self.wrote_at = time.monotonic()
        sending = self._send({"type": "http.response.body", "body": body, "more_body": more})
        try:
            waits_for = sending.send(None)  # type: ignore[attr-defined]
        except StopIteration:
            return
        self._sending = True
        self._blocked_since = self.wrote_at
        self._start(self._finish_write(_Begun(sending, waits_for)))

    async def _finish_write(self, rest: "_Begun") -> None:
        await rest
        self._sending = False
        self.flush()

    def _abort(self) -> None:
        """The client doesn't read: waiting until it has taken the end could take for ever."""
        self.ended = True
        self._live.counts.cuts += 1
        self._live.abort(self._send)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


class _Begun:
    """The rest of a coroutine that was begun without a task and had to wait."""

    def __init__(self, coroutine: Awaitable[None], waits_for: Any) -> None:
        self._coroutine = coroutine
        self._waits_for = waits_for

    def __await__(self) -> Generator[Any, Any, None]:
        yield self._waits_for
        yield from self._coroutine.__await__()
