"""From one Pub/Sub connection per web process to all the pages that it serves."""

import asyncio
import contextlib
import logging
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from redis.asyncio import Redis
from redis.exceptions import RedisError

from techtree.live.channels import Channel
from techtree.live.log import After, Cursor, Entry, order

logger = logging.getLogger(__name__)

BUFFER = 500
"""Announcements kept for one page that doesn't read. Past that it catches up from the log."""

_CONTROL = "techtree:live:control"


class Reader:
    """One open page: where it is in its channels, and what waits for it."""

    def __init__(self, channels: Sequence[Channel], cursor: Cursor, learner: UUID | None) -> None:
        self.channels = tuple(channels)
        self.cursor = cursor
        self.learner = learner
        self.behind = True
        """True when it must read the log before it may trust announcements."""
        self.recheck = False
        """True when its learner's session may have ended."""
        self.gone = False
        self.wake = asyncio.Event()
        self._waiting: list[tuple[int, Entry, bytes]] = []
        self._missed: dict[int, str] = {}

    def announce(self, index: int, before: str, entry: Entry, data: bytes) -> None:
        """Take an entry of its channel `index`, which came after the entry `before`."""
        if self.behind:
            self._missed[index] = entry.id
            return
        seen = self._last_seen(index)
        if order(entry.id) <= order(seen):
            return
        if before != seen or len(self._waiting) >= BUFFER:
            self.fall_behind()
            return
        self._waiting.append((index, entry, data))
        self.wake.set()

    def fall_behind(self) -> None:
        """Forget the announcements; the log has them all."""
        self._waiting.clear()
        self.behind = True
        self.wake.set()

    def caught_up(self) -> None:
        """The log has been read. What was announced meanwhile may be newer than the answer."""
        missed, self._missed = self._missed, {}
        self.behind = any(order(last) > order(self.cursor.ids[i]) for i, last in missed.items())
        if self.behind:
            self.wake.set()

    def take(self) -> bytes:
        """What waits for the page, as events, in one piece."""
        waiting, self._waiting = self._waiting, []
        return b"".join([self.event(index, entry.id, data) for index, entry, data in waiting])

    def event(self, index: int, entry_id: str, data: bytes) -> bytes:
        """One event; the cursor moves past it."""
        self.cursor = self.cursor.at(index, entry_id)
        return b"id: %b\n%b" % (str(self.cursor).encode(), data) if data else b""

    def move(self, after: After, data: bytes) -> bytes:
        """One event that renders the unproven channels afresh; the cursor moves to the new run."""
        ids = list(self.cursor.ids)
        for index, place in after.unproven:
            ids[index] = place
        self.cursor = Cursor(after.run, tuple(ids))
        return b"id: %b\n%b" % (str(self.cursor).encode(), data)

    def _last_seen(self, index: int) -> str:
        for waiting, entry, _ in reversed(self._waiting):
            if waiting == index:
                return entry.id
        return self.cursor.ids[index]


class Fanout:
    """Subscribes to the channels that its readers follow, and announces what is published.

    After every new subscription, so also after every lost connection, the readers concerned read
    the log: what was published in between is never missed.
    """

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._readers: dict[str, set[tuple[int, Reader]]] = {}
        self._subscribed: set[str] = set()
        self._changed = False
        self._pubsub: Any = None
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._supervise())

    async def stop(self) -> None:
        if self._task:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def join(self, reader: Reader) -> None:
        """Follow the reader's channels. It is behind until its subscription is confirmed."""
        for index, channel in enumerate(reader.channels):
            if channel.key not in self._readers:
                self._readers[channel.key] = set()
                self._changed = True
            self._readers[channel.key].add((index, reader))
        if self._pubsub is not None:
            # A connection that has just broken is mended by the supervisor, which subscribes
            # to everything again.
            with contextlib.suppress(RedisError, OSError):
                await self._subscribe(self._pubsub)

    def leave(self, reader: Reader) -> None:
        """Synchronous, because what a stream awaits after its client has gone is cancelled."""
        reader.gone = True
        for index, channel in enumerate(reader.channels):
            followers = self._readers.get(channel.key)
            if followers is None:
                continue
            followers.discard((index, reader))
            if not followers:
                del self._readers[channel.key]
                self._changed = True

    async def session_ended(self, learner: UUID) -> None:
        """Tell every web process that streams of this learner must check their session now."""
        await self._redis.publish(_CONTROL, str(learner))

    async def _supervise(self) -> None:
        while True:
            try:
                await self._listen()
            except (RedisError, OSError) as error:
                logger.warning("Live updates wait for Redis: %s", error)
                self._pubsub = None
                await asyncio.sleep(0.5)

    async def _listen(self) -> None:
        async with self._redis.pubsub() as pubsub:
            await pubsub.subscribe(_CONTROL)
            self._pubsub, self._subscribed, self._changed = pubsub, set(), True
            while True:
                await self._subscribe(pubsub)
                message = await pubsub.get_message(timeout=1)
                if message is not None:
                    self._dispatch(message)

    async def _subscribe(self, pubsub: Any) -> None:
        """Make the subscriptions those that the readers need, whoever came or went meanwhile."""
        if not self._changed:
            return
        self._changed = False
        wanted = set(self._readers)
        new, old = wanted - self._subscribed, self._subscribed - wanted
        self._subscribed = wanted
        if new:
            await pubsub.subscribe(*new)
        if old:
            await pubsub.unsubscribe(*old)

    def _dispatch(self, message: dict[str, Any]) -> None:
        key = message["channel"].decode()
        if message["type"] == "subscribe":
            for _, reader in self._readers.get(key, ()):
                reader.fall_behind()
        elif message["type"] == "message" and key == _CONTROL:
            self._recheck(message["data"].decode())
        elif message["type"] == "message":
            before, entry_id, html = message["data"].decode().split(" ", 2)
            entry = Entry(entry_id, html)
            data = entry.data
            for index, reader in self._readers.get(key, ()):
                reader.announce(index, before, entry, data)

    def _recheck(self, learner: str) -> None:
        for followers in self._readers.values():
            for _, reader in followers:
                if str(reader.learner) == learner:
                    reader.recheck = True
                    reader.wake.set()
