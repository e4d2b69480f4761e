"""A placement from its topic to a syllabus."""

import pytest

from techtree.accounts import Learner
from techtree.assessments import Question
from techtree.placements import Placement
from techtree.status import Level
from techtree.syllabi import Syllabus
from tests import items
from tests.controllers.conftest import Visitor, counted_queries, work_off
from tests.controllers.test_questions import shown_place
from tests.fakes.author import FakeAuthor

TOPIC = "Linear algebra"


async def begin(adas: Visitor, author: FakeAuthor) -> str:
    author.questions.extend(items.choice(f"p{n}", text=f"Question {n}?") for n in range(1, 30))
    path = (await adas.post("/placements", topic=TOPIC)).headers["location"]
    await work_off()
    return str(path)


async def answer(adas: Visitor, path: str, *, right: bool) -> str:
    course = await (await Placement.objects())[0].course()
    assert course.now
    question = await Question.objects().get(Question.id == course.now.question.id)
    assert question and question.item, "the next question was not there at once"
    place = shown_place(question, 0 if right else 1)
    html = (await adas.post(f"{path}/answers", htmx=True, answer=place)).text
    await work_off()
    return html


async def test_right_answers_lead_up_and_the_result_says_why(
    adas: Visitor, author: FakeAuthor
) -> None:
    path = await begin(adas, author)
    assert "Question 1?" in (await adas.get(path)).text
    for right in (True, True, False, False):
        html = await answer(adas, path, right=right)
    assert "Your level: Early learner" in html
    assert "You answered:" in html and "Question 1?" in html
    html = (await adas.post(f"{path}/level/good-knowledge", htmx=True)).text
    assert "Your level: Good knowledge" in html and "pointed to “Early learner”" in html
    location = (await adas.post(f"{path}/start")).headers["location"]
    syllabus = (await Syllabus.objects())[0]
    assert location == f"/syllabi/{syllabus.id}" and syllabus.level == Level.GOOD_KNOWLEDGE


async def test_the_next_question_is_written_while_the_learner_answers(
    adas: Visitor, author: FakeAuthor
) -> None:
    path = await begin(adas, author)
    for right in (True, True, True):
        html = await answer(adas, path, right=right)
        assert "A question is being made" not in html


async def test_it_can_be_skipped_and_goes_on_after_the_browser_was_closed(
    adas: Visitor, author: FakeAuthor, ada: Learner
) -> None:
    path = await begin(adas, author)
    await answer(adas, path, right=True)
    assert (await adas.post("/placements", topic=TOPIC)).headers["location"] == path
    assert "Question 2" in (await adas.get(path)).text
    await adas.post(f"{path}/skip", level="advanced")
    assert "Your level: Advanced" in (await adas.get(path)).text


async def test_a_long_placement_makes_as_many_queries_as_a_short_one(
    adas: Visitor, author: FakeAuthor, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = await begin(adas, author)

    async def queries(*answers: bool) -> tuple[int, int]:
        """Of the page, and of the last of the answers."""
        for right in answers[:-1]:
            await answer(adas, path, right=right)
        course = await (await Placement.objects())[0].course()
        assert course.now
        place = shown_place(course.now.question, 0 if answers[-1] else 1)
        with counted_queries(monkeypatch) as answered:
            await adas.post(f"{path}/answers", htmx=True, answer=place)
        await work_off()
        with counted_queries(monkeypatch) as shown:
            await adas.get(path)
        return len(shown), len(answered)

    shown, answered = await queries(True, False)
    shown_later, answered_later = await queries(True, False, True, False, True, False)
    assert shown_later == shown
    # One level's question may have to be made more than then.
    assert answered_later <= answered + 2
