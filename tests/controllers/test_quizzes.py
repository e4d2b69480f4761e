"""The quiz: one question after the other, what was missed, and what an outage does to it."""

from techtree.accounts import Learner
from techtree.assessments import Answer, Question
from techtree.lessons import Lesson
from techtree.messages import Study
from techtree.quizzes import Quiz
from techtree.tutor.author import NoModelError, TutorError
from tests import items
from tests.controllers.conftest import Visitor, work_off
from tests.controllers.test_questions import judged, page, shown_place
from tests.fakes.author import FakeAuthor


async def begin(adas: Visitor, author: FakeAuthor, lesson: Lesson, *script: object) -> None:
    """Ada's level has three questions in a quiz."""
    version = await lesson.ensure_version()
    await (
        type(version)
        .update({"status": "complete", "content": "On **friction**."})
        .where(type(version).id == version.id)
    )
    author.questions.extend(
        script or [items.choice(f"k{n}", text=f"Question {n}?") for n in (1, 2, 3)]  # type: ignore[arg-type]
    )
    await adas.post(f"/lessons/{lesson.id}/quiz")
    await write_all()


async def write_all() -> None:
    for _ in range(5):
        await work_off()


async def now(ada: Learner, lesson: Lesson) -> Question:
    quiz = await Quiz.current((await Study.open(ada, lesson)).id)
    assert quiz
    asked = (await quiz.course()).now
    assert asked
    return asked.question


async def answer(adas: Visitor, ada: Learner, lesson: Lesson, *, right: bool) -> str:
    question = await now(ada, lesson)
    await adas.post(
        f"/questions/{question.id}/answers", answer=shown_place(question, 0 if right else 1)
    )
    return await page(adas, lesson)


async def test_all_right_completes_the_lesson(
    adas: Visitor, author: FakeAuthor, ada: Learner, ada_lesson: Lesson
) -> None:
    await begin(adas, author, ada_lesson)
    html = await page(adas, ada_lesson)
    assert "Question 1 of 3" in html and "Question 2?" not in html
    html = await answer(adas, ada, ada_lesson, right=True)
    assert "Question 2 of 3" in html
    await answer(adas, ada, ada_lesson, right=True)
    html = await answer(adas, ada, ada_lesson, right=True)
    assert "this lesson is complete" in html
    assert 'data-state="completed"' in html and 'data-mastery="silver"' in html
    tree = (await adas.get(f"/syllabi/{ada_lesson.syllabus.id}")).text
    assert "Completed" in tree


async def test_what_was_missed_is_named_and_tried_again_with_new_questions(
    adas: Visitor, author: FakeAuthor, ada: Learner, ada_lesson: Lesson
) -> None:
    await begin(adas, author, ada_lesson)
    for right in (True, False, True):
        html = await answer(adas, ada, ada_lesson, right=right)
    assert "2 of 3 right" in html and "What to look at again" in html
    assert f'href="#lesson-{ada_lesson.id}-b1"' in html
    author.questions.append(items.choice("k4", text="Question 4?"))
    await adas.post(f"/lessons/{ada_lesson.id}/quiz/retry")
    await write_all()
    html = await page(adas, ada_lesson)
    assert "Question 1 of 1" in html and "Question 4?" in html
    assert author.briefs[-1].partner_of.key == "k2"  # type: ignore[union-attr]
    html = await answer(adas, ada, ada_lesson, right=True)
    assert 'data-state="completed"' in html


async def test_leaving_clears_the_page_and_keeps_the_answers(
    adas: Visitor, author: FakeAuthor, ada: Learner, ada_lesson: Lesson
) -> None:
    await begin(adas, author, ada_lesson)
    await answer(adas, ada, ada_lesson, right=True)
    html = (await adas.send("DELETE", f"/lessons/{ada_lesson.id}/quiz", htmx=True)).text
    assert "Take the quiz" in html and "Question 2?" not in html
    assert await Answer.count() == 1


async def test_say_more_is_asked_once(
    adas: Visitor, author: FakeAuthor, ada: Learner, ada_lesson: Lesson
) -> None:
    others = [items.choice(f"k{n}", text=f"Question {n}?") for n in (2, 3)]
    await begin(adas, author, ada_lesson, items.short(), *others)
    question = await now(ada, ada_lesson)
    for said in ("It is rope on rope that presses", "It is rope on rope and it presses again"):
        author.grades.extend([judged(True, False)] * 2)
        await adas.post(f"/questions/{question.id}/answers", answer=said)
        await work_off()
        html = await page(adas, ada_lesson)
        if "again" not in said:
            assert "Say more" in html and "REFERENCE" not in html
    assert "Question 2 of 3" in html


async def test_an_outage_pauses_a_quiz_and_never_fails_it(
    adas: Visitor, author: FakeAuthor, ada: Learner, ada_lesson: Lesson
) -> None:
    away = TutorError("The model is away.", retry=False)
    await begin(adas, author, ada_lesson, items.choice("k1", text="Question 1?"), away)
    html = await answer(adas, ada, ada_lesson, right=True)
    assert "The quiz is paused" in html and 'data-quiz="running"' in html
    author.questions.extend(items.choice(f"k{n}", text=f"Question {n}?") for n in (2, 3))
    await adas.post(f"/questions/{(await now(ada, ada_lesson)).id}/retry")
    await write_all()
    for _ in range(2):
        html = await answer(adas, ada, ada_lesson, right=True)
    assert 'data-state="completed"' in html


async def test_there_is_no_help_while_it_runs(
    adas: Visitor, author: FakeAuthor, ada: Learner, ada_lesson: Lesson
) -> None:
    await begin(adas, author, ada_lesson)
    question = await now(ada, ada_lesson)
    html = (await adas.post(f"/questions/{question.id}/hints", htmx=True)).text
    assert "Think of touch." not in html
    assert (await now(ada, ada_lesson)).help == 0


async def test_an_objection_without_a_model_is_kept(
    adas: Visitor, author: FakeAuthor, ada: Learner, ada_lesson: Lesson
) -> None:
    await begin(adas, author, ada_lesson)
    await answer(adas, ada, ada_lesson, right=False)
    given = (await Answer.objects())[0]
    author.grades.extend([NoModelError(), NoModelError()])
    await adas.post(f"/answers/{given.id}/contest", argument="It is right.")
    await work_off()
    assert "Your objection is kept" in await page(adas, ada_lesson)
