"""Jobs: whatever happens to them, the row ends with a status and keeps what was written."""

import asyncio
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from redis.asyncio import Redis as RedisClient
from redis.exceptions import ConnectionError as RedisConnectionError

from tasks import author as authors, untold
from tasks.broker import broker
from tasks.lessons import _write, write_lesson
from tasks.messages import _reply, reply_to_message
from tasks.queue import enqueue
from tasks.runs import run
from tasks.sweeper import sweep
from techtree import work
from techtree.accounts import Learner
from techtree.lessons import Lesson, LessonVersion
from techtree.live import publisher, updates
from techtree.live.channels import of_lesson
from techtree.live.log import Log
from techtree.messages import Conversation, Message, Study
from techtree.status import Status
from techtree.tutor.author import TutorError
from tests.fakes.author import FakeAuthor
from tests.live.reading import html_of

TEXT = "## Friction\n\nRope holds by $\\mu$.\n\nA second paragraph."


@pytest.fixture
def author() -> Iterator[FakeAuthor]:
    fake = FakeAuthor()
    authors.use(fake)
    yield fake
    authors._author = None


async def write(version: LessonVersion) -> LessonVersion:
    await run(write_lesson, LessonVersion, version.id, _write, updates.show_lesson)
    return await stored(version.id)


async def stored(row: UUID) -> LessonVersion:
    found = await LessonVersion.objects().get(LessonVersion.id == row)
    assert found
    return found


async def test_a_lesson_is_written(
    author: FakeAuthor, ada_lesson: Lesson, redis: "RedisClient"
) -> None:
    author.lessons.append(TEXT)
    written = await write(await ada_lesson.ensure_version())
    assert (written.status, written.content) == (Status.COMPLETE, TEXT)
    assert written.model == "fake:author"
    assert b"A second paragraph." in await _published(redis, of_lesson(ada_lesson.id).key)


async def test_a_reply_knows_the_lesson_and_what_was_said(
    author: FakeAuthor, ada: Learner, ada_lesson: Lesson, redis: "RedisClient"
) -> None:
    author.lessons.append(TEXT)
    await write(await ada_lesson.ensure_version())
    study = await Study.open(ada, ada_lesson)
    for question, answer in (("Why?", "Because of friction."), ("Really?", "Yes.")):
        author.replies.append(answer)
        _, reply = await study.ask(question, uuid4())
        await run(reply_to_message, Message, reply.id, _reply, updates.show_message)
    brief = author.briefs[-1]
    assert brief.question == "Really?"  # type: ignore[union-attr]
    assert brief.text == TEXT  # type: ignore[union-attr]
    assert [turn.text for turn in brief.history] == ["Why?", "Because of friction."]  # type: ignore[union-attr]
    assert [message.status for message in (await Conversation.of(study.id)).messages] == [
        Status.COMPLETE
    ] * 4


async def test_what_can_not_be_mended_by_trying_fails_at_once_and_says_why(
    author: FakeAuthor, ada_lesson: Lesson, redis: "RedisClient"
) -> None:
    author.lessons.append(["## Begun", TutorError("The key is wrong.", retry=False)])
    version = await ada_lesson.ensure_version()
    failed = await asyncio.wait_for(write(version), 5)
    assert (failed.status, failed.failure) == (Status.FAILED, "The key is wrong.")
    assert failed.content == "## Begun"


async def test_a_passing_fault_is_tried_again_later_and_at_most_three_times(
    author: FakeAuthor, ada_lesson: Lesson, redis: "RedisClient"
) -> None:
    version = await ada_lesson.ensure_version()
    for attempt in range(1, work.MAX_TRIES + 1):
        author.lessons.append(TutorError("The model is busy.", retry=True))
        row = await write(version)
        assert row.attempt == attempt
        assert row.status == (Status.PENDING if attempt < work.MAX_TRIES else Status.FAILED)
        await LessonVersion.raw("UPDATE lesson_version SET due_at = NULL")
    assert row.failure == "The model is busy."


async def test_an_error_of_ours_is_not_shown_to_the_learner(
    author: FakeAuthor, ada_lesson: Lesson, redis: "RedisClient"
) -> None:
    version = await ada_lesson.ensure_version()
    for _ in range(work.MAX_TRIES):
        author.lessons.append(ZeroDivisionError("secret detail"))
        row = await write(version)
    assert row.status == Status.FAILED
    assert "secret" not in row.failure
    assert "on our side" in row.failure


async def test_a_stopped_lesson_stops_its_author_and_keeps_the_text(
    author: FakeAuthor, ada_lesson: Lesson, redis: "RedisClient"
) -> None:
    author.lessons.append(["## Begun", asyncio.Event()])
    version = await ada_lesson.ensure_version()
    job = asyncio.create_task(write(version))
    async with asyncio.timeout(5):
        while (await stored(version.id)).content != "## Begun":
            await asyncio.sleep(0.05)
    await work.stop(LessonVersion, version.id)
    row = await asyncio.wait_for(job, 3)
    assert (row.status, row.content) == (Status.STOPPED, "## Begun")
    assert author.stopped == 1


async def test_a_job_taken_over_by_another_worker_ends(
    author: FakeAuthor, ada_lesson: Lesson, redis: "RedisClient"
) -> None:
    author.lessons.extend([["## Old", asyncio.Event()], TEXT])
    version = await ada_lesson.ensure_version()
    old = asyncio.create_task(write(version))
    async with asyncio.timeout(5):
        while (await stored(version.id)).content != "## Old":
            await asyncio.sleep(0.05)
    await LessonVersion.raw("UPDATE lesson_version SET alive_at = now() - interval '1 minute'")
    written = await write(version)
    await asyncio.wait_for(old, 3)
    assert (written.status, written.content) == (Status.COMPLETE, TEXT)
    assert (await stored(version.id)).content == TEXT


