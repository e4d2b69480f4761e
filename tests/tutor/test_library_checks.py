"""The checker names the file, the line and the remedy of everything a teacher can get wrong."""

from pathlib import Path

import pytest

from techtree.tutor.library import Problem, check, load_courses, main_check
from techtree.tutor.library.courses import PICTURES
from techtree.tutor.library.front_matter import LONGEST_LINE
from techtree.tutor.library.lessons import WORDS
from techtree.tutor.library.reading import LESSONS, MODULES
from tests.tutor.library_sample import FILES, SYLLABUS, changed, lesson, write_course

KNEADING = "beginner/kneading.md"
SYLLABUS_FILE = "beginner/syllabus.md"


def test_a_sound_course_has_no_problem(tmp_path: Path) -> None:
    assert check(write_course(tmp_path)) == []


def test_the_courses_that_come_with_techtree_are_sound() -> None:
    library = Path(__file__).parents[2] / "techtree" / "library"

    assert [str(problem) for problem in check(library)] == []


SPOILT_LESSONS = [
    ("title: Kneading\n", "", 2, "`title` is missing"),
    ("title: Kneading\n", "title:\n", 2, "`title` is empty"),
    ("title: Kneading\n", "title: [a, b]\n", 2, "`title` isn't plain text"),
    ("title: Kneading\n", "title: Why: because\n", 2, "mapping values are not allowed here"),
    ("title: Kneading\n", "title: Kneading\ntitle: Twice\n", 3, "stands here twice"),
    ("title: Kneading\n", "title: mixing a dough\n", 2, "is there already"),
    ("summary: What", f"summary: {'long ' * 50}What", 3, "longer than a line"),
    ("teaches: [gluten]", "teaches: gluten", 4, "`teaches` isn't a list"),
    ("teaches: [gluten]", "teaches: []", 4, "`teaches` has 0 entries"),
    ("teaches: [gluten]", "teaches: [gluten, glutten]", 4, "no concept `glutten`"),
    ("teaches: [gluten]", "teaches: [gluten, dough]", 4, "`dough` is taught already"),
    ("builds_on: [dough]", "builds_on: [crust]", 5, "`crust`, which no earlier lesson teaches"),
    ("builds_on: [dough]", "builds_on:\n  - dough\n  - water", 7, "no concept `water`"),
    ("builds_on:", "build_on:", 5, "`build_on` is not a field"),
    ("sources:", "source:", 6, "`source` is not a field"),
    ("do this?", "do this.", 9, "doesn't open with a question"),
    ("## What happens", "# What happens", 11, "one # is the page's own title"),
    ("## Worked example", "## An example", 9, "no worked example"),
    ("## Summary", "## The end", 21, "doesn't end with a summary"),
    ("See [it]", "See $x [it]", 15, "This `$` marks no formula"),
    ("See [it](", "See\nthe [it](kneeding.md) and (", 16, "no lesson `kneeding.md`"),
    ("(mixing-a-dough.md)", "(/etc/passwd)", 15, "leads nowhere"),
    ("(mixing-a-dough.md)", "(../../../course.md)", 15, "leads nowhere"),
    ("See [it]", "Also $$x$$. See [it]", 15, "stands within a paragraph"),
    ("See [it]", "$$\nx\n\nSee [it]", 15, "no closing `$$`"),
    ("See [it]", "```python\nprint(1)\n\nSee [it]", 15, "code is never closed"),
    ("See [it]", "<b>See</b> [it]", 15, "HTML is shown as it is written"),
    ("See [it]", "<div>See</div>\n\nSee [it]", 15, "HTML is shown as it is written"),
    ("See [it]", "![](ball.svg) [it]", 15, "no words for those who can't see"),
    ("See [it]", "![A cube](cube.svg) [it]", 15, "There is no picture `cube.svg`"),
    ("See [it]", "![A ball](pictures/ball.svg) [it]", 15, "can't be shown"),
    ("See [it]", "![A ball](https://example.org/ball.svg) [it]", 15, "can't be shown"),
]


@pytest.mark.parametrize(("old", "new", "line", "what"), SPOILT_LESSONS)
def test_a_problem_in_a_lesson_is_found_on_its_line(
    tmp_path: Path, old: str, new: str, line: int, what: str
) -> None:
    folder = write_course(tmp_path, kneading=changed(KNEADING, old, new))

    found = check(folder / KNEADING)

    assert (line, True) in [(problem.line, what in problem.what) for problem in found], found
    assert all(problem.path == folder / KNEADING for problem in found)


