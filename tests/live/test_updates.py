"""A page loaded at any moment, and the updates after its cursor, make a page loaded later."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from difflib import unified_diff
from typing import Any
from uuid import uuid4

import pytest
from redis.asyncio import Redis as RedisClient
from redis.exceptions import ConnectionError as RedisConnectionError

from tasks import author as authors, runs
from tasks.lessons import _write, write_lesson
from tasks.messages import _reply, reply_to_message
from tasks.syllabi import _draft, draft_syllabus
from techtree import work
from techtree.accounts import Learner
from techtree.lessons import Lesson, LessonVersion
from techtree.live import stream, updates
from techtree.live.log import Log
from techtree.messages import Conversation, Message, Study
from techtree.status import Level, Status
from techtree.syllabi import Syllabus
from techtree.tutor.author import TutorError
from tests.conftest import knots
from tests.controllers.conftest import Visitor, browser
from tests.fakes.author import Cue, FakeAuthor
from tests.live.page import EventParser, Page


class Pause(asyncio.Event):
    """A moment in which an author thinks."""

    async def wait(self) -> bool:  # type: ignore[override]
        await asyncio.sleep(0.05)
        return True


LESSON = (
    "## Friction\n\nA rope ho¦lds by **fri¦ction**, and $T = T_0 e^{\\mu¦\\theta}$.\n\n"
    "- one\n- t¦wo\n\n  still two\n¦\n```python\nprint(1¦)\n```\n\n> A qu¦ote.\n\n| a | b |\n"
    "|---¦|---|\n| 1 | 2 |\n\n$$\nx^2¦\n$$\n\nNine <b>bold</b>.\n\nTen¦.\n\nEleven.\n\nTwel¦ve."
)
"""What an author writes; it thinks at each ¦."""


def slowly(text: str, *then: Cue) -> list[str | Cue]:
    pieces = text.split("¦")
    return [step for piece in pieces for step in (piece, Pause())] + list(then)


class Tab:
    """A page that was loaded at some moment, and what it hears from then on."""

    def __init__(self, path: str, html: str) -> None:
        self.path = path
        self.page = Page(html)
        self.stream = self.page.stream

    def hear(self, events: str) -> None:
        for event in EventParser().feed(events.encode()):
            self.page.apply(event)
        if self.page.cursor:
            self.stream = f"{self.path}/events?after={self.page.cursor}"

    @property
    def regions(self) -> list[str]:
        return self.page.regions


class Watch:
    """Loads its pages whenever something is stored or published."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor
        self.paths: list[str] = []
        self.tabs: list[Tab] = []

    async def look(self) -> None:
        self.tabs += [await self.load(path) for path in self.paths]

    async def load(self, path: str) -> Tab:
        return Tab(path, (await self.visitor.get(path)).text)

    async def check(self) -> None:
        """Every page that was loaded so far becomes what a page shows that is loaded now."""
        now = {path: (await self.load(path)).regions for path in self.paths}
        assert len(self.tabs) > 1
        streams = [self.visitor.get(f"{tab.stream}&mode=poll") for tab in self.tabs]
        for tab, answer in zip(self.tabs, await asyncio.gather(*streams), strict=True):
            tab.hear(answer.text)
            difference = unified_diff(tab.regions, now[tab.path], lineterm="", n=0)
            assert "\n".join(difference) == ""


@pytest.fixture
async def adas(ada: Learner, redis: "RedisClient") -> AsyncIterator[Visitor]:
    async with browser() as client:
        yield await Visitor(client).sign_in(ada)


@pytest.fixture
def watch(adas: Visitor, monkeypatch: pytest.MonkeyPatch) -> Watch:
    watch = Watch(adas)

    def watched(original: Callable[..., Any]) -> Callable[..., Any]:
        async def and_look(*args: Any, **options: Any) -> Any:
            answer = await original(*args, **options)
            await watch.look()
            return answer

        return and_look

    monkeypatch.setattr(Log, "publish", watched(Log.publish))
    monkeypatch.setattr(work, "save", watched(work.save))
    monkeypatch.setattr(runs, "PULSE", 0.1)
    monkeypatch.setattr(stream, "POLL", 1)
    return watch


@pytest.fixture
def author() -> Iterator[FakeAuthor]:
    fake = FakeAuthor()
    authors.use(fake)
    yield fake
    authors.use(None)


async def write(version: LessonVersion) -> None:
    await runs.run(write_lesson, LessonVersion, version.id, _write, updates.show_lesson)


async def answer(message: Message) -> None:
    await runs.run(reply_to_message, Message, message.id, _reply, updates.show_message)


async def status_of(version: LessonVersion) -> str:
    found = await LessonVersion.objects().get(LessonVersion.id == version.id)
    assert found
    return str(found.status)


