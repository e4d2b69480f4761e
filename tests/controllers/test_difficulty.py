"""Easier and harder: another syllabus, linked, in which what was proven is known."""

from techtree.accounts import Learner
from techtree.lessons import Lesson
from techtree.status import Level
from techtree.syllabi import Syllabus
from tests.conftest import knots
from tests.controllers.conftest import Visitor
from tests.test_progress import pass_quiz


async def test_an_easier_syllabus_knows_what_was_proven_and_offers_to_skip_it(
    adas: Visitor, ada: Learner, ada_lesson: Lesson
) -> None:
    from techtree import work  # noqa: PLC0415
    from techtree.drafts import store  # noqa: PLC0415

    old = ada_lesson.syllabus
    await pass_quiz(ada, ada_lesson)
    location = (await adas.post(f"/syllabi/{old.id}/easier")).headers["location"]
    again = (await adas.post(f"/syllabi/{old.id}/easier")).headers["location"]
    assert location == again
    other = await Syllabus.objects().get(Syllabus.adapted_from == old.id)
    assert other and location == f"/syllabi/{other.id}" and other.level == Level.BEGINNER
    attempt = await work.begin(Syllabus, other.id)
    assert attempt
    await store(other.id, attempt, knots())
    html = (await adas.get(location)).text
    assert f'href="/syllabi/{old.id}"' in html and "Known" in html
    lesson = await Lesson.objects().get(
        (Lesson.syllabus == other.id) & (Lesson.title == "Friction")
    )
    assert lesson
    assert "Skip to the next lesson" in (await adas.get(f"/lessons/{lesson.id}")).text
    dashboard = (await adas.get("/dashboard")).text
    assert 'class="continue-title" lang="en">Bends' in dashboard
    assert "1 of 4 complete" in dashboard
    assert (await adas.get(f"/syllabi/{old.id}")).text.count("Completed") == 1


async def test_the_way_on_says_its_reason(adas: Visitor, ada: Learner, ada_lesson: Lesson) -> None:
    assert "The first lesson of Knots" in (await adas.get("/dashboard")).text
    await adas.get(f"/lessons/{ada_lesson.id}")
    assert "haven’t passed its quiz yet" in (await adas.get("/dashboard")).text
    await pass_quiz(ada, ada_lesson)
    html = (await adas.get("/dashboard")).text
    assert (
        "It comes next: 1 of 4 lessons" in html and 'class="continue-title" lang="en">Bends' in html
    )
