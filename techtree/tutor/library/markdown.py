"""A lesson's Markdown: read as the page will read it, and made ready to leave its folder."""

import re
from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.token import Token

from techtree.prose import maths
from techtree.tutor.library.courses import CourseLevel

PICTURE_ADDRESS = "/library"


def parse(text: str) -> list[Token]:
    """The block tokens. Raw HTML and escaped marks stay tokens of their own, to be found."""
    return _markdown.parse(text)


def spans(inline: Token) -> Iterator[tuple[Token, int]]:
    """The tokens within an `inline` one, each with its line in the text, from 0."""
    line = inline.map[0] if inline.map else 0
    for child in inline.children or []:
        yield child, line
        line += child.content.count("\n") + (child.type in ("softbreak", "hardbreak"))


def plain(inline: Token) -> str:
    """The words of an `inline` token, without formulas, code and pictures."""
    parts = (
        child.content if child.type in ("text", "text_special") else _GAPS.get(child.type, "")
        for child in inline.children or []
    )
    return "".join(parts)


def for_reading(body: str, syllabus: CourseLevel) -> str:
    """The Markdown as a learner gets it, away from its folder.

    Pictures get the address under which they are served. A link to another lesson becomes emphasis,
    because a file doesn't know what address the lesson will have in a learner's syllabus.
    """
    folder = f"{PICTURE_ADDRESS}/{syllabus.course}/{syllabus.level}"

    def rewrite(match: re.Match[str]) -> str:
        label, target, title = match["label"], match["target"], match["title"] or ""
        if label is None:
            return match.group()
        if match["picture"]:
            return f"![{label}]({folder}/{target}{title})" if "/" not in target else match.group()
        is_lesson = target.endswith(".md") and ":" not in target
        return f"*{label.replace('*', '')}*" if is_lesson else match.group()

    return _CODE_OR_LINK.sub(rewrite, body)


def _build() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": True})
    markdown.enable(["table", "strikethrough"])
    markdown.disable(["reference", "text_join"])
    # Which links are allowed is for the checker to say; a parser that refuses one shows its source.
    markdown.validateLink = lambda url: True  # type: ignore[method-assign]
    maths.install(markdown)
    return markdown


_markdown = _build()
_GAPS = {"softbreak": " ", "hardbreak": " ", "math_inline": " ", "code_inline": " ", "image": " "}
_CODE_OR_LINK = re.compile(
    r"""
    ^[ ]{0,3}(?P<fence>`{3,}|~{3,}).*?(?:^[ ]{0,3}(?P=fence)|\Z)   # a block of code
    | (?P<ticks>`+)(?!`).*?(?<!`)(?P=ticks)(?!`)                   # code in a line
    | (?P<picture>!?)\[(?P<label>(?:[^\[\]\\]|\\.|\[[^\[\]]*\])*)\]
      \((?P<target>[^\s()]+)(?P<title>\s+(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'))?\)
    """,
    re.VERBOSE | re.MULTILINE | re.DOTALL,
)
