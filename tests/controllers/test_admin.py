"""What an administrator sees and does."""

from collections.abc import AsyncIterator
from decimal import Decimal
from uuid import uuid4

import pytest
from piccolo.apps.user.tables import BaseUser
from redis.asyncio import Redis as RedisClient

from techtree import work
from techtree.accounts import Learner
from techtree.admin import quality
from techtree.admin.tables import PAGE, TABLES
from techtree.assessments import Answer, Question
from techtree.ledger import Call
from techtree.lessons import Lesson, LessonVersion
from techtree.questioning import is_retired
from techtree.syllabi import Syllabus
from tests.controllers.conftest import Visitor
from tests.controllers.test_accounts import learnt
from tests.controllers.test_authorisation import visitors


@pytest.fixture
async def roots(redis: "RedisClient", database: None) -> AsyncIterator[Visitor]:
    """The browser of an administrator."""
    root = await Learner.sign_up("root@example.org", "a password of an administrator")
    await BaseUser.update({BaseUser.admin: True}).where(BaseUser.id == root.user)
    async with visitors(root) as (visitor,):
        yield visitor


async def test_each_table_shows_what_is_stored(
    roots: Visitor, ada: Learner, ada_lesson: Lesson
) -> None:
    await learnt(ada, ada_lesson)
    await ada_lesson.ensure_version()
    await _call(ada, "0.25")
    expected = {
        "learners": "ada@example.org",
        "syllabi": "Knots, tied and untied",
        "lessons": "Friction",
        "questions": "Which knot?",
        "answers": "Which knot?",
        "jobs": "write_lesson",
        "ledger": "openai:test",
    }
    assert set(expected) == set(TABLES)
    for name, text in expected.items():
        assert text in (await roots.get(f"/admin/{name}")).text, name


async def test_a_table_is_searched_for_words_and_not_for_patterns(
    roots: Visitor, ada: Learner, eve: Learner
) -> None:
    found = (await roots.get("/admin/learners?q=ADA@")).text
    assert "ada@example.org" in found
    assert "eve@example.org" not in found
    for nothing in ("a%a", "a_a", "\\", "' OR 1=1 --"):
        page = await roots.client.get("/admin/learners", params={"q": nothing})
        assert page.status_code == 200
        assert "ada@example.org" not in page.text


async def test_a_long_table_has_pages(roots: Visitor) -> None:
    await Learner.insert(*[Learner() for _ in range(PAGE + 5)])
    first = (await roots.get("/admin/learners")).text
    second = (await roots.get("/admin/learners?page=2")).text
    assert (first.count("<tr>"), second.count("<tr>")) == (PAGE + 1, 5 + 1 + 1)
    assert "page=2" in first
    for odd in ("0", "-1", "x", "9" * 30, "²"):
        assert (await roots.client.get("/admin/learners", params={"page": odd})).status_code == 200


async def test_a_disabled_account_is_out_at_once_and_can_be_let_in_again(
    roots: Visitor, ada: Learner
) -> None:
    async with visitors(ada) as (adas,):
        assert (await adas.get("/dashboard")).status_code == 200
        await roots.post(f"/admin/learners/{ada.id}/disable")
        assert (await adas.get("/dashboard")).status_code == 303
        assert "disabled" in (await roots.get("/admin/learners?q=ada@")).text
        await roots.post(f"/admin/learners/{ada.id}/enable")
        assert (await adas.get("/dashboard")).status_code == 200


async def test_an_administrator_does_not_lock_themselves_out(roots: Visitor) -> None:
    root = await Learner.objects().first()
    assert root
    await roots.post(f"/admin/learners/{root.id}/disable")
    assert (await roots.get("/admin")).status_code == 200


async def test_a_syllabus_is_put_into_the_catalogue_and_taken_out(
    roots: Visitor, ada_syllabus: Syllabus, eve: Learner
) -> None:
    async with visitors(eve) as (eves,):
        address = f"/syllabi/{ada_syllabus.id}"
        for what, status in (("publish", 200), ("withdraw", 404)):
            await roots.post(f"/admin/syllabi/{ada_syllabus.id}/{what}")
            assert (await eves.get(address)).status_code == status


