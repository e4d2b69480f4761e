"""A new course begins with files that hang together and name their gaps."""

from pathlib import Path

import pytest

from tasks.__main__ import main
from techtree.tutor.library import check, load_courses
from techtree.tutor.library.skeleton import write_skeleton


def test_a_skeleton_can_be_read_and_its_structure_is_sound(tmp_path: Path) -> None:
    folder = write_skeleton('Knots: "tied" & untied', tmp_path)

    (course,) = load_courses(tmp_path)
    assert folder.name == "knots-tied-untied"
    assert course.title == 'Knots: "tied" & untied'
    assert [len(module.lessons) for module in course.syllabi[0].modules] == [2, 2]
    assert (len(course.questions), len(course.placement)) == (4, 1)


def test_each_gap_of_a_skeleton_is_a_problem_on_its_line(tmp_path: Path) -> None:
    folder = write_skeleton("Knots", tmp_path)

    named = {(slip.path, slip.line) for slip in check(folder) if "gap" in slip.what}

    gaps = {
        (path, number)
        for path in folder.rglob("*.*")
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if "GAP" in line
    }
    assert named == gaps
    assert len(gaps) > 40


def test_the_command_makes_a_course_and_never_writes_over_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["library", "new", "Knots", "--library", str(tmp_path)]

    assert main(command) == 0
    assert str(tmp_path / "knots") in capsys.readouterr().out
    (tmp_path / "knots" / "course.md").write_text("mine")
    assert main(command) == 2
    assert (tmp_path / "knots" / "course.md").read_text() == "mine"


def test_a_title_without_letters_is_refused(tmp_path: Path) -> None:
    assert main(["library", "new", "?!", "--library", str(tmp_path)]) == 2
    assert list(tmp_path.iterdir()) == []
