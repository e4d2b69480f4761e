"""Maths shows as a formula or as its source, and a price stays a price."""

import html
import re

import pytest

from techtree.prose import ProseStream, render
from tests.prose.texts import LESSON


@pytest.mark.parametrize(
    ("markdown", "formulas"),
    [
        ("a $x^2$ b", ["x^2"]),
        ("3$\\times$4", [r"\times"]),
        ("$ y $ and $\\alpha $", ["y", r"\alpha"]),
        (r"\(a+b\) and \[c_1\]", ["a+b", "c_1"]),
        ("in words $$x$$ here", ["x"]),
        ("$a$$b$", ["a", "b"]),
        ("**$x$** _$y$_", ["x", "y"]),
        ("$a_1 * b$ and $c * d_2$", ["a_1 * b", "c * d_2"]),
        ("$x\n= y$", ["x\n= y"]),
        ("$n choose k$", ["n choose k"]),
        ("$ad - bc$ and $ad-bc$", ["ad - bc", "ad-bc"]),
        (r"$\$5$", [r"\$5"]),
        ("$$\nx\n$$", ["x"]),
        ("text\n$$x$$\ntext", ["x"]),
        ("$$x\n$$ then $y$", ["x", "y"]),
        ("\\[\nx\n\\]", ["x"]),
        ("- item\n  $$\n  x\n\n  y\n  $$", ["x\n\ny"]),
        ("> $$\n> x\n> $$", ["x"]),
        ("| $x$ |\n|---|", ["x"]),
    ],
)
def test_a_formula_keeps_its_source(markdown: str, formulas: list[str]) -> None:
    shown = _html(markdown)
    assert re.findall(r'data-tex="([^"]*)"', shown) == formulas
    assert re.findall(r"<code>([^<]*)</code>", shown) == formulas
    assert "$" not in shown.replace(r"\$5", "")


@pytest.mark.parametrize(
    "markdown",
    [
        "costs $5",
        "from $5 to $10",
        "$5/$10",
        "US$5-US$10",
        "$100 (US$ 120)",
        "give me $5 and that makes 10$ together",
        "5 $ and 6 $ more",
        "a lone $ sign",
        "costs $5 and `a$b`",
    ],
)
def test_prices_are_words(markdown: str) -> None:
    assert "math" not in _html(markdown)
    assert html.unescape(re.sub(r"<[^>]*>", "", _html(markdown))) == markdown.replace("`", "")


@pytest.mark.parametrize("markdown", [r"\[note\] and \(see there now\)", r"\[note well\](x)"])
def test_escaped_brackets_are_brackets(markdown: str) -> None:
    assert "math" not in _html(markdown)


def test_code_holds_no_maths() -> None:
    assert "math" not in _html("`$x$`\n\n```\n$$\nx\n$$\n```\n\n    $y$")


@pytest.mark.parametrize(
    "markdown",
    ["text $$x^2", "$$", "$$$$", "$$$", "$$x", "- $$\n  x\n\nout", "> $$\n\nout", "$$\n"],
)
def test_display_marks_never_show(markdown: str) -> None:
    assert "$" not in _html(markdown)


def test_a_forgotten_mark_does_not_swallow_the_lesson() -> None:
    shown = _html("$$\nx = 1\n\nThe rest goes on.\n\n$$\ny\n$$\n\n## End")
    assert "<p>The rest goes on.</p>" in shown
    assert re.findall(r'data-tex="([^"]*)"', shown) == ["x = 1", "y"]
    assert "<h2>End</h2>" in shown


def test_a_heading_ends_maths_that_was_not_closed() -> None:
    assert "<h2>End</h2>" in _html("$$\nx\n## End")


@pytest.mark.parametrize("growing", ["so $x", "so $", "so $$x", r"so \(x", "$$\nx", "- $$\n  x"])
def test_maths_that_is_being_written_is_pending(growing: str) -> None:
    (block,) = ProseStream(growing).changed()
    assert "math-pending" in block.html
    assert not set("$x(") & set(re.sub(r"<[^>]*>", "", block.html))


def test_no_cut_of_a_lesson_shows_a_dollar_that_is_not_a_price() -> None:
    for end in range(len(LESSON)):
        shown = "".join(block.html for block in ProseStream(LESSON[:end]).changed())
        prose = re.sub(r"<pre.*?</pre>", "", shown, flags=re.DOTALL)
        assert "$" not in prose.replace("costs $5 an hour", ""), LESSON[:end]


def test_a_price_does_not_hide_a_long_paragraph() -> None:
    (block,) = ProseStream("It costs $5, " + "and so on, " * 50).changed()
    assert "and so on" in block.html


def test_a_formula_can_not_break_out_of_its_attribute() -> None:
    shown = _html('$"><img src=x onerror=alert(1)>_2$')
    assert "<img" not in shown
    assert 'data-tex="&quot;&gt;&lt;img src=x onerror=alert(1)&gt;_2"' in shown


def _html(markdown: str) -> str:
    return "".join(block.html for block in render(markdown))