async def test_a_retired_question_is_asked_no_more(
    roots: Visitor, ada: Learner, ada_lesson: Lesson
) -> None:
    await learnt(ada, ada_lesson)
    question = await Question.objects().first()
    assert question
    assert not await is_retired(question.content)
    await roots.post(f"/admin/questions/{question.id}/retire")
    assert await is_retired(question.content)
    assert await Answer.count() == 1


async def test_a_failed_job_is_tried_again_and_an_open_one_ended(
    roots: Visitor, ada_lesson: Lesson
) -> None:
    version = await ada_lesson.ensure_version()
    attempt = await work.begin(LessonVersion, version.id)
    assert attempt
    await work.fail(LessonVersion, version.id, attempt, "The model is away.")
    for what, status in (("retry", "pending"), ("cancel", "stopped")):
        await roots.post(f"/admin/jobs/{version.id}/{what}")
        now = await LessonVersion.objects().get(LessonVersion.id == version.id)
        assert now
        assert now.status == status


async def test_the_quality_page_counts_what_happened(
    roots: Visitor, ada: Learner, ada_lesson: Lesson
) -> None:
    await learnt(ada, ada_lesson)
    question = await Question.objects().first()
    assert question
    for _ in range(3):
        await _call(ada, "0.50", prompt="question@1", subject=question.id)
    await _call(ada, None)
    version = await ada_lesson.ensure_version()
    attempt = await work.begin(LessonVersion, version.id)
    assert attempt
    await work.fail(LessonVersion, version.id, attempt, "The <b>model</b> is away.")
    assert await quality.drafts() == quality.Drafts(written=1, rejected=2)
    assert (await quality.failures())[0].value == 1
    costs = await quality.costs()
    assert len(costs) == quality.DAYS
    assert costs[-1].shown == "$1.50"
    assert "4 requests, 1 of no known price" in costs[-1].detail
    page = (await roots.get("/admin/quality")).text
    assert "The &lt;b&gt;model&lt;/b&gt; is away." in page
    assert "$1.50" in page


async def test_an_overturned_verdict_is_counted(
    ada: Learner, ada_lesson: Lesson, redis: "RedisClient"
) -> None:
    await learnt(ada, ada_lesson)
    wrong = await Answer.objects().first()
    assert wrong
    question = await Question.objects().get(Question.id == wrong.question)
    assert question
    before = await quality.verdicts()
    assert (before.given, before.contested, before.overturned) == (1, 0, 0)
    if await wrong.contest("But it holds."):
        from techtree.grading import Grade, Method, Verdict  # noqa: PLC0415

        await wrong.find(
            question, Grade(Verdict.CORRECT, 1.0, "You are right.", Method.RUBRIC), contested=True
        )
    after = await quality.verdicts()
    assert (after.given, after.contested, after.overturned) == (1, 1, 1)


async def test_what_waits_is_shown_with_its_age(ada_lesson: Lesson, redis: "RedisClient") -> None:
    version = await ada_lesson.ensure_version()
    await LessonVersion.raw(
        "UPDATE lesson_version SET created_at = now() - interval '90 seconds' WHERE id = {}",
        version.id,
    )
    found = {each.kind: each for each in await quality.waiting()}
    assert found["write_lesson"].rows == 1
    assert 90 <= found["write_lesson"].oldest < 120
    assert found["grade_answer"].rows == 0


async def _call(
    learner: Learner, dollars: str | None, *, prompt: str = "lesson@1", subject: object = None
) -> None:
    await Call(
        learner=learner.id,
        kind="lesson",
        subject=subject or uuid4(),
        model="openai:test",
        prompt=prompt,
        tokens_in=1,
        tokens_out=1,
        cost=Decimal(dollars) if dollars else None,
        total_ms=1,
        outcome="complete",
    ).save()
