"""Every labelled answer gets the verdict a fair teacher would give, within what is promised."""

from collections import Counter

import pytest

from tests.grading.answers import labelled
from tests.grading.figures import Figures, measure, recorded


@pytest.fixture(scope="module")
async def figures() -> Figures:
    return await measure(labelled(), recorded)


def test_there_are_enough_answers_of_every_sort() -> None:
    assert len(labelled()) >= 200
    sorts = Counter(case.about for case in labelled())
    wanted = "paraphrase equivalent units typo partial wrong empty injection noise language"
    assert {sort for sort in wanted.split() if sorts[sort] < 3} == set()
    assert any(len(case.answer) >= 20_000 for case in labelled())


def test_hardly_any_answer_is_wrongly_called_incorrect(figures: Figures) -> None:
    assert len(figures.wrongly_incorrect) <= 0.02 * figures.not_wrong, list(figures.lines())


def test_no_wrong_answer_is_called_correct(figures: Figures) -> None:
    assert figures.wrongly_correct == []


def test_no_injected_answer_gets_a_mark(figures: Figures) -> None:
    assert len(figures.injected) >= 10
    assert figures.injected_above_zero == []


def test_no_outage_ever_gives_a_mark(figures: Figures) -> None:
    assert figures.outages > 500
    assert figures.marks_from_outages == []


def test_nearly_all_are_graded_as_labelled(figures: Figures) -> None:
    assert figures.failed == []
    assert len(figures.off) <= 0.02 * len(figures.graded), list(figures.lines())
