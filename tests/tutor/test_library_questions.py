"""Files of questions become items, and each slip in them is found on its line."""

from pathlib import Path

import pytest

from techtree.items import Choice, Number
from techtree.status import Level
from techtree.tutor.library import LibraryAuthor, Problem, check, load_courses
from techtree.tutor.library.questions import CourseQuestion, read_placement, read_questions
from tests.tutor.library_sample import write_course

SOUND = """\
- key: stretch
  kind: choice
  concepts: [gluten]
  text: |
    What lets a dough stretch: is it $1 < 2$?
  options:
    - {text: "Kneading", right: true}
    - {text: "Salting", misconception: "You took taste for strength."}
  explanation: Folding links the chains.
- key: water
  kind: number
  concepts: [dough]
  text: How much water goes to 500 g of flour at a share of 0.7?
  answer: 350
  unit: g
  explanation: It is 0.7 times 500 g.
"""

PLACEMENT = SOUND.replace("  kind:", "  level: beginner\n  kind:", 1).replace(
    "  kind: number", "  level: advanced\n  kind: number"
)


def test_questions_are_read_as_the_items_they_are(tmp_path: Path) -> None:
    choice, number = read(tmp_path, SOUND)

    assert isinstance(choice.item, Choice)
    assert choice.item.options[choice.item.right].text == "Kneading"
    assert isinstance(number.item, Number)
    assert (number.item.answer, number.item.unit) == (350, "g")


def test_a_problem_with_a_part_of_a_question_is_on_the_line_of_that_part(tmp_path: Path) -> None:
    choice, number = read(tmp_path, SOUND)

    assert choice.problem("x", "y", "options", 1, "text").line == 8
    assert number.problem("x", "y", "answer").line == 14
    assert number.problem("x", "y", "hints").line == 10


@pytest.mark.parametrize(
    ("old", "new", "line", "what"),
    [
        ("kind: choice", "kind: riddle", 1, "riddle"),
        ("answer: 350", "answer: plenty", 14, "`answer`: Input should be a valid number"),
        ("answer: 350", "anser: 350", 14, "`anser`: Extra inputs"),
        (", right: true", ', misconception: "No."', 1, "exactly one option must be right"),
        ("concepts: [dough]", "concepts: [Dough]", 12, "`concepts.0`"),
        ("text: How", "text: How: what", 13, "can't be read"),
        ("- key: water", "- water\n- key: water", 10, "isn't a group of fields"),
        ("- key: stretch", "- key: 1: 2", 1, "can't be read"),
    ],
)
def test_a_slip_in_a_question_is_found_on_its_line(
    tmp_path: Path, old: str, new: str, line: int, what: str
) -> None:
    folder = write_course(tmp_path)
    path = folder / "beginner" / "kneading.questions.yaml"
    path.write_text(SOUND.replace(old, new, 1))

    assert (line, True) in [(slip.line, what in slip.what) for slip in check(path)], check(path)


def test_a_file_that_is_no_list_is_a_problem(tmp_path: Path) -> None:
    path = tmp_path / "x.questions.yaml"
    path.write_text("key: stretch\n")
    problems: list[Problem] = []

    assert read_questions(path, problems) == ()
    assert "isn't a list" in str(problems)


def test_questions_without_a_lesson_are_a_problem(tmp_path: Path) -> None:
    path = write_course(tmp_path) / "beginner" / "needing.questions.yaml"
    path.write_text(SOUND)

    assert "belong to no lesson" in str(check(path)[0])


def test_placement_questions_have_levels(tmp_path: Path) -> None:
    path = tmp_path / "placement.questions.yaml"
    path.write_text(PLACEMENT)
    assert [found.level for found in read_placement(path, [])] == [Level.BEGINNER, Level.ADVANCED]

    path.write_text(PLACEMENT.replace("level: advanced", "level: genius"))
    problems: list[Problem] = []
    assert len(read_placement(path, problems)) == 1
    assert "No such `level`" in str(problems)


def test_the_author_gives_out_the_questions_of_a_lesson_and_of_a_course(tmp_path: Path) -> None:
    folder = write_course(tmp_path)
    (folder / "beginner" / "kneading.questions.yaml").write_text(SOUND)
    (folder / "placement.questions.yaml").write_text(PLACEMENT)
    author = LibraryAuthor(courses=load_courses(tmp_path))

    questions = author.questions_of(f"{folder.name}/beginner/kneading")
    assert [item.key for item in questions] == ["stretch", "water"]
    assert author.questions_of(f"{folder.name}/advanced/kneading") == ()
    assert author.questions_of("no/such/lesson") == ()
    assert [(level, item.key) for level, item in author.placement_of("Baking bread")] == [
        (Level.BEGINNER, "stretch"),
        (Level.ADVANCED, "water"),
    ]
    assert author.placement_of("stamp collecting") == ()


def read(folder: Path, text: str) -> tuple[CourseQuestion, ...]:
    path = folder / "kneading.questions.yaml"
    path.write_text(text)
    problems: list[Problem] = []
    found = read_questions(path, problems)
    assert problems == []
    return found
