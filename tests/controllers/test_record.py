"""The record counts each answer once, in its week, and names every concept."""

from datetime import UTC, date, datetime, timedelta

from techtree import record
from techtree.accounts import Learner
from techtree.assessments import Question, Use
from techtree.lessons import Lesson
from techtree.messages import Study
from techtree.progress import Mastery
from techtree.status import Level
from tests.controllers.conftest import Visitor
from tests.test_progress import answer, fill, pass_quiz



async def ask(learner: Learner, lesson: Lesson) -> Question:
    study = await Study.open(learner, lesson)
    await Question.put_tasks_away(study.id)
    return await fill(await Question.ask(study, Use.EXERCISE, Level.BEGINNER, ["friction"]))


async def test_weeks_run_from_monday_to_monday_and_those_without_study_are_there(
    ada: Learner,
) -> None:
    sunday = date(2026, 3, 8)

    weeks = await record.weeks(ada.id, sunday)

    assert len(weeks) == 12
    assert weeks[-1].monday == date(2026, 3, 2)
    assert weeks[0].monday == date(2026, 3, 2) - timedelta(weeks=11)
    assert not any(week.answers for week in weeks)


async def test_an_answer_counts_once_in_its_week_and_only_for_who_gave_it(
    ada: Learner, eve: Learner, ada_lesson: Lesson
) -> None:
    await answer(await ask(ada, ada_lesson), ada, right=True)
    await answer(await ask(ada, ada_lesson), ada, right=False)
    today = datetime.now(UTC).date()

    this = (await record.weeks(ada.id, today))[-1]

    assert (this.days, this.answers, this.right) == (1, 2, 1)
    assert (await record.weeks(eve.id, today))[-1].answers == 0
    # Thirteen weeks later it has left the picture.
    assert not any(week.answers for week in await record.weeks(ada.id, today + timedelta(weeks=13)))


async def test_every_concept_of_a_syllabus_is_there_with_its_mastery(
    ada: Learner, ada_lesson: Lesson
) -> None:
    await pass_quiz(ada, ada_lesson)
    syllabus = ada_lesson.syllabus.id

    found = (await record.reached(ada.id, [syllabus]))[syllabus]

    silver = [each for each in found if each.mastery is Mastery.SILVER]
    assert len(silver) == 1
    assert found[0] == silver[0], "the first lesson's concept comes first"
    assert len(found) > 1


async def test_the_dashboard_shows_the_record_once_there_is_one(
    adas: Visitor, ada: Learner, ada_lesson: Lesson
) -> None:
    assert "The last 12 weeks" not in (await adas.get("/dashboard")).text

    await pass_quiz(ada, ada_lesson)

    page = (await adas.get("/dashboard")).text
    assert "The last 12 weeks" in page
    assert 'data-mastery="silver"' in page
