"""From growing work to its page: what changed is published, joined a little, never lost."""

import asyncio
import logging
import time
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Self

from redis.exceptions import RedisError

from techtree.live.channels import Channel
from techtree.live.log import Log
from techtree.work import SupersededError

logger = logging.getLogger(__name__)

PAUSE = 0.04
"""Seconds between two publications: slow enough to join tokens, too quick to be seen."""
SHARE = 0.5
"""Of a core, that the publishers of one process may spend on making updates."""
PATIENCE = 5.0
"""Seconds that finished work waits for Redis."""

CLOSING = 1.0
"""Seconds that failed or stopped work waits for its last command to Redis."""

Source = Callable[[], Iterable[tuple[str, str]]]
"""Gives the updates since it was last asked: the key of what each replaces, and its HTML."""


class Pace:
    """How often the publishers of a process may make updates: as often as it can carry.

    With many texts at once each is told of less often, and none of them falls behind.
    """

    def __init__(self) -> None:
        self._free = 0.0
        """When what was spent so far is no more than the share."""

    def spend(self, seconds: float) -> float:
        """The seconds until the next update of a text, after one that took so long to make."""
        now = time.monotonic()
        self._free = max(self._free, now) + seconds / SHARE
        return max(PAUSE, self._free - now)


pace = Pace()


class Publisher:
    """Publishes to a channel; with a fence, one region of a page as one attempt.

    An update replaces an earlier one with the same key that has not been sent yet, so a Redis that
    is away for a while costs nothing but time: when it is back, the newest of each key is sent.
    """

    def __init__(self, log: Log, channel: Channel, *, region: str = "", fence: int = 0) -> None:
        self._log = log
        self.channel = channel
        self._region = region
        self._fence = fence
        self._unsent: dict[str, str] = {}
        self._whole: set[str] = set()
        self._source: Source | None = None
        self._wake = asyncio.Event()
        self._idle = asyncio.Event()
        self._pump: asyncio.Task[None] | None = None
        self._closing = False
        self._spent = 0.0

    def put(self, key: str, html: str, *, whole: bool = False) -> None:
        """Publish `html` soon.

        With `whole` it holds the places that later updates go to, and has an entry of its own:
        htmx looks up all that an entry replaces before it changes the first of it.
        """
        self._unsent.pop(key, None)
        self._unsent[key] = html
        if whole:
            self._whole.add(key)
        self.nudge()

    def follow(self, source: Source) -> None:
        """Ask `source` for updates whenever there was a nudge."""
        self._source = source

    def nudge(self) -> None:
        """The source has something new."""
        self._idle.clear()
        self._wake.set()

    async def flush(self) -> None:
        """Wait until all is published.

        Raises SupersededError when a newer attempt has the page, and RedisError when Redis doesn't
        take it in time.
        """
        if self._pump is None:
            raise RuntimeError("a publisher is used as a context manager")
        idle = asyncio.create_task(self._idle.wait())
        try:
            done, _ = await asyncio.wait(
                {idle, self._pump}, timeout=PATIENCE, return_when=asyncio.FIRST_COMPLETED
            )
        finally:
            idle.cancel()
        if self._pump in done:
            self._pump.result()
        if not done:
            raise RedisError(f"Redis did not take the updates of {self.channel.key} in time")

    async def __aenter__(self) -> Self:
        self._idle.set()
        self._pump = asyncio.create_task(self._run())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if error is None:
                await self.flush()
        finally:
            await self._close()

    async def _close(self) -> None:
        """End the pump. It is asked, not cancelled: a command to Redis is not left half read."""
        self._closing = True
        self._wake.set()
        if self._pump is not None:
            ended, running = await asyncio.wait({self._pump}, timeout=CLOSING)
            for pump in running:
                pump.cancel()
            for pump in ended:
                # Whether it was superseded has been said by `flush`, or matters no more.
                pump.exception()

    async def _run(self) -> None:
        while not self._closing:
            await self._wake.wait()
            self._wake.clear()
            await self._send()
            if not self._wake.is_set():
                self._idle.set()
            if not self._closing:
                await asyncio.sleep(pace.spend(self._spent))

    async def _send(self) -> None:
        began = time.perf_counter()
        for key, html in self._source() if self._source else ():
            self._unsent.pop(key, None)
            self._unsent[key] = html
        self._spent = time.perf_counter() - began
        if not self._unsent:
            return
        sending = self._next()
        try:
            entry = await self._log.publish(
                self.channel,
                "\n".join(sending.values()),
                region=self._region,
                fence=self._fence,
            )
        except (RedisError, OSError) as error:
            logger.info("Updates of %s wait for Redis: %s", self.channel.key, error)
            self._wake.set()
            await asyncio.sleep(0.5)
            return
        if entry is None:
            raise SupersededError
        for key, html in sending.items():
            if self._unsent.get(key) == html:
                del self._unsent[key]
        if self._unsent:
            self._wake.set()

    def _next(self) -> dict[str, str]:
        """What goes into one entry."""
        whole = next((key for key in self._unsent if key in self._whole), None)
        return {whole: self._unsent[whole]} if whole else dict(self._unsent)
