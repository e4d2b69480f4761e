"""An open page without a browser: connects, reconnects and swaps as live.js and htmx do."""

import asyncio
import contextlib
import random
import time
from collections.abc import Iterator

import httpx

from tests.chaos.learner import Learner
from tests.chaos.sight import Sight
from tests.chaos.stack import SERVED_BY
from tests.live.elements import Element
from tests.live.page import Event, EventParser, Page


class Reader(Sight):
    def __init__(
        self, learner: Learner, path: str, rng: random.Random, *, polls: bool = False
    ) -> None:
        super().__init__(learner, path)
        self._mode = "&mode=poll" if polls else ""
        self.page: Page
        self.strangers: set[bytes] = set()
        """What only others may read."""
        self.connected = False
        self._rng = rng
        self._asleep = False
        self._reads = asyncio.Event()
        self._reads.set()
        self._task: asyncio.Task[None] | None = None
        self._listening: asyncio.Task[None] | None = None

    async def open(self) -> None:
        self.page = Page(await self.learner.load(self.path))
        self._look()
        self._task = asyncio.create_task(self._live())

    async def close(self) -> None:
        for task in filter(None, (self._task, self._listening)):
            task.cancel()
            # A connection may have been cut just before.
            with contextlib.suppress(asyncio.CancelledError, httpx.HTTPError):
                await task

    def stop_reading(self) -> None:
        """The connection stays; nothing is taken from it."""
        self._reads.clear()

    def fall_asleep(self) -> None:
        """The window is hidden: live.js closes the connection."""
        self._asleep = True
        if self._listening:
            self._listening.cancel()

    def wake_up(self) -> None:
        self._asleep = False
        self._reads.set()

    async def _live(self) -> None:
        failures = 0
        while True:
            self.delay = 0.5
            self.connected = False
            if not self._asleep:
                await self._listen_once()
                failures = 0 if self.connected else failures + 1
            self.connected = False
            # As live.js waits; a page that wakes up connects at once.
            longest = 5.0 if failures > 9 else 1.0
            wait = min(longest, 0.25 * 2**failures) if failures else self.delay
            deadline = time.monotonic() + wait * self._rng.uniform(0.75, 1.25)
            while self._asleep or time.monotonic() < deadline:
                if self._asleep:
                    deadline = 0
                await asyncio.sleep(0.01)

    async def _listen_once(self) -> None:
        self._listening = asyncio.create_task(self._listen())
        try:
            await self._listening
        except asyncio.CancelledError:
            if not self._asleep:
                raise
        except httpx.HTTPError:
            self.counts["cut"] += 1

    async def _listen(self) -> None:
        headers = {"Last-Event-ID": self.page.cursor} if self.page.cursor else {}
        address = self.page.stream + self._mode
        async with self.learner.client.stream("GET", address, headers=headers) as answer:
            if not answer.headers.get("content-type", "").startswith("text/event-stream"):
                self.counts["refused"] += 1
                return
            self.counts["connected"] += 1
            self.learner.streams[answer.headers.get(SERVED_BY, "none")] += 1
            events = EventParser(self.page.cursor)
            async for piece in answer.aiter_bytes():
                await self._reads.wait()
                if self._heard_of_others(piece):
                    self.counts["foreign"] += 1
                for event in events.feed(piece):
                    self._take(event)

    def _take(self, event: Event) -> None:
        if event.retry is not None:
            self.delay = event.retry / 1000
        if event.name == "hello":
            self.connected = True
        elif event.name == "auth":
            self.problems.append("was told that the session ended")
        elif not event.name:
            self.counts["deliveries"] += 1
            self.page.apply(event)
            self._look()

    def _look(self) -> None:
        for identity, status, text in texts_of(self.page):
            self.see(identity, status, text)

    def _heard_of_others(self, piece: bytes) -> bool:
        return any(secret in piece for secret in self.strangers)


def texts_of(page: Page) -> Iterator[tuple[str, str, str]]:
    """Id, status and text of what is written on a page."""
    for each, _ in page.root.walk():
        is_text = each.id and not each.id.startswith("syllabus-")
        if is_text and "data-status" in each.attributes:
            blocks = [b for b, _ in each.walk() if b.id.endswith("-blocks")]
            yield each.id, each.attributes["data-status"], "".join(map(_text, blocks))


def _text(element: Element) -> str:
    # A space between blocks: words of two never run together.
    return "".join(
        f" {_text(child)}" if isinstance(child, Element) else child for child in element.children
    )
