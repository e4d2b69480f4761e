"""Tasks in a lesson: asked for, helped with, answered, contested, marked."""

from techtree.accounts import Learner
from techtree.assessments import Answer, Question
from techtree.grading import Criterion
from techtree.items import AnyItem, Choice
from techtree.lessons import Lesson
from techtree.messages import Study
from techtree.tutor.author import NoModelError, RubricGrade, TutorError
from tests import items
from tests.controllers.conftest import Visitor, work_off
from tests.fakes.author import FakeAuthor


async def asked(adas: Visitor, author: FakeAuthor, lesson: Lesson, item: AnyItem) -> Question:
    author.questions.append(item)
    await adas.post(f"/lessons/{lesson.id}/exercises")
    await work_off()
    rows = await Question.objects().order_by(Question.created_at, ascending=False)
    assert rows[0].status == "complete", rows[0].failure
    return rows[0]


def shown_place(question: Question, own: int) -> str:
    return str(question.shown.index(own))


async def page(adas: Visitor, lesson: Lesson) -> str:
    return (await adas.get(f"/lessons/{lesson.id}")).text


async def test_an_exercise_is_asked_for_answered_wrong_and_then_right(
    adas: Visitor, author: FakeAuthor, ada_lesson: Lesson
) -> None:
    question = await asked(adas, author, ada_lesson, items.choice())
    assert "What holds a knot?" in await page(adas, ada_lesson)
    answer = await adas.post(f"/questions/{question.id}/answers", answer=shown_place(question, 1))
    assert (answer.status_code, answer.headers["location"]) == (
        303,
        f"/lessons/{ada_lesson.id}#active-task-area",
    )
    html = await page(adas, ada_lesson)
    assert "You took the load for the hold." in html
    assert "Rope presses on rope, and" not in html
    html = (
        await adas.post(
            f"/questions/{question.id}/answers", htmx=True, answer=shown_place(question, 0)
        )
    ).text
    assert 'data-verdict="correct"' in html
    assert "Rope presses on rope, and" in html
    assert [a.verdict for a in await Answer.standing(question.id)] == ["incorrect", "correct"]


async def test_the_key_is_in_no_page_fragment_or_stream_before_the_answer_is_graded(
    adas: Visitor, author: FakeAuthor, ada_lesson: Lesson
) -> None:
    secrets = [
        "Rope presses on rope",
        "You took",
        "4717.25",
        "friction-secret",
        "REFERENCE",
        "names friction",
    ]
    for item in (items.choice(), items.true_false(), items.number(), items.order(), items.short()):
        before = (await adas.get(f"/lessons/{ada_lesson.id}")).text
        stream = before.split('hx-sse:connect="')[1].split('"')[0].replace("&amp;", "&")
        await asked(adas, author, ada_lesson, item)
        fragment = await adas.post(f"/lessons/{ada_lesson.id}/exercises", htmx=True)
        told = (await adas.get(f"{stream}&mode=poll")).text
        assert item.text in told
        for text in (fragment.text, told, await page(adas, ada_lesson)):
            assert [secret for secret in secrets if secret in text] == []
        author.questions.append(item)
        await work_off()


async def test_the_place_of_the_right_option_is_drawn_by_lot(
    adas: Visitor, author: FakeAuthor, ada_lesson: Lesson
) -> None:
    places = set()
    for number in range(12):
        question = await asked(
            adas, author, ada_lesson, items.choice(f"k{number}", text=f"T{number}")
        )
        places.add(question.shown.index(0))
    assert len(places) > 1


async def test_help_climbs_the_ladder_and_the_worked_example_is_no_mastery(
    adas: Visitor, author: FakeAuthor, ada_lesson: Lesson
) -> None:
    question = await asked(adas, author, ada_lesson, items.choice())
    shown = []
    for _ in range(5):
        shown.append((await adas.post(f"/questions/{question.id}/hints", htmx=True)).text)
    assert "Think of touch." in shown[0] and "Count the turns" not in shown[1]
    assert "Friction KEYED" in shown[3] and "Friction KEYED" not in shown[2]
    assert "A fresh one like this" in shown[3]
    await adas.post(f"/questions/{question.id}/answers", answer=shown_place(question, 0))
    assert [a.help for a in await Answer.standing(question.id)] == [4]
    html = await page(adas, ada_lesson)
    assert 'data-mastery="seen"' in html
    author.questions.append(items.choice("other", text="What holds a bend?"))
    await adas.post(f"/questions/{question.id}/partner")
    await work_off()
    html = await page(adas, ada_lesson)
    assert "What holds a bend?" in html
    brief = author.briefs[-1]
    assert brief.partner_of.key == "hold"  # type: ignore[union-attr]


async def test_i_dont_know_is_kind_and_shows_the_explanation(
    adas: Visitor, author: FakeAuthor, ada_lesson: Lesson
) -> None:
    question = await asked(adas, author, ada_lesson, items.choice())
    html = (await adas.post(f"/questions/{question.id}/answers", htmx=True, dont_know="1")).text
    assert 'data-verdict="incorrect"' in html
    assert "Rope presses on rope, and" in html


async def test_a_double_click_is_one_answer(
    adas: Visitor, author: FakeAuthor, ada_lesson: Lesson
) -> None:
    question = await asked(adas, author, ada_lesson, items.choice())
    key = "3f0c4f6e-0000-4000-8000-000000000001"
    for _ in range(2):
        await adas.post(
            f"/questions/{question.id}/answers", answer=shown_place(question, 1), key=key
        )
    assert await Answer.count() == 1


