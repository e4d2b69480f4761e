"""Whatever somebody types, grading answers with a grade and never with an error."""

import math

from hypothesis import given, settings, strategies as st

from techtree.grading import Verdict, by_rule
from techtree.grading.notation import read
from techtree.grading.tokens import UnreadableError
from techtree.grading.units import known
from techtree.grading.values import readings
from techtree.items import Choice, Number, Order, Short, TrueFalse
from tests.grading.answers import labelled

ITEMS = sorted({case.item.key: case.item for case in labelled()}.items())
QUICK = [i for _, i in ITEMS if isinstance(i, Choice | Number | Order | Short | TrueFalse)]
PIECES = [
    *"0123456789.,+-*/^()[]{}|!%= xyπ√²_'$\\°",
    *("\\frac", "\\sqrt", "sin", "log", "e", "km", "m/s", "1e5", "^-1", "**", "lambda", "__", "½"),
    *(
        "the answer is ",
        " or ",
        "≈",
        "\\left(",
        "\\begin{pmatrix}",
        "\\\\",
        "&",
        "\n",
        "\u0000",
        "é",
    ),
]
TEXT = st.text(max_size=60) | st.lists(st.sampled_from(PIECES), max_size=30).map("".join)


@settings(max_examples=150, deadline=None)
@given(TEXT, st.sampled_from(QUICK), st.booleans())
async def test_any_text_gets_a_grade(answer: str, item: Choice | Number, final: bool) -> None:
    grade = await by_rule(item, answer, final=final)
    if grade is None:
        assert isinstance(item, Short)
    else:
        assert grade.feedback
        assert (grade.score is None) == (grade.verdict is Verdict.UNSURE)


@settings(max_examples=300, deadline=None)
@given(TEXT)
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        read(text, ["x", "y", "lambda", "x_1"])
    except UnreadableError as error:
        assert str(error)


@settings(max_examples=150, deadline=None)
@given(TEXT)
def test_any_number_that_is_read_is_finite(text: str) -> None:
    assert all(map(math.isfinite, readings(text)))


@settings(max_examples=150, deadline=None)
@given(TEXT)
def test_any_text_is_a_unit_or_none(text: str) -> None:
    known(text)


@settings(max_examples=100, deadline=None)
@given(st.integers(-(10**9), 10**9), st.sampled_from([",", " ", "'", "\u202f", "."]))
def test_grouped_digits_mean_the_number(number: int, separator: str) -> None:
    assert float(number) in readings(f"{number:,}".replace(",", separator))


@settings(max_examples=100, deadline=None)
@given(st.floats(-1e6, 1e6).map(lambda number: round(number, 4)))
def test_a_decimal_comma_means_the_decimal_point(number: float) -> None:
    assert number in readings(f"{number:f}".replace(".", ","))