SPOILT_SYLLABI = [
    ("builds_on: []", "builds_on: [crust]", 5, "in a circle: dough → crust → yeast → dough"),
    ("key: gluten", "key: Gluten Strands", 6, "other characters than"),
    ("key: yeast", "key: dough", 7, "“dough” is there already, in syllabus.md, line 5"),
    ("builds_on: [yeast, gluten]", "builds_on: [fire]", 8, "no concept `fire`"),
    ("modules:", "  - {key: steam, name: Steam}\nmodules:", 9, "No lesson teaches"),
    ("title: Baking", "title: Mixing", 13, "module title “Mixing” is there already"),
    ("[letting-it-rise, the-oven]", "[letting-it-rise]", 15, "`lessons` has 1 entry"),
    ("the-oven]", "the-grill]", 15, "The lesson `the-grill` has no file"),
    ("the-oven]", "the-oven, kneading]", 15, "lesson “kneading” is there already"),
    ("the-oven]", "../the-oven]", 15, "other characters than"),
    ("---\n", "---\ntitel: Bread\n", 2, "`titel` is not a field"),
]


@pytest.mark.parametrize(("old", "new", "line", "what"), SPOILT_SYLLABI)
def test_a_problem_in_a_syllabus_is_found_on_its_line(
    tmp_path: Path, old: str, new: str, line: int, what: str
) -> None:
    folder = write_course(tmp_path, syllabus=changed(SYLLABUS_FILE, old, new))

    found = check(folder / SYLLABUS_FILE)

    assert (line, True) in [(problem.line, what in problem.what) for problem in found], found


def test_a_concept_taught_before_what_it_builds_on_is_found(tmp_path: Path) -> None:
    swapped = changed(SYLLABUS_FILE, "[letting-it-rise, the-oven]", "[the-oven, letting-it-rise]")

    found = [str(problem) for problem in check(write_course(tmp_path, syllabus=swapped))]

    assert any("`crust` builds on `yeast`, which is not taught by then" in text for text in found)


def test_one_module_is_too_few(tmp_path: Path) -> None:
    start = SYLLABUS.index("  - title: Baking")
    folder = write_course(tmp_path, syllabus=SYLLABUS[:start] + "---\n")

    assert "`modules` has 1 entry" in [problem.what for problem in check(folder)]


def test_a_lesson_that_is_too_short_or_too_long_is_told_its_bounds(tmp_path: Path) -> None:
    text = FILES[KNEADING]
    short, long = text.replace("The baker", "", 30)[:700] + "\n", text + "More words follow. " * 300

    for content in (short, long):
        found = check(write_course(tmp_path, kneading=content))
        assert any("at this level it needs 450 to 1,100" in problem.what for problem in found)


def test_files_that_no_learner_would_see_are_named(tmp_path: Path) -> None:
    folder = write_course(tmp_path)
    (folder / "beginner" / "shaping.md").write_text(lesson("Shaping", "crust", ""))
    (folder / "beginner" / "spare.svg").write_text(FILES["beginner/ball.svg"])
    (folder / "beginner" / "notes.docx").write_bytes(b"")
    (folder / "expert").mkdir()

    found = {problem.path.name: problem.what for problem in check(folder)}

    assert found == {
        "shaping.md": "No module of the syllabus lists this lesson",
        "spare.svg": "No lesson shows this picture",
        "notes.docx": "This is neither a lesson nor a picture",
        "expert": "This belongs to no level",
    }


@pytest.mark.parametrize(
    ("drawing", "what"),
    [
        ("<svg viewBox='0 0 1 1'><g></svg>", "not well-formed"),
        ("<svg viewBox='0 0 1 1'><script>alert(1)</script></svg>", "contains a script"),
        ("<svg viewBox='0 0 1 1' onload='alert(1)'></svg>", "contains a script"),
        ("<svg viewBox='0 0 1 1'><use href='https://example.org/a'/></svg>", "loads something"),
        ("<svg width='1' height='1'></svg>", "has no viewBox"),
    ],
)
def test_a_drawing_that_would_not_show_or_does_something_is_found(
    tmp_path: Path, drawing: str, what: str
) -> None:
    assert any(what in problem.what for problem in check(write_course(tmp_path, ball=drawing)))


