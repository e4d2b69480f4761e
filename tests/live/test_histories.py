"""Whatever happens while a text is written, an old page and the updates make the page of now."""

from typing import Any
from unittest.mock import patch

from hypothesis import HealthCheck, given, settings, strategies as st
from redis.asyncio import Redis as RedisClient

from tasks.runs import Checkpoint
from tasks.text import LiveText
from techtree.lessons import Lesson, LessonVersion
from techtree.live import publisher, updates
from techtree.live.channels import of_lesson
from techtree.live.log import Cursor, Log
from techtree.live.publisher import Publisher
from techtree.status import Status
from tests.chaos.texts import Flaws, flaws, numbered
from tests.live.elements import swap
from tests.live.page import Page
from tests.live.reading import html_of

STEPS = ("write", "write", "write", "publish", "look", "store", "stored", "trim", "empty")


class History:
    """One text's way from its author to its pages, a step at a time."""

    def __init__(self, redis: "RedisClient", lesson: Lesson, version: LessonVersion) -> None:
        self.log = Log(redis)
        self.channel = of_lesson(lesson.id)
        self.pages: list[tuple[Page, Cursor]] = []
        self._redis = redis
        self._lesson = lesson
        self._version = version
        self._owed = numbered("aa", 400)
        self._checkpoint: Checkpoint | None = None

    async def play(self, steps: list[str]) -> None:
        await self._save(content="", status=Status.WRITING.value)
        async with Publisher(self.log, self.channel) as self._publisher:
            self._version.content, self._version.status = "", Status.WRITING
            content = updates.lesson_content(self._lesson.id, self._version, "en")
            self._publisher.put("content", content, whole=True)
            self._text = LiveText(self._publisher, f"lesson-{self._lesson.id}")
            for step in [*steps, "stored"]:
                await getattr(self, f"_{step}")()
            await self._end()

    async def check(self) -> None:
        now = await self._load()
        assert "aa0001" in "".join(now[0].regions)
        for page, cursor in self.pages:
            await self._hear(page, cursor)
            assert page.regions == now[0].regions

    async def _write(self) -> None:
        piece, self._owed = self._owed[:60], self._owed[60:]
        self._text.write(piece)

    async def _publish(self) -> None:
        await self._publisher.flush()

    async def _look(self) -> None:
        self.pages.append(await self._load())

    async def _store(self) -> None:
        """The row has the text; that it has is not yet known to whoever writes."""
        await self._stored()
        self._checkpoint = self._text.checkpoint()
        await self._save(**self._checkpoint.values)

    async def _stored(self) -> None:
        if self._checkpoint:
            self._checkpoint.stored()
        self._checkpoint = None

    async def _trim(self) -> None:
        await self._redis.xtrim(self.channel.key, maxlen=1, approximate=False)

    async def _empty(self) -> None:
        await self._redis.flushall()

    async def _end(self) -> None:
        await self._write()
        self._text.close()
        checkpoint = self._text.checkpoint()
        await self._save(**checkpoint.values, status=Status.COMPLETE.value)
        checkpoint.stored()
        self._version.status = Status.COMPLETE
        status = updates.lesson_status(self._lesson.id, self._version)
        self._publisher.put("status", status)

    async def _save(self, **values: Any) -> None:
        columns: Any = values
        await LessonVersion.update(columns).where(LessonVersion.id == self._version.id)

    async def _load(self) -> tuple[Page, Cursor]:
        cursor = await self.log.cursor([self.channel])
        row = await LessonVersion.newest_of(self._lesson.id)
        # As on the page, where it is in its place and needs none to be named.
        content = updates.lesson_content(self._lesson.id, row, "en").replace(
            ' hx-swap-oob="true"', ""
        )
        return Page(f'<div id="live" hx-sse:connect="/"></div>{content}'), cursor

    async def _hear(self, page: Page, cursor: Cursor) -> None:
        after = await self.log.after([self.channel], cursor)
        told = [html_of(entry) for _, entry in after.entries]
        if after.unproven:
            told.append(await updates.afresh(self.channel))
        for html in told:
            swap(page.root, html)
            assert flaws("".join(page.regions)) == Flaws()


@given(steps=st.lists(st.sampled_from(STEPS), min_size=5, max_size=30))
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
async def test_any_page_and_the_updates_after_its_cursor_make_the_page_of_now(
    redis: "RedisClient", ada_lesson: Lesson, steps: list[str]
) -> None:
    await redis.flushall()
    history = History(redis, ada_lesson, await ada_lesson.ensure_version())
    with patch.object(publisher, "PAUSE", 0):
        await history.play(["look", *steps])
    await history.check()


async def test_a_page_from_between_two_checkpoints_shows_no_gap(
    redis: "RedisClient", ada_lesson: Lesson
) -> None:
    steps = ["write", "store", "stored", "write", "publish", "look", "write", "publish"]
    history = History(redis, ada_lesson, await ada_lesson.ensure_version())
    await history.play(steps)
    await history.check()
