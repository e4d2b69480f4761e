"""What a learner takes along: whole, self-contained, and without a key that isn't theirs yet."""

import io
import re
import sqlite3
import zipfile
from pathlib import Path

from httpx import Response

from techtree.accounts import Learner
from techtree.lessons import Lesson, LessonVersion
from techtree.status import Status
from techtree.syllabi import Syllabus
from techtree.tutor.library import LibraryAuthor
from tests import items
from tests.controllers.conftest import Visitor
from tests.controllers.test_questions import asked, shown_place
from tests.fakes.author import FakeAuthor

SOURCE = "linear-algebra-you-can-see/beginner/arrows-and-vectors"
TEXT = """Why does it hold?

## A loop

A formula $x^2$, and one that is broken: $\\frac{1$.

![A picture](/library/linear-algebra-you-can-see/beginner/shadow.svg "Its caption")

```python
# no heading
```

<script>alert(1)</script> $\\href{javascript:alert(1)}{y}$
"""


async def written(lesson: Lesson, text: str = TEXT) -> None:
    await LessonVersion.delete(force=True)
    await LessonVersion(
        lesson=lesson.id, number=1, content=text, status=Status.COMPLETE.value
    ).save()


async def test_markdown_has_every_lesson_below_its_module(
    adas: Visitor, ada_lesson: Lesson, ada_syllabus: Syllabus
) -> None:
    await written(ada_lesson)
    answer = await adas.get(f"/syllabi/{ada_syllabus.id}/export.md")
    assert "attachment" in answer.headers["content-disposition"]
    text = answer.text
    assert text.startswith(f"# {ada_syllabus.title}\n")
    assert f"\n### {ada_lesson.title}\n" in text
    assert "\n#### A loop\n" in text and "\n# no heading\n" in text
    assert "*This lesson has not been written yet.*" in text
    assert "](data:image/svg+xml;base64," in text and "/library/" not in text


async def test_the_page_needs_no_network_and_runs_no_script(
    adas: Visitor, ada_lesson: Lesson, ada_syllabus: Syllabus
) -> None:
    await written(ada_lesson)
    page = (await adas.get(f"/syllabi/{ada_syllabus.id}/export.html")).text
    assert "<msup><mi>x</mi><mn>2</mn></msup>" in page
    assert "<h4" in page and "A loop" in page
    assert 'src="data:image/svg+xml;base64,' in page
    assert "default-src 'none'" in page
    assert "<script" not in page
    addresses = re.findall(r'(?:src|href)="([^"]*)"', page)
    assert all(each.startswith(("data:", "#")) for each in addresses)


async def test_a_deck_of_a_library_course_has_all_its_questions(
    adas: Visitor, ada_lesson: Lesson, ada_syllabus: Syllabus, tmp_path: Path
) -> None:
    await Lesson.update({Lesson.source: SOURCE}).where(Lesson.id == ada_lesson.id)
    notes = notes_of(await adas.get(f"/syllabi/{ada_syllabus.id}/export.apkg"), tmp_path)
    expected = LibraryAuthor().questions_of(SOURCE)
    assert len(notes) == len(expected) >= 8
    assert any("\\(" in question for question, _ in notes)
    assert all(question and answer for question, answer in notes)


async def test_a_deck_has_other_questions_only_once_they_are_answered(
    adas: Visitor, author: FakeAuthor, ada_lesson: Lesson, ada_syllabus: Syllabus, tmp_path: Path
) -> None:
    address = f"/syllabi/{ada_syllabus.id}/export.apkg"
    question = await asked(adas, author, ada_lesson, items.choice())
    assert notes_of(await adas.get(address), tmp_path) == []
    await adas.post(f"/questions/{question.id}/answers", answer=shown_place(question, 0))
    [(front, back)] = notes_of(await adas.get(address), tmp_path)
    assert "What holds a knot?" in front
    assert "riction" in back


async def test_a_deck_taken_again_has_the_same_cards(
    adas: Visitor, ada_lesson: Lesson, ada_syllabus: Syllabus, tmp_path: Path
) -> None:
    await Lesson.update({Lesson.source: SOURCE}).where(Lesson.id == ada_lesson.id)
    address = f"/syllabi/{ada_syllabus.id}/export.apkg"
    names = [names_of(await adas.get(address), tmp_path) for _ in range(2)]
    assert names[0] == names[1]


async def test_strangers_take_nothing_along(
    eves: Visitor, ada_syllabus: Syllabus, ada: Learner
) -> None:
    for suffix in ("md", "html", "apkg"):
        assert (await eves.get(f"/syllabi/{ada_syllabus.id}/export.{suffix}")).status_code == 404


def notes_of(answer: Response, folder: Path) -> list[tuple[str, str]]:
    """Front and back of each card, as Anki would read them."""
    fields = [row[0].split("\x1f") for row in _rows(answer, folder, "SELECT flds FROM notes")]
    return [(front, back) for front, back in fields]


def names_of(answer: Response, folder: Path) -> list[str]:
    return sorted(row[0] for row in _rows(answer, folder, "SELECT guid FROM notes"))


def _rows(answer: Response, folder: Path, query: str) -> list[tuple[str, ...]]:
    assert answer.status_code == 200
    with zipfile.ZipFile(io.BytesIO(answer.content)) as package:
        package.extract("collection.anki2", folder)
    connection = sqlite3.connect(folder / "collection.anki2")
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()