async def test_steps_are_put_in_order_with_plain_selects(
    adas: Visitor, author: FakeAuthor, ada_lesson: Lesson
) -> None:
    question = await asked(adas, author, ada_lesson, items.order())
    chosen = [shown_place(question, own) for own in range(3)]
    await adas.post(f"/questions/{question.id}/answers", answer=chosen)
    assert [a.verdict for a in await Answer.standing(question.id)] == ["correct"]


async def test_a_number_has_a_unit_beside_it(
    adas: Visitor, author: FakeAuthor, ada_lesson: Lesson
) -> None:
    question = await asked(adas, author, ada_lesson, items.number())
    await adas.post(f"/questions/{question.id}/answers", answer="4.717", unit="km")
    assert [a.verdict for a in await Answer.standing(question.id)] == ["correct"]


def judged(*met: bool, quote: str = "rope on rope") -> RubricGrade:
    return RubricGrade(
        tuple(
            Criterion(text, each, quote if each else "", 0.95)
            for text, each in zip(("names friction", "says what presses on what"), met, strict=True)
        )
    )


async def test_a_rubric_is_judged_later_and_the_answer_waits_ungraded(
    adas: Visitor, author: FakeAuthor, ada_lesson: Lesson
) -> None:
    question = await asked(adas, author, ada_lesson, items.short())
    html = (
        await adas.post(
            f"/questions/{question.id}/answers", htmx=True, answer="It is rope on rope that presses"
        )
    ).text
    assert "Being graded" in html
    first = (await Answer.standing(question.id))[0]
    assert first.verdict == "ungraded"
    author.grades.extend([judged(True, True), judged(True, True)])
    await work_off()
    now = await Answer.standing(question.id)
    assert [(a.verdict, a.supersedes, a.grader) for a in now] == [
        ("correct", first.id, "fake:author")
    ]
    assert await Answer.count() == 2


async def test_an_outage_leaves_the_answer_ungraded_and_it_can_be_asked_again(
    adas: Visitor, author: FakeAuthor, ada_lesson: Lesson
) -> None:
    question = await asked(adas, author, ada_lesson, items.short())
    await adas.post(f"/questions/{question.id}/answers", answer="It is rope on rope that presses")
    author.grades.extend([TutorError("The model is away.", retry=False)] * 2)
    await work_off()
    assert "The model is away." in await page(adas, ada_lesson)
    answers = await Answer.standing(question.id)
    assert [a.verdict for a in answers] == ["ungraded"]
    assert answers[0].score is None
    author.grades.extend([judged(True, True), judged(True, True)])
    await adas.post(f"/answers/{answers[0].id}/grading")
    await work_off()
    assert [a.verdict for a in await Answer.standing(question.id)] == ["correct"]


async def test_without_a_model_the_learner_marks_against_the_rubric(
    adas: Visitor, author: FakeAuthor, ada_lesson: Lesson
) -> None:
    question = await asked(adas, author, ada_lesson, items.short())
    await adas.post(f"/questions/{question.id}/answers", answer="It is rope on rope that presses")
    author.grades.extend([NoModelError(), NoModelError()])
    await work_off()
    html = await page(adas, ada_lesson)
    assert "There is no model here" in html and "names friction" in html and "REFERENCE" in html
    answer = (await Answer.standing(question.id))[0]
    await adas.post(f"/answers/{answer.id}/self-mark", met=["0", "1"])
    now = await Answer.standing(question.id)
    assert [(a.verdict, a.method, a.final) for a in now] == [("correct", "self", True)]
    assert "marked by yourself" in await page(adas, ada_lesson)


async def test_a_contested_verdict_that_is_overturned_retires_the_question(
    adas: Visitor, author: FakeAuthor, ada: Learner, ada_lesson: Lesson
) -> None:
    question = await asked(adas, author, ada_lesson, items.choice())
    await adas.post(f"/questions/{question.id}/answers", answer=shown_place(question, 1))
    answer = (await Answer.standing(question.id))[0]
    verdict = RubricGrade((Criterion("r", True, "Weight", 0.95),))
    author.grades.extend([verdict, verdict])
    html = (
        await adas.post(f"/answers/{answer.id}/contest", htmx=True, argument="Weight presses.")
    ).text
    assert "Being looked at again" in html
    await work_off()
    now = await Answer.standing(question.id)
    assert [(a.verdict, a.supersedes) for a in now] == [("correct", answer.id)]
    assert "Right" in await page(adas, ada_lesson)
    author.questions.extend([items.choice(), items.choice("other", text="What else?")])
    await adas.post(f"/lessons/{ada_lesson.id}/exercises")
    await work_off()
    study = await Study.open(ada, ada_lesson)
    active = await Question.active_in(study.id)
    assert active and active.content.text == "What else?"
    assert isinstance(active.content, Choice)


async def test_no_good_question_is_said_honestly_and_can_be_tried_again(
    adas: Visitor, author: FakeAuthor, ada_lesson: Lesson
) -> None:
    author.questions.append(TutorError("No good question could be made.", retry=False))
    await adas.post(f"/lessons/{ada_lesson.id}/exercises")
    await work_off()
    assert "No good question could be made." in await page(adas, ada_lesson)
