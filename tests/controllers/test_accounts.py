"""Signing up, taking one's data along, and deleting it."""

import json
from uuid import uuid4

import pytest

from techtree.accounts import Learner
from techtree.assessments import Answer, Question, Use
from techtree.assessments.questions import written
from techtree.connections import redis
from techtree.lessons import Lesson, LessonVersion
from techtree.messages import Study
from techtree.status import Level
from techtree.syllabi import Syllabus
from tests import items
from tests.conftest import drafted
from tests.controllers.conftest import PASSWORDS, Visitor


async def learnt(learner: Learner, lesson: Lesson) -> None:
    """The learner asked and answered in the lesson."""
    study = await Study.open(learner, lesson)
    await study.ask("Why does it hold?", uuid4())
    question = await Question.ask(study, Use.EXERCISE, Level.BEGINNER, ["friction"])
    item = items.choice(text="Which knot?")
    await Question.update({**written(item), "status": "complete"}).where(Question.id == question.id)
    found = await Question.objects().get(Question.id == question.id)
    assert found
    await Answer.give(found, learner.id, "1", uuid4())


async def test_signing_up_as_a_guest_keeps_everything(visitor: Visitor) -> None:
    await visitor.post("/guest")
    guest = (await Learner.objects())[0]
    syllabus = await drafted(guest)
    answer = await visitor.post("/sign-up", email="bo@example.org", password="long enough")
    assert answer.headers["location"] == "/dashboard"
    assert (await visitor.get(f"/syllabi/{syllabus.id}")).status_code == 200


async def test_a_bad_sign_up_says_why_and_keeps_the_address(visitor: Visitor) -> None:
    answer = await visitor.post("/sign-up", email="bo@example.org", password="short")
    assert answer.status_code == 422
    assert "at least 8 characters" in answer.text
    assert 'value="bo@example.org"' in answer.text


async def test_the_export_holds_all_that_is_hers_and_nothing_of_others(
    adas: Visitor, ada: Learner, ada_lesson: Lesson, eve: Learner
) -> None:
    await learnt(ada, ada_lesson)
    hers = await drafted(eve, "Eve's topic")
    answer = await adas.get("/account/export")
    assert "attachment" in answer.headers["content-disposition"]
    found = json.loads(answer.text)
    assert found["learner"]["email"] == "ada@example.org"
    assert {name: len(rows) for name, rows in found.items() if rows and name != "learner"} == {
        "sessions": 1,
        "syllabi": 1,
        "modules": 2,
        "concepts": 4,
        "lessons": 4,
        "studies": 1,
        "messages": 2,
        "questions": 1,
        "answers": 1,
    }
    assert "Why does it hold?" in answer.text
    assert "Which knot?" in answer.text
    assert str(hers.id) not in answer.text


async def test_the_export_tells_no_key_and_no_password(
    adas: Visitor, ada: Learner, ada_lesson: Lesson
) -> None:
    await learnt(ada, ada_lesson)
    found = json.loads((await adas.get("/account/export")).text)
    assert "item" not in found["questions"][0]
    assert "pbkdf2" not in json.dumps(found)


async def test_deleting_everything_takes_the_password(adas: Visitor, ada: Learner) -> None:
    answer = await adas.post("/account/delete", password="not it at all")
    assert answer.status_code == 422
    assert await Learner.exists().where(Learner.id == ada.id)


async def test_deleting_everything_leaves_nothing(
    adas: Visitor, ada: Learner, ada_lesson: Lesson
) -> None:
    await learnt(ada, ada_lesson)
    await adas.post(f"/lessons/{ada_lesson.id}/messages", message="A word to be forgotten")
    keys = await redis().keys("techtree:live:study:*")
    assert keys
    answer = await adas.post("/account/delete", password=PASSWORDS["ada@example.org"])
    assert answer.headers["location"] == "/"
    assert [await redis().type(key) for key in keys if b":fence:" not in key] == [b"none"]
    for table in ("learner", "piccolo_user", "session", "syllabus", "study", "message", "answer"):
        rows = await Learner.raw(f"SELECT count(*) AS rows FROM {table}")
        assert rows[0]["rows"] == 0, table
    assert (await adas.get("/dashboard")).status_code == 303


async def test_what_is_in_the_catalogue_outlives_its_learner(
    adas: Visitor, ada: Learner, ada_lesson: Lesson, eve: Learner
) -> None:
    """Also where it was taken out of the catalogue, but somebody has begun to learn from it."""
    await Syllabus.update({Syllabus.in_catalogue: True}).where(Syllabus.learner == ada.id)
    await LessonVersion.objects().create(lesson=ada_lesson.id, number=1, content="Rope.")
    await learnt(eve, ada_lesson)
    await Syllabus.update({Syllabus.in_catalogue: False}).where(Syllabus.learner == ada.id)
    await adas.post("/account/delete", password=PASSWORDS["ada@example.org"])
    assert not await Learner.exists().where(Learner.id == ada.id)
    kept = await Syllabus.objects().first()
    assert kept
    assert kept.learner is None
    assert await Answer.count() == 1


@pytest.mark.parametrize(("word", "learners"), [("", 1), ("no", 1), ("Delete", 0)])
async def test_a_guest_deletes_everything_by_typing_the_word(
    visitor: Visitor, word: str, learners: int
) -> None:
    await visitor.post("/guest")
    await visitor.post("/account/delete", confirm=word)
    assert await Learner.count() == learners
