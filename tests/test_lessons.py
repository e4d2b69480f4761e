"""Syllabi and lessons: asked for once, written one at a time, found by their owner only."""

import asyncio

from techtree import work
from techtree.accounts import Learner
from techtree.lessons import Lesson, LessonVersion
from techtree.status import Level, Status
from techtree.syllabi import Syllabus


async def test_a_double_click_asks_for_one_syllabus(ada: Learner) -> None:
    asked = await asyncio.gather(
        *(Syllabus.ask_for(ada, topic, Level.BEGINNER) for topic in ("Knots", "knots", "KNOTS"))
    )
    assert len({syllabus.id for syllabus in asked}) == 1
    assert await Syllabus.count() == 1


async def test_the_same_topic_at_another_level_is_another_syllabus(ada: Learner) -> None:
    beginner = await Syllabus.ask_for(ada, "Knots", Level.BEGINNER)
    advanced = await Syllabus.ask_for(ada, "Knots", Level.ADVANCED)
    assert beginner.id != advanced.id


async def test_two_learners_who_ask_for_the_same_get_one_each(ada: Learner, eve: Learner) -> None:
    first = await Syllabus.ask_for(ada, "Knots", Level.BEGINNER)
    second = await Syllabus.ask_for(eve, "Knots", Level.BEGINNER)
    assert first.id != second.id


async def test_a_drafted_syllabus_has_its_lessons_in_reading_order(ada_syllabus: Syllabus) -> None:
    modules = await ada_syllabus.outline()
    assert [module.title for module in modules] == ["Rope", "Theory"]
    lessons = [lesson for module in modules for lesson in module.lessons]
    assert [lesson.title for lesson in lessons] == [
        "Friction",
        "Bends",
        "Crossings",
        "Invariants",
    ]
    assert [lesson.number for lesson in lessons] == [1, 2, 3, 4]
    assert {lesson.status for lesson in lessons} == {"none"}


async def test_a_lesson_has_one_open_version_at_a_time(ada_lesson: Lesson) -> None:
    versions = await asyncio.gather(*(ada_lesson.write_again() for _ in range(5)))
    assert len({version.id for version in versions}) == 1


async def test_writing_again_keeps_the_earlier_version(ada_lesson: Lesson) -> None:
    first = await ada_lesson.write_again()
    await work.begin(LessonVersion, first.id)
    await work.save(LessonVersion, first.id, 1, content="The first.", status=Status.COMPLETE.value)
    second = await ada_lesson.write_again()
    assert (second.number, second.content) == (2, "")
    kept = await LessonVersion.objects().get(LessonVersion.id == first.id)
    assert kept
    assert kept.content == "The first."


async def test_a_fence_rises_with_versions_and_attempts(ada_lesson: Lesson) -> None:
    first = await ada_lesson.write_again()
    await work.stop(LessonVersion, first.id)
    second = await ada_lesson.write_again()
    assert first.fence(1) < first.fence(2) < second.fence(1)


async def test_a_learner_who_opens_a_lesson_takes_over_its_preparation(ada_lesson: Lesson) -> None:
    await ada_lesson.ensure_version(background=True)
    opened = await ada_lesson.ensure_version()
    stored = await LessonVersion.objects().get(LessonVersion.id == opened.id)
    assert stored
    assert not stored.background


async def test_neighbours_cross_modules(ada_syllabus: Syllabus, another_lesson: Lesson) -> None:
    lessons = [each.id for module in await ada_syllabus.outline() for each in module.lessons]
    neighbours = await another_lesson.neighbours()
    assert (neighbours.before, neighbours.after) == (lessons[0], lessons[2])


async def test_the_first_lesson_has_nothing_before_it(ada_lesson: Lesson) -> None:
    assert (await ada_lesson.neighbours()).before is None


async def test_another_learner_finds_neither_syllabus_nor_lesson(
    ada_lesson: Lesson, eve: Learner
) -> None:
    assert await Lesson.for_learner(ada_lesson.id, eve) is None
    assert await Lesson.for_learner(ada_lesson.id, None) is None
    assert await Syllabus.for_learner(ada_lesson.syllabus.id, eve) is None


async def test_everybody_finds_what_is_in_the_catalogue(ada_lesson: Lesson, eve: Learner) -> None:
    await Syllabus.raw("UPDATE syllabus SET in_catalogue = true")
    assert await Lesson.for_learner(ada_lesson.id, eve) is not None
