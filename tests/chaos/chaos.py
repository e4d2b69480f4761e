"""One run: learners at work on the real stack, faults one after another, and what came of it."""

import asyncio
import contextlib
import random
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from difflib import unified_diff
from pathlib import Path
from typing import NamedTuple

from playwright.async_api import Browser

from tests.chaos.balancer import Balancer
from tests.chaos.faults import Fault, Scene
from tests.chaos.front import front
from tests.chaos.learner import Learner
from tests.chaos.reader import Reader
from tests.chaos.report import Report
from tests.chaos.sight import OPEN, Sight
from tests.chaos.stack import FEW, Machines, Stack
from tests.chaos.texts import Author
from tests.chaos.windows import Window, browser, open_windows
from tests.live.page import Page

NAMES = ("ada", "bo", "eve")
TOKENS_PER_SECOND = 14
GIVE_UP = 40.0
"""Seconds after which a page that has not recovered counts as stale."""


async def run(
    seed: int,
    faults: Sequence[Fault],
    *,
    tabs: int = 2,
    sleep: float = 4,
    chromium: bool = False,
    machines: Machines = FEW,
) -> Report:
    """`tabs`: simulated windows of each learner on each page. `chromium`: a few real ones, too."""
    report = Report(seed)
    # Long enough to be growing until the last fault.
    catalogue = min(TOKENS_PER_SECOND * 4 * len(faults), 2_000)
    rng = random.Random(seed)
    async with contextlib.AsyncExitStack() as opened:
        home = Path(opened.enter_context(tempfile.TemporaryDirectory(prefix="techtree-chaos-")))
        author = await opened.enter_async_context(Author(lesson=280, catalogue=catalogue, reply=40))
        made = Stack(home / "state", author.url, machines)
        stack = await opened.enter_async_context(made.running())
        balancer = await opened.enter_async_context(
            front(stack.ports, home / "haproxy", proxied=machines.haproxy)
        )
        address = f"http://127.0.0.1:{balancer.port}"
        learners = [await opened.enter_async_context(Learner(name, address)) for name in NAMES]
        try:
            world = World(stack, balancer, learners, rng)
            await world.prepare()
            author.tokens_per_second = TOKENS_PER_SECOND
            async with world.reading(tabs):
                if chromium:
                    await world.open_windows(await opened.enter_async_context(browser()))
                scene = Scene(stack, balancer, world.readers, rng, sleep)
                for fault in faults:
                    await world.go_through(fault, scene, report)
                author.tokens_per_second = None
                await world.settle(report)
        except BaseException:
            print(stack.logs())  # noqa: T201 -- without it a failure can't be understood
            raise
    return report


class Growing(NamedTuple):
    """A text that is being written: where, to whom (nobody: all who may see it), and its id."""

    path: str
    secret: str | None
    text: str

    def is_on(self, page: Sight) -> bool:
        return page.path == self.path and self.secret in (None, page.learner.secret)


