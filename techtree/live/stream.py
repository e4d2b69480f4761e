"""The live stream of one page: the HTTP response that follows its channels."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

from litestar.types import ASGIApp, Receive, Scope, Send
from redis.exceptions import RedisError

from techtree.live import updates
from techtree.live.channels import Channel
from techtree.live.fanout import Fanout, Reader
from techtree.live.log import After, Cursor, Log, as_data

HEARTBEAT = 10.0
"""Seconds between signs of life; the contract allows 15."""
POLL = 25.0
"""Seconds after which an answer in poll mode ends, with or without news."""
BLOCKED = 15.0
"""Seconds that a client may leave its socket unread before it is let go."""

HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store, no-transform"),
    (b"x-accel-buffering", b"no"),
]

# Some proxies and browsers hold the first two kilobytes back.
_HELLO = b"event: hello\nretry: 500\ndata: techtree\n\n:" + b" " * 2048 + b"\n\n"
_HEARTBEAT = b"event: heartbeat\ndata: \n\n"
_AUTH = b"event: auth\ndata: signed out\n\n"

Allowed = Callable[[], Awaitable[bool]]


class Live:
    """What a web process needs to keep its pages alive."""

    def __init__(self, log: Log, fanout: Fanout) -> None:
        self.log = log
        self.fanout = fanout

    async def session_ended(self, learner: UUID) -> None:
        """End the learner's streams on every web process, unless their session still holds."""
        with contextlib.suppress(RedisError, OSError):
            # Without Redis the next heartbeat finds it out.
            await self.fanout.session_ended(learner)

    def response(
        self,
        channels: Sequence[Channel],
        *,
        after: str,
        learner: UUID | None,
        allowed: Allowed,
        poll: bool = False,
    ) -> ASGIApp:
        """The stream from the cursor `after` on. `allowed` says whether the session still holds."""

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            # A cursor that can't be read counts as one that no log holds.
            cursor = Cursor.parse(after, len(channels)) or Cursor("0", ("0-0",) * len(channels))
            reader = Reader(channels, cursor, learner)
            watcher = asyncio.create_task(_until_gone(receive, reader))
            try:
                await self.fanout.join(reader)
                await _Stream(self.log, reader, send, allowed, poll).run()
            finally:
                self.fanout.leave(reader)
                watcher.cancel()

        return app


async def _until_gone(receive: Receive, reader: Reader) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    reader.gone = True
    reader.wake.set()


class _Stream:
    def __init__(self, log: Log, reader: Reader, send: Send, allowed: Allowed, poll: bool) -> None:
        self._log = log
        self._reader = reader
        self._send = send
        self._allowed = allowed
        self._ends_at = time.monotonic() + POLL if poll else None

    async def run(self) -> None:
        await self._send({"type": "http.response.start", "status": 200, "headers": HEADERS})
        with contextlib.suppress(TimeoutError, OSError):
            await self._write(_HELLO)
            await self._follow()
            await self._send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _follow(self) -> None:
        reader = self._reader
        beat_at = time.monotonic() + HEARTBEAT
        while not reader.gone:
            reader.wake.clear()
            events = await self._catch_up() if reader.behind else reader.take()
            if events:
                await self._write(events)
            if self._ends_at and (events or time.monotonic() >= self._ends_at):
                return
            if reader.recheck or time.monotonic() >= beat_at:
                reader.recheck = False
                if not await self._allowed():
                    await self._write(_AUTH)
                    return
                await self._write(_HEARTBEAT)
                beat_at = time.monotonic() + HEARTBEAT
            await self._pause(beat_at)

    async def _pause(self, beat_at: float) -> None:
        """Until there is news, or it is time for a sign of life."""
        now = time.monotonic()
        # Behind here means that Redis didn't answer; ask again soon.
        until = min(
            beat_at, self._ends_at or beat_at, now + 0.5 if self._reader.behind else beat_at
        )
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._reader.wake.wait(), max(0.0, until - now))

    async def _catch_up(self) -> bytes:
        """What the log has after the cursor, and afresh the channels that it can't prove."""
        reader = self._reader
        try:
            after = await self._log.after(reader.channels, reader.cursor)
        except (RedisError, OSError):
            return b""
        events = [reader.event(index, entry.id, entry.data) for index, entry in after.entries]
        if after.unproven:
            events.append(await self._afresh(after))
        reader.caught_up()
        return b"".join(events)

    async def _afresh(self, after: After) -> bytes:
        # One event for all of them: its id is the first that the new run of the server can prove.
        html = [await updates.afresh(self._reader.channels[index]) for index, _ in after.unproven]
        return self._reader.move(after, as_data("\n".join(html)))

    async def _write(self, body: bytes) -> None:
        await asyncio.wait_for(
            self._send({"type": "http.response.body", "body": body, "more_body": True}), BLOCKED
        )
