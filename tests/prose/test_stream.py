"""A text makes the same blocks however it arrives, and each block is settled once."""

import re
from itertools import pairwise

import pytest
from hypothesis import given, settings, strategies as st
from markdown_it import MarkdownIt

from techtree.prose import Block, ProseStream, render
from techtree.prose.markdown import parse, to_html
from techtree.prose.stream import clean
from tests.prose.texts import BROKEN, LESSON

_BLOCK_PIECES = [
    "\n",
    "\n\n",
    " ",
    "    ",
    "\t",
    "# ",
    "- ",
    "1. ",
    "> ",
    "```",
    "~~~",
    "|",
    "|-|",
    "===",
]
_MATHS_PIECES = ["$", "$$", r"\(", r"\)", r"\[", r"\]", "x^2", "5", "\\"]
_INLINE_PIECES = ["a", "Two words", "*", "**", "`", "[a](", ")", "![b](/library/c.svg)", "<b>"]
_ODD_PIECES = ["\r", "\0", "\ud83d", "\ude00", "é", "---", "\x0c"]
_PIECES = st.sampled_from([*_BLOCK_PIECES, *_MATHS_PIECES, *_INLINE_PIECES, *_ODD_PIECES])
_TEXTS = st.lists(_PIECES, max_size=40).map("".join)


@pytest.mark.parametrize("text", [*BROKEN, LESSON], ids=range(len(BROKEN) + 1))
def test_every_cut_leads_to_the_same_blocks(text: str) -> None:
    expected = render(text)
    for cut in range(len(text) + 1):
        assert _stream([text[:cut], text[cut:]]) == expected


@pytest.mark.parametrize("text", [*BROKEN, LESSON], ids=range(len(BROKEN) + 1))
def test_one_character_at_a_time_leads_to_the_same_blocks(text: str) -> None:
    assert _stream(list(text)) == render(text)


@settings(max_examples=300, deadline=None)
@given(text=_TEXTS, cuts=st.lists(st.integers(0, 120), max_size=12))
def test_any_text_in_any_pieces_leads_to_the_same_blocks(text: str, cuts: list[int]) -> None:
    marks = sorted({0, len(text), *(min(cut, len(text)) for cut in cuts)})
    assert _stream([text[begin:end] for begin, end in pairwise(marks)]) == render(text)


@settings(max_examples=200, deadline=None)
@given(text=st.text(max_size=200))
def test_any_characters_at_all_are_rendered(text: str) -> None:
    assert _stream([text]) == render(text)


@settings(max_examples=300, deadline=None)
@given(text=_TEXTS)
def test_cutting_does_not_change_what_the_text_means(text: str) -> None:
    in_blocks = "".join(block.html for block in render(text))
    assert _squeeze(in_blocks) == _squeeze(to_html(parse(clean(text))))


@pytest.mark.parametrize(
    "begun",
    [
        "- a\n\n- b\n\n",
        "```\na\n\n",
        "$$\na\n",
        "| a |\n|---|\n| b |\n",
        "> a\n",
        "a\n",
        "    a\n\n",
    ],
)
def test_a_block_that_may_go_on_stays_open(begun: str) -> None:
    assert [block.closed for block in ProseStream(begun).changed()] == [False]


@pytest.mark.parametrize(
    "ended",
    [
        "a\n\n",
        "# a\n",
        "a\n===\n",
        "---\n",
        "```\na\n```\n",
        "$$\na\n$$\n",
        "> a\n\n",
        "|a|\n|-|\n\n",
    ],
)
def test_a_block_closes_as_soon_as_it_is_over(ended: str) -> None:
    assert [block.closed for block in ProseStream(ended).changed()] == [True]


@pytest.mark.parametrize("block", ["- a\n- b\n\n", "    a\n\n"])
def test_a_list_closes_when_the_paragraph_below_it_begins(block: str) -> None:
    stream = ProseStream(block)
    stream.changed()
    stream.feed("N")
    assert [(block.number, block.closed) for block in stream.changed()] == [(1, True), (2, False)]