class World:
    def __init__(
        self, stack: Stack, balancer: Balancer, learners: Sequence[Learner], rng: random.Random
    ) -> None:
        self.stack = stack
        self.balancer = balancer
        self.learners = learners
        self.readers: list[Reader] = []
        self.windows: list[Window] = []
        self._rng = rng
        self._own: dict[Learner, str] = {}
        """The lesson that a learner reads and has written again and again."""
        self._shared = ""
        self._syllabi: dict[Learner, str] = {}

    async def prepare(self) -> None:
        """A syllabus for each learner, and one of the catalogue that all read."""
        for learner in self.learners:
            self._syllabi[learner] = await learner.ask_for_syllabus(learner.secret)
        catalogue = await self.learners[0].ask_for_syllabus("catalogue")
        for learner, path in self._syllabi.items():
            self._own[learner] = (await learner.lessons_of(path))[0]
        self._shared = (await self.learners[0].lessons_of(catalogue))[0]
        await self.stack.rows(
            "UPDATE syllabus SET learner = NULL, in_catalogue = true WHERE id = $1", catalogue[-36:]
        )

    @contextlib.asynccontextmanager
    async def reading(self, tabs: int) -> AsyncIterator[None]:
        for learner in self.learners:
            paths = [self._own[learner], self._shared] * tabs + [self._syllabi[learner]]
            for number, path in enumerate(paths):
                # One window is behind a proxy that holds streams back.
                polls = learner is self.learners[0] and number < 2 and tabs > 1
                rng = random.Random(self._rng.random())
                self.readers.append(Reader(learner, path, rng, polls=polls))
        for reader in self.readers:
            others = [each for each in self.learners if each is not reader.learner]
            reader.strangers = {each.secret.encode() for each in others}
        await asyncio.gather(*(reader.open() for reader in self.readers))
        self._work = asyncio.create_task(self._keep_writing())
        try:
            yield
        finally:
            self._work.cancel()
            await asyncio.gather(self._work, return_exceptions=True)
            await asyncio.gather(*(reader.close() for reader in self.readers))

    async def open_windows(self, chromium: Browser) -> None:
        """Of the first learner, who has asked for what the others only read."""
        learner = self.learners[0]
        paths = [self._own[learner], self._shared, self._syllabi[learner]]
        self.windows = await open_windows(chromium, learner, paths)

    async def go_through(self, fault: Fault, scene: Scene, report: Report) -> None:
        asking = [
            asyncio.create_task(learner.ask(lesson))
            for learner in self.learners
            for lesson in (self._own[learner], self._shared)
        ]
        await asyncio.sleep(self._rng.uniform(0.2, 1.2))
        # What is asked later takes its time for other reasons.
        growing = await self._growing(fault)
        event = await fault.happen(scene)
        growing &= await self._growing(fault)
        report.recovered(fault, await self._recovered(growing, event))
        await asyncio.gather(*asking)

    async def settle(self, report: Report) -> None:
        """Let all work come to its end, and compare every page with one that is loaded now."""
        self._work.cancel()
        await asyncio.gather(self._work, return_exceptions=True)
        await self._until_all_is_written(GIVE_UP + 40)
        await self._until_equal(10)
        for reader in self.readers:
            fresh = Page(await reader.learner.load(reader.path)).regions
            difference = list(unified_diff(reader.page.regions, fresh, lineterm="", n=0))
            report.add(reader, difference)
        for window in self.windows:
            report.add(window, await window.difference())
        for learner in self.learners:
            report.check_roaming(learner, [each.name for each in self.stack.webs])
            report.check_questions(learner.name, learner.asked, await self._questions(learner))

    async def _keep_writing(self) -> None:
        """Whatever is complete is written again, so that there is always something growing."""
        while True:
            await asyncio.sleep(0.5)
            for learner, lesson in self._own.items():
                readers = [each for each in self.readers if each.path == lesson]
                states = [each.texts["lesson-content-area"] for each in readers]
                if all(state.status not in OPEN for state in states):
                    await learner.send("POST", f"{lesson}/content")

    async def _recovered(self, growing: set[Growing], event: float) -> dict[Sight, float]:
        """For each page the seconds after which it was current."""
        waiting = {page: _expected(page, growing) for page in [*self.readers, *self.windows]}
        took: dict[Sight, float] = {}
        deadline = time.monotonic() + GIVE_UP
        while waiting and time.monotonic() < deadline:
            for page, texts in list(waiting.items()):
                moments = [_moment(page, text, event) for text in texts]
                if None not in moments:
                    took[page] = max([each - event for each in moments if each], default=0.0)
                    del waiting[page]
            await asyncio.sleep(0.02)
        return took | dict.fromkeys(waiting, GIVE_UP)

    async def _growing(self, fault: Fault) -> set[Growing]:
        """What is being written; after a fault that stops the work also what waits to be."""
        begun = "" if fault.stops_work else "AND content <> ''"
        rows = await self.stack.rows(
            f"SELECT lesson, NULL AS secret, 'lesson-content-area' AS text FROM lesson_version"
            f" WHERE status = ANY($1) {begun} UNION ALL"
            " SELECT study.lesson, syllabus.topic, 'message-' || message.id FROM message"
            " JOIN study ON study.id = message.study JOIN syllabus USING (learner)"
            f" WHERE message.status = ANY($1) {begun}",
            OPEN,
        )
        return {Growing(f"/lessons/{row['lesson']}", row["secret"], row["text"]) for row in rows}

    async def _until_all_is_written(self, patience: float) -> None:
        deadline = time.monotonic() + patience
        query = " UNION ALL ".join(
            f"SELECT id FROM {table} WHERE status IN ('pending', 'writing')"
            for table in ("lesson_version", "message", "syllabus")
        )
        while await self.stack.rows(query):
            if time.monotonic() > deadline:
                raise TimeoutError("the work does not come to its end")
            await asyncio.sleep(0.3)

    async def _until_equal(self, patience: float) -> None:
        deadline = time.monotonic() + patience
        for reader in self.readers:
            while Page(await reader.learner.load(reader.path)).regions != reader.page.regions:
                if time.monotonic() > deadline:
                    return
                await asyncio.sleep(0.1)

    async def _questions(self, learner: Learner) -> int:
        rows = await self.stack.rows(
            "SELECT count(*) AS asked FROM message WHERE role = 'learner' AND content LIKE $1",
            f"{learner.secret} asks%",
        )
        return int(rows[0]["asked"])


def _expected(page: Sight, growing: set[Growing]) -> list[str]:
    """The texts that must change on a page before it counts as current."""
    return [
        *(each.text for each in growing if each.is_on(page)),
        *(each for each, text in page.texts.items() if text.is_open and text.words),
    ]


def _moment(page: Sight, identity: str, event: float) -> float | None:
    """When the page was first seen to have more of the text since then; None: not yet."""
    text = page.texts.get(identity)
    if text is None:
        return None
    return text.changed_after(event) or (None if text.is_open else event)
