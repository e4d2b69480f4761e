"""What a browser is told that only guesses where its learner goes next."""

from techtree.accounts import Learner
from techtree.lessons import Lesson, LessonVersion
from techtree.messages import Study
from techtree.status import Status
from tests.controllers.conftest import Visitor

GUESS = {"sec-purpose": "prefetch"}


async def test_a_guess_begins_nothing(adas: Visitor, ada: Learner, ada_lesson: Lesson) -> None:
    path = f"/lessons/{ada_lesson.id}"
    assert (await adas.client.get(path, headers=GUESS)).status_code == 503
    assert not await Study.exists()
    assert not await LessonVersion.exists()

    await Study.open(ada, ada_lesson)
    for each in (ada_lesson.id, (await ada_lesson.neighbours()).after):
        await LessonVersion(lesson=each, number=1, content="Text.", status=Status.COMPLETE).save()
    answer = await adas.client.get(path, headers=GUESS)
    assert answer.status_code == 200
    assert "Text." in answer.text


async def test_pages_name_the_rules_for_guessing(visitor: Visitor) -> None:
    rules = (await visitor.get("/")).headers["speculation-rules"].strip('"')
    answer = await visitor.get(rules)
    assert answer.headers["content-type"].startswith("application/speculationrules+json")
    assert "/lessons/:lesson" in answer.text


async def test_a_stranger_who_guesses_becomes_no_guest(
    visitor: Visitor, ada_lesson: Lesson
) -> None:
    await Lesson.raw("UPDATE syllabus SET in_catalogue = true, learner = NULL")
    answer = await visitor.client.get(f"/lessons/{ada_lesson.id}", headers=GUESS)
    assert answer.status_code == 503
    assert await Learner.count() == 1