def test_nothing_changes_when_nothing_was_fed() -> None:
    stream = ProseStream(LESSON)
    assert stream.changed()
    assert stream.changed() == []


def test_a_stream_taken_up_again_shows_all_its_blocks_and_goes_on_counting() -> None:
    first = ProseStream("One\n\nTwo")
    first.changed()
    second = ProseStream(first.text)
    assert [(block.number, block.closed) for block in second.changed()] == [(1, True), (2, False)]
    second.feed(" and three\n\nFour")
    assert [block.number for block in second.close()] == [2, 3]


def test_an_open_fence_is_code_already() -> None:
    (block,) = ProseStream("```python\nx = 1\n\n# a comment").changed()
    assert block.html.startswith('<pre class="code" data-language="python"')
    assert "<h2>" not in block.html


@pytest.mark.parametrize("mark", ["-", "=", "*", "1", "1.", "#", "`", "```", "|", "$", ">"])
def test_a_line_that_is_only_marks_so_far_changes_nothing(mark: str) -> None:
    stream = ProseStream("text\n")
    stream.changed()
    stream.feed(mark)
    assert stream.changed() == []


def test_the_text_can_be_stored_and_loses_nothing_else() -> None:
    stream = ProseStream("a\0b\r")
    stream.feed("\nc\ud83d")
    stream.feed("\ude00d\ud800e")
    assert stream.text == "a\ufffdb\nc\U0001f600d\ufffde"


def test_half_a_line_end_or_character_at_the_end_is_kept_when_the_text_is_over() -> None:
    stream = ProseStream("a\ud83d")
    stream.close()
    assert stream.text == "a\ufffd"


def test_work_grows_no_faster_than_the_text(monkeypatch: pytest.MonkeyPatch) -> None:
    parsed = 0
    whole = MarkdownIt.parse

    def counting(self: MarkdownIt, src: str, env: dict[str, object]) -> object:
        nonlocal parsed
        parsed += len(src)
        return whole(self, src, env)

    monkeypatch.setattr(MarkdownIt, "parse", counting)

    def work(paragraphs: int) -> int:
        nonlocal parsed
        parsed = 0
        _stream(re.findall(r"(?s).{1,20}", LESSON * paragraphs))
        return parsed

    once, tenfold = work(2), work(20)
    assert once > 0
    assert tenfold < 11 * once


@pytest.mark.parametrize(
    "text", ["x" * 1_000_000, "$" * 1_000_000, "[" * 1_000_000, ">" * 100_000, "* + " * 50_000]
)
def test_a_megabyte_in_one_line_is_shown(text: str) -> None:
    assert render(text)


def test_what_is_nested_too_deep_is_shown_and_so_is_what_follows() -> None:
    shown = "".join(block.html for block in render("* + " * 60 + "deep\n\nafter"))
    assert "deep" in shown
    assert "after" in shown


def _stream(pieces: list[str]) -> list[Block]:
    """Feed the pieces, look after each, check the laws on the way, return the final blocks."""
    stream = ProseStream()
    page: dict[int, Block] = {}
    for changed in [*(_feed(stream, piece) for piece in pieces), stream.close()]:
        numbers = [block.number for block in changed]
        assert numbers == sorted(set(numbers))
        assert all(block.closed for block in changed[:-1])
        for block in changed:
            before = page.get(block.number)
            assert before is None or not before.closed, "a closed block came again"
            assert before != block, "a block came again unchanged"
            page[block.number] = block
    assert list(page) == list(range(1, len(page) + 1))
    return list(page.values())


def _feed(stream: ProseStream, piece: str) -> list[Block]:
    stream.feed(piece)
    return stream.changed()


def _squeeze(html: str) -> str:
    return re.sub(r"\s*\n\s*(?=<)|(?<=>)\s*\n\s*", "", html).strip()
