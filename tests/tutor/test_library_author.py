"""The library author teaches a course from its files, at a readable pace, and only quotes it."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from techtree.prose import render
from techtree.status import Level
from techtree.tutor.author import (
    Author,
    LessonBrief,
    ReplyBrief,
    SyllabusBrief,
    TopicUnknownError,
    Turn,
    TutorError,
)
from techtree.tutor.library import LibraryAuthor, course_picture, load_courses
from techtree.tutor.library.markdown import for_reading
from tests.tutor.library_sample import FILES, SLUG, changed, write_course

LESSON = LessonBrief(
    topic="sourdough",
    level=Level.BEGINNER,
    syllabus="Bread you can bake",
    module="Mixing",
    title="Kneading",
    summary="What to do.",
    teaches=("Gluten",),
    source=f"{SLUG}/beginner/kneading",
)


@pytest.fixture
def author(tmp_path: Path) -> LibraryAuthor:
    kneading = changed(
        "beginner/kneading.md",
        "See [it](mixing-a-dough.md).",
        "Folding **gluten** makes it strong: see [*Mixing* a dough](mixing-a-dough.md)."
        ' ![A ball](ball.svg "Round, (more or less)")\n\n'
        "`[not](a-link.md)` and [a page](https://example.org/a.md)\n\n"
        "~~~\n[nor](this.md)\n~~~",
    )
    write_course(tmp_path, kneading=kneading)
    return LibraryAuthor(pace=0, courses=load_courses(tmp_path))


async def whole(pieces: AsyncIterator[str]) -> str:
    return "".join([piece async for piece in pieces])


def shown(text: str) -> str:
    return "".join(block.html for block in render(text))


def test_it_is_an_author() -> None:
    author: Author = LibraryAuthor()

    assert author.name == "library"


async def test_a_syllabus_grows_module_by_module(author: LibraryAuthor) -> None:
    brief = SyllabusBrief("Sourdoughs!", Level.BEGINNER)

    drafts = [draft async for draft in author.draft_syllabus(brief)]

    assert [len(draft.modules) for draft in drafts] == [0, 1, 2, 2]
    assert [draft.final for draft in drafts] == [False, False, False, True]
    final = drafts[-1]
    assert final.title == "Bread you can bake: the first loaf"
    assert final.summary == "A loaf from four ingredients."
    assert [concept.key for concept in final.concepts] == ["dough", "gluten", "yeast", "crust"]
    oven = final.modules[1].lessons[1]
    assert (oven.title, oven.teaches, oven.builds_on) == (
        "The oven",
        ("crust",),
        ("yeast", "gluten"),
    )
    assert oven.source == f"{SLUG}/beginner/the-oven"
    # Columns and JSON want plain strings, not those that remember their line.
    assert {type(oven.title), type(oven.teaches[0]), type(final.concepts[0].key)} == {str}


async def test_another_level_than_the_one_asked_for_is_said_plainly(author: LibraryAuthor) -> None:
    brief = SyllabusBrief("baking bread", Level.GOOD_KNOWLEDGE)

    drafts = [draft async for draft in author.draft_syllabus(brief)]

    assert "You asked for the level “Good knowledge”" in drafts[-1].summary
    assert "the nearest it has, “Beginner”" in drafts[-1].summary


async def test_an_unknown_topic_yields_nothing(author: LibraryAuthor) -> None:
    drafts = author.draft_syllabus(SyllabusBrief("quantum cooking", Level.BEGINNER))

    with pytest.raises(TopicUnknownError, match="no course on “quantum cooking”"):
        await anext(drafts)


async def test_a_lesson_is_what_the_teacher_wrote_with_addresses_that_work(
    author: LibraryAuthor,
) -> None:
    text = await whole(author.write_lesson(LESSON))

    assert text.startswith("Why does it matter in Kneading how you do this?\n\n## What happens\n\n")
    assert "see *Mixing a dough*." in text
    picture = f'![A ball](/library/{SLUG}/beginner/ball.svg "Round, (more or less)")'
    assert picture in text
    assert "`[not](a-link.md)` and [a page](https://example.org/a.md)" in text
    assert "~~~\n[nor](this.md)\n~~~" in text
    assert f'src="/library/{SLUG}/beginner/ball.svg"' in shown(text)


@pytest.mark.parametrize("source", [None, "", "a", f"{SLUG}/beginner", f"{SLUG}/advanced/kneading"])
async def test_a_lesson_that_is_not_in_the_library_is_refused(
    author: LibraryAuthor, source: str | None
) -> None:
    with pytest.raises(TutorError, match="isn't in the starter library") as caught:
        await whole(author.write_lesson(replace(LESSON, source=source)))

    assert not caught.value.retry


async def test_a_reply_is_quoted_and_says_so(author: LibraryAuthor) -> None:
    reply = await whole(author.reply(ReplyBrief(LESSON, "", "What does gluten do?")))

    assert reply.startswith("These are quotations from the course, not a tutor's own words.")
    assert (
        "From this lesson, under “What happens”:\n\n> Folding **gluten** makes it strong" in reply
    )


async def test_a_quotation_from_another_lesson_names_it(author: LibraryAuthor) -> None:
    oven = replace(LESSON, title="The oven", source=f"{SLUG}/beginner/the-oven")

    reply = await whole(author.reply(ReplyBrief(oven, "", "What does gluten do?")))

    assert "From the lesson *Kneading*, under “What happens”:" in reply


async def test_no_answer_is_said_plainly_with_what_to_ask(author: LibraryAuthor) -> None:
    reply = await whole(author.reply(ReplyBrief(LESSON, "", "What is the capital of France?")))

    assert reply.startswith("I found nothing in this course that answers this.")
    assert "for example about “gluten”" in reply
    assert ">" not in reply


async def test_why_goes_on_from_the_question_before_and_quotes_nothing_twice(
    author: LibraryAuthor,
) -> None:
    asked = ReplyBrief(LESSON, "", "What does gluten do?")
    first = await whole(author.reply(asked))
    history = (Turn("learner", asked.question), Turn("tutor", first))

    second = await whole(author.reply(replace(asked, question="And why?", history=history)))

    quoted = {line for line in first.split("\n") if line.startswith("> ")}
    assert quoted
    assert not quoted & set(second.split("\n"))
    assert not second.startswith("I found nothing in this course")


async def test_a_lesson_that_left_the_library_is_quoted_as_the_learner_sees_it(
    author: LibraryAuthor,
) -> None:
    brief = ReplyBrief(replace(LESSON, source=None), "Rye has little gluten.\n", "rye and gluten?")

    assert "From this lesson:\n\n> Rye has little gluten." in await whole(author.reply(brief))


async def test_the_pace_is_that_of_reading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    waited = 0.0
    loop = asyncio.get_running_loop()
    start = loop.time()

    async def sleep(seconds: float) -> None:
        nonlocal waited
        waited += seconds

    monkeypatch.setattr(loop, "time", lambda: start + waited)
    monkeypatch.setattr(asyncio, "sleep", sleep)
    write_course(tmp_path)
    author = LibraryAuthor(courses=load_courses(tmp_path))

    pieces = [piece async for piece in author.write_lesson(LESSON)]

    words = sum(len(piece.split()) for piece in pieces)
    assert 60 <= words / waited <= 90
    assert max(len(piece.split()) for piece in pieces) <= 5

    waited = 0.0
    drafts = author.draft_syllabus(SyllabusBrief("sourdough", Level.BEGINNER))
    waits = [waited async for _ in drafts]
    assert waits == [0.0, 0.5, 1.0, 1.5]


async def test_closing_the_iterator_stops_the_author(author: LibraryAuthor) -> None:
    lesson = LibraryAuthor(pace=1000, courses=author._courses).write_lesson(LESSON)
    await anext(lesson)

    async with asyncio.timeout(1):
        reading = asyncio.ensure_future(anext(lesson))
        await asyncio.sleep(0)
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading


async def test_every_lesson_of_our_courses_can_be_written_without_dead_addresses() -> None:
    for course in load_courses():
        for syllabus in course.syllabi:
            for lesson in syllabus.lessons:
                html = shown(for_reading(lesson.body, syllabus))
                assert ".md" not in html, lesson.path
                assert html.count("<img") == lesson.body.count("!["), lesson.path


def test_a_picture_is_served_by_its_name_alone(tmp_path: Path) -> None:
    folder = write_course(tmp_path)
    (tmp_path / "secret.svg").write_text("<svg/>")
    (folder / "beginner" / "leak.svg").symlink_to("/etc/passwd")

    found = course_picture(SLUG, "beginner", "ball.svg", tmp_path)

    assert found is not None
    assert found.read_text() == FILES["beginner/ball.svg"]
    for course, level, name in [
        (SLUG, "beginner", "cube.svg"),
        (SLUG, "beginner", "leak.svg"),
        (SLUG, "beginner", "kneading.md"),
        (SLUG, "beginner", "../beginner/ball.svg"),
        (SLUG, "beginner", "..\\ball.svg"),
        (SLUG, "beginner", "ball.svg\x00"),
        (SLUG, "beginner", ""),
        (SLUG, "..", "secret.svg"),
        (SLUG, "advanced", "ball.svg"),
        ("..", "beginner", "ball.svg"),
        (".", SLUG, "ball.svg"),
    ]:
        assert course_picture(course, level, name, tmp_path) is None, (course, level, name)