async def test_while_a_lesson_is_written_and_its_first_attempt_fails(
    watch: Watch, author: FakeAuthor, ada_lesson: Lesson
) -> None:
    busy = TutorError("The model is busy.", retry=True)
    author.lessons.extend([slowly(LESSON[:90], busy), slowly(LESSON)])
    version = await ada_lesson.ensure_version()
    watch.paths += [f"/lessons/{ada_lesson.id}", f"/syllabi/{ada_lesson.syllabus.id}"]
    await watch.look()
    await write(version)
    assert await status_of(version) == Status.PENDING
    await watch.check()
    await write(version)
    assert await status_of(version) == Status.COMPLETE
    await watch.check()
    assert len(watch.tabs) > 40


async def test_while_a_lesson_is_stopped_and_written_again(
    watch: Watch, author: FakeAuthor, ada_lesson: Lesson
) -> None:
    author.lessons.extend([slowly(LESSON, asyncio.Event()), "Another text.\n\nIts end."])
    version = await ada_lesson.ensure_version()
    path = f"/lessons/{ada_lesson.id}"
    watch.paths += [path]
    await watch.look()
    job = asyncio.create_task(write(version))
    await asyncio.sleep(0.4)
    await watch.visitor.post(f"{path}/content/stop", htmx=True)
    await asyncio.wait_for(job, 5)
    assert await status_of(version) == Status.STOPPED
    await watch.check()
    await watch.visitor.post(f"{path}/content", htmx=True)
    await write(await ada_lesson.ensure_version())
    await watch.check()


async def test_while_a_question_is_asked_answered_asked_again_and_wiped(
    watch: Watch, author: FakeAuthor, ada: Learner, ada_lesson: Lesson
) -> None:
    author.lessons.append("A short lesson.")
    await write(await ada_lesson.ensure_version())
    failure = TutorError("The key is wrong.", retry=False)
    author.replies.extend([slowly(LESSON[:60], failure), slowly(LESSON), "Short."])
    path = f"/lessons/{ada_lesson.id}"
    watch.paths += [path]
    await watch.look()
    study = await Study.open(ada, ada_lesson)

    await watch.visitor.post(f"{path}/messages", htmx=True, message="Why?", key=str(uuid4()))
    reply = (await Conversation.of(study.id)).messages[-1]
    await answer(reply)
    await watch.check()
    await watch.visitor.post(f"/messages/{reply.id}/retry", htmx=True)
    await answer(reply)
    assert (await Conversation.of(study.id)).messages[-1].status == Status.COMPLETE
    await watch.check()
    await watch.visitor.post(f"{path}/messages", htmx=True, message="And?", key=str(uuid4()))
    await answer((await Conversation.of(study.id)).messages[-1])
    await watch.check()
    await watch.visitor.send("DELETE", f"{path}/messages", htmx=True)
    await watch.check()


async def test_while_a_syllabus_is_drafted(watch: Watch, author: FakeAuthor, ada: Learner) -> None:
    syllabus = await Syllabus.ask_for(ada, "Knots", Level.BEGINNER)
    author.syllabi.append(knots())
    watch.paths += [f"/syllabi/{syllabus.id}"]
    await watch.look()
    await runs.run(draft_syllabus, Syllabus, syllabus.id, _draft, updates.show_syllabus)
    await watch.check()
    assert "Invariants" in (await watch.visitor.get(watch.paths[0])).text


async def test_while_redis_loses_everything(
    watch: Watch, author: FakeAuthor, ada_lesson: Lesson, redis: "RedisClient"
) -> None:
    author.lessons.append(slowly(LESSON))
    version = await ada_lesson.ensure_version()
    watch.paths += [f"/lessons/{ada_lesson.id}"]
    await watch.look()
    job = asyncio.create_task(write(version))
    for _ in range(2):
        await asyncio.sleep(0.3)
        await redis.flushall()
    await job
    await watch.check()


async def test_when_redis_answers_only_after_the_work_is_done(
    watch: Watch,
    author: FakeAuthor,
    ada: Learner,
    ada_lesson: Lesson,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Then what would have been many updates is sent at once."""
    author.lessons.append("One.\n\nTwo.")
    author.replies.append("A short answer.")
    version = await ada_lesson.ensure_version()
    study = await Study.open(ada, ada_lesson)
    _, reply = await study.ask("Why?", uuid4())
    watch.paths += [f"/lessons/{ada_lesson.id}"]
    await watch.look()
    await watch.look()

    working = Log.publish
    calls: list[str] = []

    async def away_at_first(self: Log, channel: Any, *args: Any, **options: Any) -> str | None:
        calls.append(channel.key)
        if calls.count(channel.key) <= 2:
            raise RedisConnectionError("not yet")
        return await working(self, channel, *args, **options)

    with monkeypatch.context() as patch:
        patch.setattr(Log, "publish", away_at_first)
        await write(version)
        await answer(reply)
    await watch.check()
