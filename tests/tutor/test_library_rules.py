"""The checker finds what is wrong with questions, prose and code samples, on its line."""

from pathlib import Path

import pytest

from techtree.tutor.library import Problem, check
from techtree.tutor.library.prose_rules import grade_of, sentences
from tests.tutor.library_sample import FILES, changed, lesson, write_course

QUESTIONS = "beginner/kneading.questions.yaml"
PLACEMENT = "placement.questions.yaml"
LESSON = "beginner/kneading.md"
BOTH = (Path(QUESTIONS).stem, Path(PLACEMENT).stem)


def spoilt(library: Path, name: str, old: str, new: str) -> list[Problem]:
    """The problems of one file of the sample, with one place in it changed."""
    stem = Path(name).stem.replace("-", "_")
    folder = write_course(library, **{stem: changed(name, old, new)})
    return check(folder / name)


@pytest.mark.parametrize(
    ("old", "new", "line", "what"),
    [
        ("concepts: [gluten]", "concepts: [yeast]", 2, "`yeast` isn't in `teaches`"),
        ("hints: [Think of the bowl., ", "hints: [", 5, "there are 2 hints"),
        ("partner: kneading-2", "partner: kneading-9", 10, "no other question `kneading-9`"),
        ("partner: kneading-2", "partner: kneading-1", 10, "no other question `kneading-1`"),
        ("partner: kneading-2", "partner: kneading-3", 10, "doesn't name this question"),
        ("  partner: kneading-2\n", "", 19, "doesn't name this question"),
        ("key: kneading-3", "key: kneading-4", 29, "the key is there already"),
        ("formula: 0.7 * 500", "formula: 0.7 * 600", 9, "the formula comes to 420"),
        ("formula: 0.7 * 500", "formula: 0.7 * flour", 9, "can't be worked out"),
        ("formula: 0.7 * 500", "formula: factorial(9**9)", 9, "formula"),
        ("diff(x**2 + x, x)", "diff(x**2, x)", 19, "the formula comes to 2*x"),
        ("answer: 2*x + 1", "answer: 2*y + 1", 17, "the answer uses y, not in `variables`"),
        ("answer: 2*x + 1", "answer: 2*(x + 1", 17, "the answer can't be read"),
        ("Question 2 of", "Is it 2*x + 1, of", 13, "the key “2*x + 1” stands in its text"),
        ("Think of the bowl.", "It is 350 g.", 5, "the key “350” stands in its hints"),
        ("It tears,", f"It tears {'and tears ' * 9},", 37, "times as long as usual"),
        ("It tears,", "None of the above,", 37, "is about the other options"),
        ("explanation: That is how", "explanation: Teh way of", 4, "“Teh” looks misspelt"),
    ],
)
def test_a_problem_in_questions_is_found_on_its_line(
    tmp_path: Path, old: str, new: str, line: int, what: str
) -> None:
    found = [(slip.line, slip.what) for slip in spoilt(tmp_path, QUESTIONS, old, new)]

    assert any(at == line and what in words for at, words in found), found


def test_too_few_questions_or_kinds_are_a_problem(tmp_path: Path) -> None:
    text = FILES[QUESTIONS]
    seven = text[: text.index("- key: kneading-8")]
    folder = write_course(tmp_path, **{BOTH[0]: seven})
    assert "has 7 sound questions" in check(folder / QUESTIONS)[0].what

    expression = "  kind: expression\n  answer: 2*x + 1\n  variables: [x]\n"
    as_number = "  kind: number\n  answer: 7\n"
    three = text.replace(expression, as_number).replace("  formula: diff(x**2 + x, x)\n", "")
    folder = write_course(tmp_path, **{BOTH[0]: three})
    assert [problem.what for problem in check(folder / QUESTIONS)] == [
        "The questions are of 3 kinds: choice, number, true-false"
    ]


def test_a_lesson_without_questions_and_a_course_without_placement_are_problems(
    tmp_path: Path,
) -> None:
    folder = write_course(tmp_path, **{BOTH[0]: None, BOTH[1]: None})

    found = [problem.what for problem in check(folder)]
    assert "The lesson has 0 sound questions; it needs 8 or more" in found
    assert "The course has 0 sound placement questions; it needs 20 or more" in found
    assert "0 placement questions are for `advanced`" in found


