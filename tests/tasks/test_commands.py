"""The command line of the tasks."""

import json
from uuid import uuid4

import pytest
from redis.asyncio import Redis as RedisClient

from tasks import commands
from tasks.__main__ import main
from tasks.author import record
from techtree import work
from techtree.accounts import Learner
from techtree.ledger import Call
from techtree.lessons import Lesson, LessonVersion
from techtree.status import Level, Status
from techtree.syllabi import Syllabus
from techtree.tutor.author import Purpose
from techtree.tutor.ledger import ModelCall


async def failed_version(lesson: Lesson) -> LessonVersion:
    version = await lesson.ensure_version()
    await work.begin(LessonVersion, version.id)
    await work.fail(LessonVersion, version.id, 1, "The model is away.")
    return version


async def status_of(version: LessonVersion) -> str:
    rows = await LessonVersion.select(LessonVersion.status).where(LessonVersion.id == version.id)
    return str(rows[0]["status"])


async def test_a_topic_is_enqueued_and_its_page_named(
    database: None, redis: "RedisClient", capsys: pytest.CaptureFixture[str]
) -> None:
    await commands.enqueue(
        "draft_syllabus", "Linear algebra", Level.BEGINNER, language="en", wait=False
    )
    syllabus = (await Syllabus.objects())[0]
    assert syllabus.in_catalogue
    assert capsys.readouterr().out.strip().endswith(f"/syllabi/{syllabus.id}")
    assert await redis.llen("techtree:default") == 1


async def test_an_unknown_topic_is_wrong_usage(database: None) -> None:
    with pytest.raises(commands.UsageError, match="no course on “Quantum cooking”"):
        await commands.enqueue(
            "draft_syllabus", "Quantum cooking", Level.BEGINNER, language="en", wait=False
        )
    assert await Syllabus.count() == 0


async def test_what_failed_is_listed_with_its_reason(
    ada_lesson: Lesson, capsys: pytest.CaptureFixture[str]
) -> None:
    version = await failed_version(ada_lesson)
    await commands.dead(as_json=True)
    listed = json.loads(capsys.readouterr().out)
    assert listed == [
        {
            "id": str(version.id),
            "kind": "write_lesson",
            "status": "failed",
            "attempt": 1,
            "failure": "The model is away.",
            "subject": "Friction",
        }
    ]


async def test_what_failed_can_be_retried_and_cancelled(
    ada_lesson: Lesson, redis: "RedisClient"
) -> None:
    version = await failed_version(ada_lesson)
    assert await commands.retry(version.id) == commands.DONE
    assert await status_of(version) == Status.PENDING
    assert await redis.llen("techtree:default") == 1
    assert await commands.cancel(version.id) == commands.DONE
    assert await status_of(version) == Status.STOPPED
    with pytest.raises(commands.UsageError, match="nothing to end"):
        await commands.cancel(version.id)


async def test_the_state_of_all_work_is_counted(
    ada_lesson: Lesson, redis: "RedisClient", capsys: pytest.CaptureFixture[str]
) -> None:
    await failed_version(ada_lesson)
    await commands.status(as_json=True)
    report = json.loads(capsys.readouterr().out)
    assert report["queues"] == {"default": 0, "background": 0}
    assert report["tasks"]["write_lesson"] == {"failed": 1}
    assert report["tasks"]["draft_syllabus"] == {"complete": 1}


async def test_a_task_that_does_not_exist_is_wrong_usage(database: None) -> None:
    with pytest.raises(commands.UsageError, match="there is no task"):
        await commands.retry(uuid4())


@pytest.mark.parametrize("words", [[], ["nonsense"], ["retry", "x"], ["enqueue", "nonsense", "x"]])
def test_wrong_words_exit_with_2(words: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2


def test_the_actors_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.list_actors(as_json=True) == 0
    assert set(json.loads(capsys.readouterr().out)) == {
        "draft_syllabus",
        "write_lesson",
        "reply_to_message",
        "write_question",
        "grade_answer",
    }


async def test_each_call_to_a_model_is_in_the_ledger(ada: Learner) -> None:
    subject = uuid4()
    await record(
        ModelCall(
            purpose=Purpose("lesson", subject, ada.id),
            model="openai:test",
            prompt="lesson@1",
            tokens_in=700,
            tokens_out=900,
            cost=None,
            first_token_ms=120,
            total_ms=4_000,
            outcome="complete",
        )
    )
    row = (await Call.objects())[0]
    assert (row.learner, row.subject, row.kind) == (ada.id, subject, "lesson")
    assert (row.prompt, row.tokens_out) == ("lesson@1", 900)
    assert row.cost is None
