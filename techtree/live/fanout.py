"""From one Pub/Sub connection per web process to all the pages that it serves."""

import asyncio
import contextlib
import logging
import time
from typing import Any, Protocol
from uuid import UUID

from redis.asyncio import Redis
from redis.exceptions import RedisError

from techtree.live.channels import Channel
from techtree.live.counts import Delays

logger = logging.getLogger(__name__)

_CONTROL = b"techtree:live:control"


class Follower(Protocol):
    """An open page, as the fan-out sees it. Nothing here may wait."""

    channels: tuple[Channel, ...]

    @property
    def learner(self) -> UUID | None: ...

    def announce(self, index: int, before: str, entry_id: str, data: bytes) -> None: ...

    def fall_behind(self) -> None:
        """Announcements may have been missed: read the log."""
        ...

    def flush(self) -> None:
        """There is no more to announce for now: write."""
        ...

    def check_access(self) -> None:
        """The session or the right to see the page may have ended."""
        ...


class Fanout:
    """Subscribes to the channels that its followers want, and announces what is published.

    After every new subscription, so also after every lost connection, the followers concerned read
    the log: what was published in between is never missed.
    """

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._followers: dict[bytes, dict[Follower, int]] = {}
        """By topic, with the channel's index among the follower's own."""
        self._subscribed: set[bytes] = set()
        self._changed: set[bytes] = set()
        """Topics that got their first follower or lost their last."""
        self._unflushed: dict[Follower, None] = {}
        self._announced: list[float] = []
        """When Redis took what waits to be flushed: seconds since 1970."""
        self.delays = Delays()
        self._pubsub: Any = None
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._supervise())

    async def stop(self) -> None:
        if self._task:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def join(self, follower: Follower) -> None:
        """Follow its channels. It is told to read the log once its subscriptions are confirmed."""
        for index, channel in enumerate(follower.channels):
            topic = channel.key.encode()
            if topic not in self._followers:
                self._followers[topic] = {}
                self._changed.add(topic)
            self._followers[topic][follower] = index
        if not await self._will_be_confirmed():
            follower.fall_behind()

    def leave(self, follower: Follower) -> None:
        """Synchronous, because what a stream awaits after its client has gone is cancelled."""
        self._unflushed.pop(follower, None)
        for channel in follower.channels:
            topic = channel.key.encode()
            followers = self._followers.get(topic, {})
            followers.pop(follower, None)
            if not followers and topic in self._followers:
                del self._followers[topic]
                self._changed.add(topic)

    async def tell_session_ended(self, learner: UUID) -> None:
        """Have every web process check the streams of this learner now."""
        await self._redis.publish(_CONTROL, f"learner {learner}")

    async def tell_access_changed(self, channel: Channel) -> None:
        """Have every web process check who may still follow this channel."""
        await self._redis.publish(_CONTROL, f"channel {channel.key}")

    async def _will_be_confirmed(self) -> bool:
        if self._pubsub is None:
            return False
        try:
            return await self._subscribe(self._pubsub)
        except (RedisError, OSError):
            # The supervisor mends the connection and subscribes to everything again.
            return False

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
            self._pubsub, self._subscribed, self._changed = pubsub, set(), set(self._followers)
            while True:
                await self._subscribe(pubsub)
                message = await pubsub.get_message(timeout=1)
                if message is not None:
                    self._dispatch(message)

    async def _subscribe(self, pubsub: Any) -> bool:
        """Make the subscriptions those that the followers need, whoever came or went meanwhile.

        True when there are new ones, which the server will confirm.
        """
        changed, self._changed = self._changed, set()
        new = {each for each in changed if each in self._followers} - self._subscribed
        old = {each for each in changed if each not in self._followers} & self._subscribed
        self._subscribed |= new
        self._subscribed -= old
        if new:
            await pubsub.subscribe(*new)
        if old:
            await pubsub.unsubscribe(*old)
        return bool(new)

    def _dispatch(self, message: dict[str, Any]) -> None:
        topic = message["channel"]
        followers = self._followers.get(topic, {})
        if message["type"] == "subscribe":
            for follower in followers:
                follower.fall_behind()
        elif message["type"] == "message" and topic == _CONTROL:
            self._check_access(message["data"].decode())
        elif message["type"] == "message":
            places, _, data = message["data"].partition(b"\n")
            before, _, entry_id = places.decode().partition(" ")
            for follower, index in followers.items():
                follower.announce(index, before, entry_id, data)
            if followers:
                self._announced.append(int(entry_id.partition("-")[0]) / 1000)
            self._flush_soon(followers)

    def _flush_soon(self, followers: dict[Follower, int]) -> None:
        # Whatever has arrived by then goes to each page in one write.
        if not self._unflushed:
            asyncio.get_running_loop().call_soon(self._flush)
        self._unflushed.update(dict.fromkeys(followers))

    def _flush(self) -> None:
        unflushed, self._unflushed = self._unflushed, {}
        for follower in unflushed:
            follower.flush()
        now = time.time()
        for moment in self._announced:
            self.delays.note(now - moment)
        self._announced.clear()

    def _check_access(self, command: str) -> None:
        what, _, name = command.partition(" ")
        if what == "channel":
            concerned = set(self._followers.get(name.encode(), {}))
        else:
            everybody = {f for followers in self._followers.values() for f in followers}
            concerned = {f for f in everybody if str(f.learner) == name}
        for follower in concerned:
            follower.check_access()