def test_a_drawing_may_refer_to_its_own_parts(tmp_path: Path) -> None:
    drawing = "<svg viewBox='0 0 1 1'><g id='a'/><use href='#a'/><g style='fill: url(#a)'/></svg>"

    assert check(write_course(tmp_path, ball=drawing)) == []


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("title: Kneading", "There is no front matter"),
        ("---\ntitle: Kneading\n", "There is no front matter"),
        ("---\njust words\n---\n", "The front matter has no fields"),
        ("---\n---\n", "The front matter has no fields"),
        ("---\ntitle: 'open\n---\n", "The front matter can't be read"),
        ("---\ntitle: a\x07b\n---\n", "The front matter contains a control character"),
    ],
)
def test_a_file_that_cannot_be_read_gets_one_clear_problem(
    tmp_path: Path, text: str, what: str
) -> None:
    folder = write_course(tmp_path, kneading=text)

    found = check(folder / KNEADING)

    assert len(found) == 1
    assert found[0].what.startswith(what)


def test_a_file_in_another_encoding_names_the_line(tmp_path: Path) -> None:
    folder = write_course(tmp_path)
    (folder / KNEADING).write_bytes(FILES[KNEADING].replace("Why", "Warum nötig").encode("latin-1"))

    assert check(folder / KNEADING) == [
        Problem(folder / KNEADING, 9, "This isn't UTF-8 text", "Save the file as UTF-8.")
    ]


def test_files_saved_on_windows_are_read_alike(tmp_path: Path) -> None:
    folder = write_course(tmp_path)
    for path in folder.rglob("*.md"):
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))

    assert check(folder) == []


def test_prices_code_and_links_abroad_are_fine(tmp_path: Path) -> None:
    middle = (
        "After [mixing](mixing-a-dough.md), flour costs \\$2, `x = $y` is code"
        " and [this](https://example.org/a?b=c) is abroad.\n\n"
        "$$\n\\frac{1}{2}\n$$\n\n"
        "```python\nprice = '$'\n```"
    )
    text = lesson("Kneading", "gluten", "dough", middle)

    assert check(write_course(tmp_path, kneading=text)) == []


def test_two_courses_must_not_answer_to_the_same_topic(tmp_path: Path) -> None:
    write_course(tmp_path)
    (tmp_path / "bread-you-can-bake").rename(tmp_path / "another-bread")
    write_course(tmp_path)

    found = [problem for problem in check(tmp_path) if "is found by" in problem.what]

    assert {problem.line for problem in found} == {2, 4}


def test_the_command_prints_a_line_for_each_problem_and_answers_a_status(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    folder = write_course(tmp_path)
    assert main_check([folder]) == 0
    assert capsys.readouterr().out == f"{folder}: no problems.\n"

    write_course(tmp_path, kneading=changed(KNEADING, "do this?", "do this."))
    assert main_check(["bread-you-can-bake"]) == 1
    assert capsys.readouterr().out == (
        "bread-you-can-bake/beginner/kneading.md:9: The lesson doesn't open with a question."
        " Ask in the first paragraph what the lesson will answer.\n"
        "bread-you-can-bake: 1 problem.\n"
    )

    assert main_check([tmp_path / "nowhere"]) == 2
    assert "there is no course here" in capsys.readouterr().err


def test_a_broken_course_is_left_out_and_the_others_are_taught(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write_course(tmp_path, kneading=changed(KNEADING, "teaches: [gluten]", "teaches: [glue]"))
    (tmp_path / "bread-you-can-bake").rename(tmp_path / "broken-bread")
    write_course(tmp_path)

    assert [course.slug for course in load_courses(tmp_path)] == ["bread-you-can-bake"]
    assert "broken-bread is left out" in caplog.text
    assert "kneading.md:4: The syllabus has no concept `glue`" in caplog.text


def test_the_guide_for_teachers_names_the_limits_that_are_checked() -> None:
    path = Path(__file__).parents[2] / "docs" / "writing-a-course.md"
    guide = " ".join(path.read_text(encoding="utf-8").split())

    for level, (least, most) in WORDS.items():
        assert f"| {level} | {least:,} to {most:,} |" in guide
    assert "{} to {} **modules**, and a module {} to {} lessons".format(*MODULES, *LESSONS) in guide
    assert f"at most {LONGEST_LINE} characters" in guide
    assert "{}, {} or {}".format(*PICTURES) in guide
