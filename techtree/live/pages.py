"""All the pages that are open on this web process: their clock, their sessions, their farewell."""

import asyncio
import contextlib
import logging
import random
import time
from collections import Counter
from collections.abc import Sequence
from typing import Any, cast
from uuid import UUID

from asyncpg import PostgresError
from litestar.types import Receive, Scope, Send
from redis.exceptions import RedisError

from techtree.live import updates
from techtree.live.channels import Channel
from techtree.live.counts import Counts
from techtree.live.fanout import Fanout
from techtree.live.log import Cursor, Log
from techtree.live.stream import Access, Stream
from techtree.sessions import Session
from techtree.settings import get_settings

logger = logging.getLogger(__name__)

TICK = 0.5
"""Seconds between two looks at the clock for all streams."""
SESSIONS = 10.0
"""Seconds between two looks at the sessions of all who have a page open."""
READERS = 32
"""Pages that read the log at the same time. After a lost connection all of them want to."""
FRESH = 5.0
"""Seconds that a channel rendered afresh serves the next page that is at the same place."""


class Live:
    def __init__(self, log: Log, fanout: Fanout) -> None:
        self.log = log
        self.fanout = fanout
        self.reading = asyncio.Semaphore(READERS)
        self.draining = False
        self.counts = Counts()
        self._streams: set[Stream] = set()
        self._open: Counter[UUID | str] = Counter()
        """How many streams a learner, and an address of the network, has open here."""
        self._fresh: dict[tuple[Channel, str], asyncio.Task[str]] = {}
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        self.fanout.start()
        self._tasks = [asyncio.create_task(each) for each in (self._clock(), self._sessions())]

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.fanout.stop()

    @property
    def open_pages(self) -> int:
        return len(self._streams)

    def has_room(self, learner: UUID | None, address: str) -> bool:
        """Whether one more page of this learner, at this address, may be open here."""
        settings = get_settings()
        of_learner = self._open[learner] if learner else 0
        return (
            of_learner < settings.streams_per_learner
            and self._open[address] < settings.streams_per_address
        )

    def response(
        self, channels: Sequence[Channel], *, after: str, access: Access, poll: bool = False
    ) -> "Handover":
        """The stream from the cursor `after` on."""
        # A cursor that can't be read counts as one that no log holds.
        cursor = Cursor.parse(after, len(channels)) or Cursor("0", ("0-0",) * len(channels))
        return Handover(Stream(self, channels, cursor, access, poll=poll))

    async def session_ended(self, learner: UUID) -> None:
        """End the learner's streams on every web process, unless their session still holds."""
        with contextlib.suppress(RedisError, OSError):
            # Without Redis the next look at the sessions finds it out.
            await self.fanout.tell_session_ended(learner)

    async def access_changed(self, channel: Channel) -> None:
        """End the streams, on every web process, of those who may not follow the channel now."""
        with contextlib.suppress(RedisError, OSError):
            await self.fanout.tell_access_changed(channel)

    async def drain(self, window: float) -> None:
        """Ask every page to connect again, spread evenly over `window` seconds."""
        self.draining = True
        leaving = list(self._streams)
        random.shuffle(leaving)
        began = time.monotonic()
        for number, stream in enumerate(leaving):
            wait = began + window * number / len(leaving) - time.monotonic()
            if wait > 0.002:
                await asyncio.sleep(wait)
            stream.drain()

    # What a stream needs

    def add(self, stream: Stream) -> None:
        self._streams.add(stream)
        self._open.update(stream.owners)

    def remove(self, stream: Stream) -> None:
        self._streams.discard(stream)
        for owner in stream.owners:
            self._open[owner] -= 1
            if not self._open[owner]:
                del self._open[owner]
        self.fanout.leave(stream)

    async def afresh(self, channel: Channel, place: str) -> str:
        """The channel's regions as the rows are now, made once for all pages at that `place`.

        Whoever asks has read the place before, so what is made is never older than it.
        """
        key = (channel, place)
        if key not in self._fresh:
            task = self._fresh[key] = asyncio.create_task(updates.afresh(channel))
            loop = asyncio.get_running_loop()
            task.add_done_callback(lambda _: loop.call_later(FRESH, self._fresh.pop, key, None))
        try:
            return await asyncio.shield(self._fresh[key])
        except Exception:
            self._fresh.pop(key, None)
            raise

    def abort(self, send: Send) -> None:
        """Cut the connection of a client that doesn't read.

        ASGI knows no such thing: ending the response would wait until the client has taken all
        that was written, which may be never. Uvicorn's `send` belongs to the object that has the
        transport.
        """
        transport = getattr(getattr(send, "__self__", None), "transport", None)
        if transport is not None:
            cast(Any, transport).abort()

    # Time

    async def _clock(self) -> None:
        while True:
            await asyncio.sleep(TICK)
            now = time.monotonic()
            for stream in list(self._streams):
                stream.tick(now)

    async def _sessions(self) -> None:
        while True:
            await asyncio.sleep(SESSIONS)
            try:
                await self._check_sessions()
            except (PostgresError, OSError) as error:
                # Whether the sessions hold is not known; the streams show nothing new to anybody
                # who could not see it a moment ago.
                logger.warning("The sessions of open pages could not be checked: %s", error)

    async def _check_sessions(self) -> None:
        # Those that open while the question is asked are not in its answer.
        streams = [stream for stream in self._streams if stream.session]
        holding = await Session.holding({s.session for s in streams if s.session})
        for stream in streams:
            if stream.session not in holding:
                stream.sign_out()


class Handover:
    """The response that a handler gives: it leaves the stream to `Streams`, or runs it itself."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if SLOT in scope:
            cast(Any, scope)[SLOT].append(self._stream)
        else:
            await self._stream.respond(receive, send)


SLOT = "techtree.streams"


class Streams:
    """The outermost application. A stream runs here, when all layers that let it in are done.

    So a page that stays open for an hour holds no request, session or middleware, none of them
    touches what it writes, and no cookie can travel on its response.
    """

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        streams: list[Stream] = []
        await self.app({**scope, SLOT: streams}, receive, send)
        if streams:
            # The server keeps the scope as long as the response; little of it is still needed.
            scope["headers"] = []
            scope.pop("state", None)
            await streams.pop().respond(receive, send)
