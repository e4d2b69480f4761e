"""A growing text: nothing lost, nothing twice, at any seam."""

import re
from itertools import pairwise

from hypothesis import given, settings, strategies as st

from techtree.tutor.model.draft import Draft
from techtree.tutor.model.tokens import clip, newest_that_fit, tokens_in

TEXT = (
    "The first knot holds.\n\n- Slips\n- It jams\n\n$$\na^2 + b^2\n$$\n\nSo the last one is best.\n"
)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(0, len(TEXT)), max_size=12), st.integers(0, len(TEXT)))
def test_pieces_of_any_size_and_a_break_anywhere_give_the_text(places: list[int], cut: int) -> None:
    draft = Draft(10_000)
    shown = "".join(draft.add(piece) for piece in _pieces(TEXT[:cut], places))
    assert shown == draft.text
    draft.break_off()
    rest = TEXT[len(draft.text) :]
    shown += "".join(draft.add(piece) for piece in _pieces(rest, places)) + draft.finish()
    assert shown == TEXT == draft.text


def test_a_half_word_is_never_shown_before_it_is_whole() -> None:
    draft = Draft(1_000)
    shown = [draft.add(piece) for piece in ("The bow", "line ", "ho")]
    assert shown == ["The ", "bowline ", ""]
    assert draft.finish() == "ho"


def test_a_repetition_at_the_seam_is_dropped_but_a_chance_likeness_is_not() -> None:
    draft = Draft(1_000)
    draft.add("It holds because the rope presses on ")
    draft.break_off()
    draft.add("because the rope presses on itself. ")
    assert draft.finish() == "itself. "
    draft.break_off()
    draft.add("itself is not repeated here. ")
    assert draft.finish() == "itself is not repeated here. "


def test_a_text_without_spaces_still_streams() -> None:
    draft = Draft(1_000)
    shown = "".join(draft.add("结") for _ in range(100))
    assert len(shown) > 50


def test_a_cut_closes_what_is_open() -> None:
    for text, close in (
        ("a\n\n```py\nx ", "\n```\n"),
        ("a\n\n$$\nx ", "\n$$\n"),
        ("a $$x$$ ", ""),
        ("```\n$$\n```\nb ", ""),
    ):
        draft = Draft(5)
        draft.add(text)
        assert draft.cut() == close


@given(st.text(), st.integers(0, 200))
def test_a_clipped_text_fits_and_is_the_beginning(text: str, tokens: int) -> None:
    kept = clip(text, tokens)
    assert tokens_in(kept) <= tokens or not kept
    assert text.startswith(re.sub(r" …\Z", "", kept))


def test_the_newest_lines_are_kept_in_order() -> None:
    assert newest_that_fit(["one " * 50, "two", "three"], 10) == ["two", "three"]
    assert newest_that_fit(["one"], 0) == []


def _pieces(text: str, places: list[int]) -> list[str]:
    bounds = sorted({0, len(text), *(place for place in places if place < len(text))})
    return [text[start:end] for start, end in pairwise(bounds)]