def test_placement_covers_every_level_and_knows_the_concepts(tmp_path: Path) -> None:
    fewer = FILES[PLACEMENT].replace("level: advanced", "level: beginner")
    folder = write_course(tmp_path, **{BOTH[1]: fewer})
    assert [found.what for found in check(folder)] == ["0 placement questions are for `advanced`"]

    found = spoilt(tmp_path, PLACEMENT, "concepts: [dough]", "concepts: [cake]")
    assert [problem.line for problem in found] == [2]


PROSE = [
    ("takes heat.", "takes heat. It takes you.", "The summary has 4 sentences"),
    ("takes heat.", "takes `heat`. `it` takes $x$.", "The summary has 4 sentences"),
    (" ![A ball](ball.svg)", "", "The lesson has no picture"),
    ("[it](mixing-a-dough.md)", "it", "doesn't link to it"),
    ("## What happens", "## What happenes\n\nTeh baker.", "“Teh” looks misspelt"),
    (
        "See [it]",
        "In Mixing a dough the baker weighs the flour, pours the water and looks at the dough in"
        " the bowl. Look at [it]",
        "“Mixing a dough” has this sentence, too",
    ),
    ("See [it]", f"{'Unconditional internationalisation, ' * 99}. [it]", "reads like grade"),
]


@pytest.mark.parametrize(("old", "new", "what"), PROSE)
def test_a_problem_in_prose_is_found(tmp_path: Path, old: str, new: str, what: str) -> None:
    assert any(what in problem.what for problem in spoilt(tmp_path, LESSON, old, new))


def test_words_of_the_course_are_not_misspelt(tmp_path: Path) -> None:
    folder = write_course(tmp_path, kneading=changed(LESSON, "See [it]", "Teh [it]"))
    assert len(check(folder)) == 1

    (folder / "words.txt").write_text("# a name\nteh\n")
    assert check(folder) == []


def test_names_in_sources_are_not_misspelt(tmp_path: Path) -> None:
    assert spoilt(tmp_path, LESSON, "Emily Buehler", "Ned Teh") == []


def with_sample(library: Path, code: str, output: str) -> list[Problem]:
    middle = f"After [it](mixing-a-dough.md).\n\n```python\n{code}\n```\n\n```output\n{output}\n```"
    folder = write_course(library, kneading=lesson("Kneading", "gluten", "dough", middle))
    return check(folder / LESSON)


def test_code_that_prints_what_the_lesson_shows_is_fine(tmp_path: Path) -> None:
    assert with_sample(tmp_path, "for n in (1, 2):\n    print('é', n)", "é 1\né 2") == []


@pytest.mark.parametrize(
    ("code", "output", "line", "what"),
    [
        ("print(1)\nprint(2)", "1\n3", 24, "prints “2” where this shows “3”"),
        ("print(1)", "1\n2", 23, "prints “” where this shows “2”"),
        ("1 / 0", "x", 17, "This code fails: ZeroDivisionError"),
        ("import pydantic", "x", 17, "ModuleNotFoundError"),
        ("print(bytearray(1 << 30)[0])", "0", 17, "MemoryError"),
        ("open('big', 'w').write('x' * (2 << 20))", "", 17, "This code fails"),
    ],
)
def test_code_that_does_otherwise_is_a_problem(
    tmp_path: Path, code: str, output: str, line: int, what: str
) -> None:
    found = with_sample(tmp_path, code, output)

    assert (line, True) in [(problem.line, what in problem.what) for problem in found], found


def test_code_that_never_ends_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("techtree.tutor.library.samples.SECONDS", 1)

    (found,) = with_sample(tmp_path, "while True: pass", "x")
    assert "This code fails" in found.what


def test_long_words_and_sentences_ask_for_more_schooling() -> None:
    plain = "The cat sat on the mat. It was a warm day."
    learned = "Feline individuals habitually appropriate comfortable upholstery notwithstanding."

    assert grade_of(plain) < 2
    assert grade_of(learned) > 20


def test_sentences_end_where_another_begins() -> None:
    text = "Is it 3.5 km, e.g. by bike? “Yes.” `x` follows. $y$ too."

    assert sentences(text) == ["Is it 3.5 km, e.g. by bike?", "“Yes.", "`x` follows.", "$y$ too."]
