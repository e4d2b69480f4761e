"""A syllabus that is exported and imported again says the same."""

from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from tasks import courses
from techtree.lessons import Lesson, LessonVersion
from techtree.status import Level, Status
from techtree.syllabi import Syllabus
from techtree.transport import (
    STORED,
    StoredConcept,
    StoredLesson,
    StoredModule,
    StoredSyllabus,
    put_in,
    take_out,
)

# PostgreSQL keeps no NUL, and half a surrogate pair is no text.
characters = st.characters(exclude_categories=["Cs"], exclude_characters="\x00")
names = st.text(characters, min_size=1, max_size=60)
prose = st.text(characters, max_size=300)
keys = st.lists(st.text("abc-", min_size=1, max_size=8), max_size=3).map(tuple)
written = st.builds(
    StoredLesson,
    title=names,
    summary=prose,
    teaches=keys,
    builds_on=keys,
    source=st.text("abc/-", max_size=20),
    text=prose,
    model=st.text("a:-", max_size=10),
)
planned = st.builds(StoredLesson, title=names, summary=prose, teaches=keys)
modules = st.builds(
    StoredModule,
    title=names,
    summary=prose,
    lessons=st.lists(written | planned, max_size=3).map(tuple),
)
concepts = st.builds(StoredConcept, key=st.text("abc-", max_size=8), name=names, builds_on=keys)
syllabi = st.builds(
    StoredSyllabus,
    topic=names,
    level=st.sampled_from(Level),
    title=names,
    summary=prose,
    model=st.text("a:-", max_size=10),
    # In the order of their keys, in which they are taken out.
    concepts=st.lists(concepts, unique_by=lambda concept: concept.key, max_size=4).map(
        lambda found: tuple(sorted(found, key=lambda concept: concept.key))
    ),
    modules=st.lists(modules, min_size=1, max_size=3).map(tuple),
)


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(stored=syllabi)
async def test_what_is_put_in_comes_out_the_same(database: None, stored: StoredSyllabus) -> None:
    read_again = STORED.validate_json(STORED.dump_json(stored))

    assert await take_out(await put_in(read_again)) == stored


async def test_a_course_that_a_model_wrote_goes_through_a_file_without_loss(
    ada_syllabus: Syllabus, ada_lesson: Lesson, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for number, text, status in [
        (1, "Old.", "complete"),
        (2, "Rope $x$", "complete"),
        (3, "", "failed"),
    ]:
        await LessonVersion.objects().create(
            lesson=ada_lesson.id, number=number, content=text, status=status, model="openai:test"
        )
    file = tmp_path / "knots.json"

    assert await courses.export(ada_syllabus.id, file) == 0
    capsys.readouterr()
    assert await courses.take_in(file) == 0

    again = UUID(capsys.readouterr().out.strip())
    assert await take_out(again) == await take_out(ada_syllabus.id)
    first = (await take_out(again)).modules[0].lessons[0]  # type: ignore[union-attr]
    assert (first.text, first.model) == ("Rope $x$", "openai:test")
    row = await Syllabus.objects().get(Syllabus.id == again)
    assert row and row.in_catalogue and row.learner is None and row.status == Status.COMPLETE


async def test_an_exported_file_says_nothing_of_the_learner(
    ada_syllabus: Syllabus, tmp_path: Path
) -> None:
    file = tmp_path / "knots.json"
    await courses.export(ada_syllabus.id, file)

    assert str(ada_syllabus.learner) not in file.read_text()


async def test_a_file_that_export_did_not_write_is_refused_and_stores_nothing(
    database: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "other.json"
    file.write_text('{"format": "techtree-syllabus-1", "title": "x"}')

    assert await courses.take_in(file) == 1
    assert f"{file}: topic: Field required" in capsys.readouterr().err
    assert await Syllabus.count() == 0


async def test_export_overwrites_no_file(ada_syllabus: Syllabus, tmp_path: Path) -> None:
    file = tmp_path / "kept.json"
    file.write_text("kept")

    assert await courses.export(ada_syllabus.id, file) == 2
    assert file.read_text() == "kept"
