"""What Markdown means here: CommonMark with tables, strikethrough and maths, and no raw HTML."""

import re
from collections.abc import Iterator, MutableMapping
from dataclasses import dataclass
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_core.smartquotes import process_inlines
from markdown_it.token import Token
from markupsafe import Markup

from techtree.prose import maths
from techtree.prose.addresses import is_external, is_image, is_link
from techtree.prose.renderer import ProseRenderer
from techtree.prose.sanitising import sanitise

MOST_QUOTES = 1_000
"""In one paragraph or cell; pairing them takes time that grows with the square of their number."""

LONGEST_INLINE = 10_000
"""Characters in one paragraph or cell; a longer one is shown as plain text, for it is no prose."""

DEEPEST = 16
"""Levels of lists and quotations; what is nested deeper is shown as text at that level."""


@dataclass(frozen=True, slots=True)
class Passage:
    """One top-level block of Markdown."""

    tokens: list[Token]
    line: int
    """Where it begins, from 0."""


def parse(text: str, *, growing: bool = False) -> list[Passage]:
    """Split a text into its passages. In one that is still growing, unclosed maths is pending."""
    passages: list[Passage] = []
    for token in _markdown.parse(text, {"growing": growing}):
        if token.level == 0 and token.nesting >= 0:
            passages.append(Passage([], token.map[0] if token.map else 0))
        passages[-1].tokens.append(token)
    return passages


def to_html(passages: list[Passage]) -> Markup:
    """Render passages one below the other, as HTML that is safe to show."""
    tokens = [token for passage in passages for token in passage.tokens]
    return sanitise(_markdown.renderer.render(tokens, _markdown.options, {})).strip()


_OPTIONS = {"html": False, "typographer": True, "quotes": "“”‘’"}


def _build() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", _OPTIONS, renderer_cls=ProseRenderer)
    markdown.enable(["table", "strikethrough", "smartquotes"])
    # A definition would vanish from the page, and blocks stand alone, so no other could use it.
    markdown.disable("reference")
    # Every address is let through here and judged in `_keep_allowed`, where a refused link can
    # keep its text; by itself the parser would show such a link's source.
    markdown.validateLink = lambda url: True  # type: ignore[method-assign]
    markdown.block.ruler.before("table", "too_deep", _too_deep)
    markdown.core.ruler.at("inline", _parse_inline)
    markdown.core.ruler.at("smartquotes", _curl_quotes)
    markdown.core.ruler.push("keep_allowed", _keep_allowed)
    maths.install(markdown)
    return markdown


def _curl_quotes(state: StateCore) -> None:
    for token in state.tokens:
        if token.children and 0 < len(re.findall("[\"']", token.content)) <= MOST_QUOTES:
            process_inlines(token.children, state)


def _too_deep(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    """Make a paragraph of each line below the deepest level.

    The parser's own limit drops what is nested deeper and, in a list, the rest of the text.
    """
    if silent or state.level < DEEPEST:
        return False
    state.push("paragraph_open", "p", 1).map = [line, line + 1]
    token = state.push("inline", "", 0)
    token.content = state.getLines(line, line + 1, state.blkIndent, False).strip()
    token.map = [line, line + 1]
    token.children = []
    state.push("paragraph_close", "p", -1)
    state.line = line + 1
    return True


def _parse_inline(state: StateCore) -> None:
    last = next((token for token in reversed(state.tokens) if token.nesting >= 0), None)
    for token in state.tokens:
        if token.type != "inline":
            continue
        token.children = []
        if len(token.content) > LONGEST_INLINE:
            token.children.append(_text(token.content))
        else:
            env: MutableMapping[str, Any] = {"growing": state.env.get("growing") and token is last}
            state.md.inline.parse(token.content, state.md, env, token.children)


def _keep_allowed(state: StateCore) -> None:
    """Take out links and images that lead where prose must not, and dress the rest."""
    for position, token in enumerate(state.tokens):
        if token.type == "heading_open" and token.tag == "h1":
            # The page's own title is its h1.
            token.tag = state.tokens[position + 2].tag = "h2"
        if token.type in ("th_open", "td_open") and "style" in token.attrs:
            alignment = str(token.attrs.pop("style")).removeprefix("text-align:")
            token.attrs["class"] = f"align-{alignment}"
        if token.type == "inline" and token.children:
            token.children = list(_allowed(token.children))
            if [child.type for child in token.children] == ["image"]:
                _make_figure(state.tokens, position)


def _allowed(children: list[Token]) -> Iterator[Token]:
    link_kept = False
    for child in children:
        if child.type == "link_open":
            href = str(child.attrs.get("href", ""))
            link_kept = is_link(href)
            if is_external(href):
                child.attrs["rel"] = "nofollow noopener"
        if child.type in ("link_open", "link_close") and not link_kept:
            continue
        if child.type == "image" and not is_image(str(child.attrs.get("src", ""))):
            yield _text(_alternative(child))
            continue
        if child.type == "image":
            child.attrs = {
                "src": child.attrs["src"],
                "alt": _alternative(child),
                "loading": "lazy",
            } | ({"title": child.attrs["title"]} if "title" in child.attrs else {})
        yield child


def _make_figure(tokens: list[Token], position: int) -> None:
    """Turn a paragraph that is one image into a figure, its title into the caption."""
    if not 0 < position < len(tokens) - 1:
        return
    before, inline, after = tokens[position - 1 : position + 2]
    if before.type != "paragraph_open" or before.hidden or not inline.children:
        return
    before.tag = after.tag = "figure"
    title = inline.children[0].attrs.pop("title", None)
    if title:
        inline.children += [
            Token("caption_open", "figcaption", 1),
            _text(str(title)),
            Token("caption_close", "figcaption", -1),
        ]


def _alternative(image: Token) -> str:
    """The words in an image's label, without their marks."""
    words: list[str] = []
    for child in image.children or []:
        words.append(_alternative(child) if child.type == "image" else child.content)
        if child.type in ("softbreak", "hardbreak"):
            words.append(" ")
    return "".join(words)


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)


_markdown = _build()
