"""Progress is read from the answers, and nothing that a learner does loses any."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from asyncpg.exceptions import RaiseError
from hypothesis import HealthCheck, given, settings, strategies as st

from techtree import progress
from techtree.accounts import Learner
from techtree.assessments import Answer, Question, Use
from techtree.assessments.questions import written
from techtree.grading import Verdict
from techtree.lessons import Lesson
from techtree.messages import Message, Study
from techtree.progress import Evidence, LessonState, Mastery, Passed, masteries
from techtree.quizzes import Quiz
from techtree.status import Level
from techtree.syllabi import Syllabus
from tests import items
from tests.conftest import drafted, lesson_number

MONDAY = datetime(2026, 3, 2, 12, tzinfo=UTC)
TUESDAY = MONDAY + timedelta(days=1)
LESSON = uuid4()


async def fill(question: Question, concept: str = "friction") -> Question:
    """Let the question be written."""
    item = items.choice(key=f"made-{question.id.hex[:8]}", concept=concept)
    await Question.update({**written(item), "status": "complete"}).where(Question.id == question.id)
    found = await Question.objects().get(Question.id == question.id)
    assert found
    return found


async def answer(question: Question, learner: Learner, *, right: bool) -> Answer:
    return await Answer.give(question, learner.id, "0" if right else "1", uuid4())


async def pass_quiz(learner: Learner, lesson: Lesson, *, right: bool = True) -> None:
    study = await Study.open(learner, lesson)
    await Quiz.leave(study.id)
    for question in await Quiz.begin(study, Level.BEGINNER, list(lesson.teaches)):
        await answer(await fill(question, lesson.teaches[0]), learner, right=right)


def right(at: datetime, *concepts: str, help: int = 0) -> Evidence:  # noqa: A002
    return Evidence(at, concepts, Verdict.CORRECT, help)


def test_a_concept_is_bronze_when_it_was_once_right_unaided() -> None:
    assert masteries([right(MONDAY, "knot", help=1)], [])["knot"] == Mastery.SEEN
    assert masteries([right(MONDAY, "knot")], [])["knot"] == Mastery.BRONZE


def test_a_worked_example_is_never_mastery() -> None:
    assert masteries([right(MONDAY, "knot", help=4)], [])["knot"] == Mastery.SEEN


def test_a_concept_is_silver_with_the_quiz_and_gold_on_a_later_mixed_day() -> None:
    passed = [Passed(MONDAY, LESSON, ("knot",))]
    assert masteries([right(MONDAY, "knot")], passed)["knot"] == Mastery.SILVER
    alone = [right(TUESDAY, "knot")]
    assert masteries(alone, passed)["knot"] == Mastery.SILVER
    mixed = [*alone, Evidence(TUESDAY, ("bend",), Verdict.INCORRECT)]
    assert masteries(mixed, passed)["knot"] == Mastery.GOLD


async def test_a_lesson_is_completed_when_every_question_of_one_quiz_is_right(
    ada: Learner, ada_lesson: Lesson
) -> None:
    study = await Study.open(ada, ada_lesson)
    questions = await Quiz.begin(study, Level.BEGINNER, ["friction"])
    await answer(await fill(questions[0]), ada, right=True)
    found = await progress.of_syllabus(ada_lesson.syllabus.id, ada.id)
    assert found.state(ada_lesson.id) is LessonState.IN_PROGRESS
    await answer(await fill(questions[1]), ada, right=True)
    found = await progress.of_syllabus(ada_lesson.syllabus.id, ada.id)
    assert found.state(ada_lesson.id) is LessonState.COMPLETED
    assert (found.percent, found.mastery["friction"]) == (25, Mastery.SILVER)


async def test_the_database_refuses_to_change_or_delete_an_answer(
    ada: Learner, ada_lesson: Lesson
) -> None:
    question = await Question.ask(
        await Study.open(ada, ada_lesson), Use.EXERCISE, Level.BEGINNER, []
    )
    given_ = await answer(await fill(question), ada, right=False)
    with pytest.raises(RaiseError):
        await Answer.update({Answer.verdict: "correct"}).where(Answer.id == given_.id)
    with pytest.raises(RaiseError):
        await Answer.delete().where(Answer.id == given_.id)
    await Learner.delete().where(Learner.id == ada.id)
    assert await Answer.count() == 0


async def test_a_guests_answers_pass_to_the_account(ada: Learner, ada_syllabus: Syllabus) -> None:
    await Syllabus.update({Syllabus.in_catalogue: True}).where(Syllabus.id == ada_syllabus.id)
    lesson, guest = await lesson_number(ada_syllabus, ada, 1), await Learner.new_guest()
    await Study.open(ada, lesson)
    await pass_quiz(guest, lesson)
    await ada.take_over(guest)
    found = await progress.of_syllabus(ada_syllabus.id, ada.id)
    assert found.state(lesson.id) is LessonState.COMPLETED


STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "pass",
                "fail",
                "exercise",
                "hint",
                "edit",
                "reorder",
                "rewrite",
                "easier",
                "wipe",
                "leave",
            ]
        ),
        st.integers(1, 4),
    ),
    min_size=1,
    max_size=14,
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=STEPS)
async def test_nothing_a_learner_does_loses_an_answer_or_a_completed_lesson(
    database: None, steps: list[tuple[str, int]]
) -> None:
    learner = await Learner.new_guest()
    syllabus = await drafted(learner, f"Knots {uuid4()}")
    seen: dict[UUID, str] = {}
    completed: set[UUID] = set()
    for step, number in steps:
        lesson = await lesson_number(syllabus, learner, number)
        await _do(step, learner, lesson, syllabus)
        rows = await Answer.select(Answer.id, Answer.verdict).where(Answer.learner == learner.id)
        stored = {row["id"]: row["verdict"] for row in rows}
        assert seen.items() <= stored.items()
        seen = stored
        found = await progress.of_syllabus(syllabus.id, learner.id)
        now = {id_ for id_, state in found.states.items() if state is LessonState.COMPLETED}
        assert completed <= now
        assert 0 <= found.percent <= 100
        assert (found.percent == 100) == (len(now) == 4)
        completed = now


async def _do(step: str, learner: Learner, lesson: Lesson, syllabus: Syllabus) -> None:
    study = await Study.open(learner, lesson)
    match step:
        case "pass" | "fail":
            await pass_quiz(learner, lesson, right=step == "pass")
        case "exercise" | "hint":
            question = await fill(
                await Question.ask(study, Use.EXERCISE, Level.BEGINNER, list(lesson.teaches))
            )
            await question.raise_help(4 if step == "hint" else 0)
            await answer(question, learner, right=True)
        case "edit":
            await Lesson.update({Lesson.title: "Other", Lesson.teaches: ["new"]}).where(
                Lesson.id == lesson.id
            )
        case "reorder":
            await Lesson.update({Lesson.position: Lesson.position + 10}).where(
                Lesson.module == lesson.module.id
            )
        case "rewrite":
            await lesson.write_again()
        case "easier":
            await syllabus.adapt(learner, Level.BEGINNER)
        case "wipe":
            await study.ask("Why?", uuid4())
            await study.wipe()
            await Message.delete().where(Message.study == study.id)
        case "leave":
            await Quiz.leave(study.id)