async def test_an_interrupted_job_is_handed_back(
    author: FakeAuthor, ada_lesson: Lesson, redis: "RedisClient"
) -> None:
    author.lessons.append(["## Begun", asyncio.Event()])
    version = await ada_lesson.ensure_version()
    job = asyncio.create_task(write(version))
    async with asyncio.timeout(5):
        while (await stored(version.id)).content != "## Begun":
            await asyncio.sleep(0.05)
    job.cancel()
    with pytest.raises(asyncio.CancelledError):
        await job
    assert (await stored(version.id)).status == Status.PENDING


async def test_a_last_word_that_was_stored_and_not_told_is_told_by_the_second_delivery(
    author: FakeAuthor, ada_lesson: Lesson, redis: "RedisClient"
) -> None:
    """As when a worker is killed between the two."""
    author.lessons.append(TEXT)
    version = await ada_lesson.ensure_version()
    await write(version)
    await redis.flushall()
    await write(version)
    assert b'data-status="complete"' in await _published(redis, of_lesson(ada_lesson.id).key)
    assert len(author.briefs) == 1


async def test_a_second_delivery_does_not_disturb_the_first(
    author: FakeAuthor, ada_lesson: Lesson, redis: "RedisClient"
) -> None:
    gate = asyncio.Event()
    author.lessons.append(["## Begun", gate])
    version = await ada_lesson.ensure_version()
    job = asyncio.create_task(write(version))
    async with asyncio.timeout(5):
        while (await stored(version.id)).content != "## Begun":
            await asyncio.sleep(0.05)
    length = await redis.xlen(of_lesson(ada_lesson.id).key)
    assert (await write(version)).status == Status.WRITING
    assert await redis.xlen(of_lesson(ada_lesson.id).key) == length
    gate.set()
    await job
    assert (await stored(version.id)).status == Status.COMPLETE


async def test_what_is_asked_for_twice_is_queued_once(
    ada_lesson: Lesson, redis: "RedisClient"
) -> None:
    version = await ada_lesson.ensure_version()
    for _ in range(3):
        assert await enqueue(write_lesson, version.id)
    assert await redis.llen("techtree:default") == 1


async def test_an_emptied_redis_loses_no_job(ada_lesson: Lesson, redis: "RedisClient") -> None:
    version = await ada_lesson.ensure_version()
    await enqueue(write_lesson, version.id)
    await redis.flushall()
    await sweep()
    await sweep()
    assert await redis.llen("techtree:default") == 1


async def test_what_is_prepared_ahead_waits_behind_learners(
    ada_lesson: Lesson, redis: "RedisClient"
) -> None:
    await ada_lesson.ensure_version(background=True)
    await sweep()
    assert await redis.llen("techtree:background") == 1
    assert await redis.llen("techtree:default") == 0


async def test_a_page_loaded_between_an_update_and_its_checkpoint_misses_nothing(
    author: FakeAuthor, ada_lesson: Lesson, redis: "RedisClient"
) -> None:
    """The row lags behind the log; what it lacked is published again once it holds it."""
    gate = asyncio.Event()
    author.lessons.append(["First.\n\nSecond.\n\nThird", gate, " ends.\n\nLast."])
    version = await ada_lesson.ensure_version()
    channel = of_lesson(ada_lesson.id)
    job = asyncio.create_task(write(version))
    async with asyncio.timeout(5):
        while b"Second." not in await _published(redis, channel.key):
            await asyncio.sleep(0.005)
    cursor = await updates.log().cursor([channel])
    row = await stored(version.id)
    gate.set()
    await job
    after = await updates.log().after([channel], cursor)
    heard = "".join(html_of(entry) for _, entry in after.entries)
    for paragraph in ("First.", "Second.", "Third ends.", "Last."):
        assert paragraph in row.content + heard


async def test_the_end_of_a_job_is_told_when_redis_can_be_reached_again(
    author: FakeAuthor,
    ada_lesson: Lesson,
    redis: "RedisClient",
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Not restarted: its pages go on trusting what it remembers, which lacks the end."""
    publish = Log.publish

    async def unreachable(*_: Any, **__: Any) -> None:
        raise RedisConnectionError

    monkeypatch.setattr(publisher, "PATIENCE", 0.2)
    monkeypatch.setattr(Log, "publish", unreachable)
    author.lessons.append("One paragraph.")
    version = await ada_lesson.ensure_version()
    await write(version)
    assert (await stored(version.id)).status == Status.COMPLETE
    await untold.tell_again()

    monkeypatch.setattr(Log, "publish", publish)
    await untold.tell_again()
    assert b'data-status="complete"' in await _published(redis, of_lesson(ada_lesson.id).key)
    before = await redis.xlen(of_lesson(ada_lesson.id).key)
    await untold.tell_again()
    assert await redis.xlen(of_lesson(ada_lesson.id).key) == before, "told once"


async def _published(redis: "RedisClient", key: str) -> bytes:
    entries: Any = await redis.xrange(key)
    return b"".join(fields[b"data"] for _, fields in entries)


def test_the_queue_of_the_background_is_known_to_the_broker() -> None:
    assert "background" in broker.get_declared_queues()
