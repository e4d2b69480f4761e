"""Feedback and verdicts of the rules, beyond what the labelled answers show."""

from typing import Any

import pytest

from techtree.grading import DONT_KNOW, Grade, Method, Verdict, by_rule, gives_up
from techtree.grading.words import normalised
from techtree.items import ITEM, AnyItem, Number
from tests.grading.answers import labelled

ITEMS = {case.item.key: case.item for case in labelled()}
WRONG = {
    "longest": "1",
    "elimination": "3 2 1 0",
    "speed": "63 km/h",
    "derivative": "x^2 + 1",
    "basis": "they are orthogonal",
}


@pytest.mark.parametrize("key", WRONG)
async def test_a_wrong_answer_is_not_told_the_key_while_a_try_remains(key: str) -> None:
    item = ITEMS[key]
    grade = await _graded(item, WRONG[key])
    assert grade.verdict is Verdict.INCORRECT
    assert _key(item) not in grade.feedback
    assert item.explanation not in grade.feedback
    last = await _graded(item, WRONG[key], final=True)
    assert _key(item) in last.feedback
    assert item.explanation in last.feedback


@pytest.mark.parametrize("key", WRONG)
async def test_i_do_not_know_is_kind_and_shows_the_explanation(key: str) -> None:
    grade = await _graded(ITEMS[key], DONT_KNOW)
    assert (grade.verdict, grade.score) == (Verdict.INCORRECT, 0)
    assert ITEMS[key].explanation in grade.feedback
    assert grade.feedback.startswith("That's an honest answer")
    assert gives_up(DONT_KNOW)


@pytest.mark.parametrize("answer", ["I know", "I don't know much, but it is 5", "5", "?", ""])
def test_an_attempt_is_no_giving_up(answer: str) -> None:
    assert not gives_up(answer)


async def test_a_chosen_misconception_is_answered_by_name() -> None:
    grade = await _graded(ITEMS["longest"], "1")
    assert grade.misconception == "You looked at the first number only."
    assert grade.misconception in grade.feedback


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("36", "Which unit"),
        ("36 h", "“h” measures time; length / time is asked"),
        ("36 m/s", "Look at the unit again"),
        ("-36 km/h", "Look at the sign"),
        ("360 km/h", "powers of ten"),
        ("900 km/h", "You multiplied distance and time."),
        ("fast", "Write one number"),
    ],
)
async def test_feedback_on_a_number_says_what_is_missing(answer: str, words: str) -> None:
    assert words in (await _graded(ITEMS["speed"], answer)).feedback


@pytest.mark.parametrize("answer", ["€100", "100 €", "£ 100", "100€."])
async def test_a_currency_may_stand_by_a_bare_number(answer: str) -> None:
    item = Number(
        kind="number", key="price", concepts=("p",), text="?", explanation="!", answer=100
    )
    assert (await _graded(item, answer)).verdict is Verdict.CORRECT


async def test_a_formula_of_the_question_itself_is_no_answer() -> None:
    item = _item(
        kind="expression", text="Multiply out $(x+1)^2$.", answer="x**2 + 2*x + 1", variables=["x"]
    )
    assert (await _graded(item, "(x+1)^2")).verdict is Verdict.UNSURE
    assert (await _graded(item, "x^2+2x+1")).verdict is Verdict.CORRECT


async def test_a_key_that_cannot_be_read_costs_the_learner_nothing() -> None:
    item = _item(kind="expression", answer="2 clubs of x", variables=["x"])
    grade = await _graded(item, "2x")
    assert grade.verdict is Verdict.UNSURE
    assert "neither for nor against" in grade.feedback


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("x > 3", "x < 3"),
        ("-3", "3"),
        ("1/2", "12"),
        ("C++", "C"),
        ("C#", "C"),
        ("50%", "50"),
        ("n^2", "n2"),
        ("not injective", "injective"),
        ("a + b", "a - b"),
    ],
)
def test_marks_that_carry_meaning_are_compared(one: str, other: str) -> None:
    assert normalised(one) != normalised(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The Eigenvector", "eigenvector"),
        ("Bayes' theorem", "Bayes’ Theorem."),
        ("naïve", "naive"),
        ("well-known", "well known"),
        ("three", "3"),
        ("n²", "n^2"),
        ("$O(n \\log n)$", "O(n log n)"),
        ("bread & butter", "bread and butter"),
        ("it is gzip", "gzip"),
        ("− 3", "-3"),
    ],
)
def test_marks_that_carry_none_are_not(one: str, other: str) -> None:
    assert normalised(one) == normalised(other)


@pytest.mark.parametrize(
    ("verdict", "score"),
    [(Verdict.UNSURE, 0.0), (Verdict.UNGRADED, 0.5), (Verdict.CORRECT, None), (Verdict.PARTLY, 2)],
)
def test_a_grade_cannot_have_a_score_that_does_not_go_with_its_verdict(
    verdict: Verdict, score: float | None
) -> None:
    with pytest.raises(ValueError, match="score"):
        Grade(verdict, score, "", Method.RULE)


async def _graded(item: AnyItem, answer: str, *, final: bool = False) -> Grade:
    grade = await by_rule(item, answer, final=final)
    assert grade is not None
    return grade


def _key(item: AnyItem) -> str:
    keys = {
        "longest": "$(3, 4)$",
        "elimination": "1. Write the system",
        "speed": "36 km/h",
        "derivative": "2*x + 1",
        "basis": "in exactly one way",
    }
    return keys[item.key]


def _item(**fields: Any) -> AnyItem:
    base = {"key": "some", "concepts": ["some"], "text": "What?", "explanation": "So."}
    return ITEM.validate_python(base | fields)
