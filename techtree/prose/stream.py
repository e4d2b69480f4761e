"""A text that grows, and the numbered blocks of HTML it makes."""

import re
from dataclasses import dataclass

from markupsafe import Markup

from techtree.prose.markdown import Passage, parse, to_html


@dataclass(frozen=True, slots=True)
class Block:
    """One top-level piece of prose. A closed one never changes again."""

    number: int
    """1 for the first block of the text."""
    html: Markup
    closed: bool


def render(markdown: str) -> list[Block]:
    """Return the blocks of a finished text, all closed."""
    return ProseStream(markdown).close()


class ProseStream:
    """Cuts a growing text into blocks, and renders again only the one that is still open.

    Passages are closed as soon as no later text could change where they end. Because that is
    decided by whole lines, the blocks do not depend on how the text was cut into pieces.
    """

    def __init__(self, text: str = "") -> None:
        self._fed = [text]
        self._held = ""
        self._closed: list[str] = []
        self._rest = ""
        self._examined = 0
        self._count = 0
        self._shown: Markup | None = None

    @property
    def text(self) -> str:
        """All that was fed, fit to be stored: LF line ends, no NUL, no lone surrogates."""
        self._take()
        return "".join(self._closed) + self._rest

    def feed(self, piece: str) -> None:
        self._fed.append(piece)

    def changed(self) -> list[Block]:
        """Return what is new or different since the last call, in order, the open block last.

        The first call on a stream that was begun with a text returns all of its blocks.
        """
        self._take()
        return [*self._cut(), *self._open_block()]

    def close(self) -> list[Block]:
        """End the text and return the last changes; from now on every block is closed."""
        self._take()
        self._rest += clean(self._held)
        self._held = ""
        return [*self._cut(), *self._close_passages(parse(self._rest), len(self._rest))]

    def _take(self) -> None:
        """Move what was fed into the open text, except half a line end or half a character."""
        raw = self._held + "".join(self._fed)
        self._fed.clear()
        self._held = raw[-1:] if _UNFINISHED.search(raw) else ""
        self._rest += clean(raw.removesuffix(self._held))

    def _cut(self) -> list[Block]:
        decided = _decided(self._rest)
        if len(decided) == self._examined:
            return []
        self._examined = len(decided)
        passages = parse(decided)
        if not passages or (decided.endswith("\n") and _is_complete(passages[-1], decided)):
            return self._close_passages(passages, len(decided))
        *complete, growing = passages
        return self._close_passages(complete, _line_start(decided, growing.line))

    def _close_passages(self, passages: list[Passage], end: int) -> list[Block]:
        """Make blocks of these passages, which fill the open text up to `end`."""
        if end:
            self._closed.append(self._rest[:end])
            self._rest = self._rest[end:]
            self._examined = max(0, self._examined - end)
        blocks = [
            Block(number, to_html([passage]), closed=True)
            for number, passage in enumerate(passages, start=self._count + 1)
        ]
        if blocks:
            self._count += len(blocks)
            self._shown = None
        return blocks

    def _open_block(self) -> list[Block]:
        passages = parse(_presentable(self._rest), growing=True)
        if not passages:
            return []
        html = to_html(passages)
        if html == self._shown:
            return []
        self._shown = html
        return [Block(self._count + 1, html, closed=False)]


def clean(raw: str) -> str:
    """Give a text LF line ends, and U+FFFD for what neither HTML nor PostgreSQL can hold."""
    text = raw.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")
    if _SURROGATE.search(text):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def _decided(text: str) -> str:
    """The part of an open text that says for certain where the passages in it begin.

    That is its whole lines. The unfinished line joins them where its first character after a
    blank line already tells that it can't go on an item or an indented block: so a list closes
    when the paragraph below it begins, not when that paragraph is over.
    """
    lines = text[: text.rfind("\n") + 1]
    unfinished = text[len(lines) :]
    if unfinished and unfinished[0] not in _MAY_CONTINUE and _ends_in_blank_line(lines):
        return text
    return lines


def _is_complete(passage: Passage, lines: str) -> bool:
    """Tell whether the last passage of these whole lines has ended."""
    first = passage.tokens[0]
    if first.type in ("heading_open", "hr"):
        return True
    if first.type == "math_block":
        return bool(first.meta["closed"])
    if first.type == "fence" and first.map:
        begin, end = first.map
        marker, length = re.escape(first.markup[0]), len(first.markup)
        last_line = lines[:-1].split("\n")[end - 1]
        closing = rf" {{0,3}}{marker}{{{length},}}[ \t]*"
        return end - begin > 1 and re.fullmatch(closing, last_line) is not None
    return first.type in _ENDED_BY_BLANK_LINE and _ends_in_blank_line(lines)


def _ends_in_blank_line(lines: str) -> bool:
    last = lines[lines.rfind("\n", 0, -1) + 1 :]
    return last.endswith("\n") and not last.strip(" \t\n")


def _line_start(text: str, line: int) -> int:
    start = 0
    for _ in range(line):
        start = text.index("\n", start) + 1
    return start


def _presentable(text: str) -> str:
    """Leave out an unfinished last line that is only marks so far.

    One `-` below a paragraph may become an item, a rule or an underlined heading: showing a guess
    would make the page jump.
    """
    lines = text[: text.rfind("\n") + 1]
    return lines if _ONLY_MARKS.fullmatch(text, len(lines)) else text


_UNFINISHED = re.compile(r"[\r\ud800-\udbff]\Z")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_MAY_CONTINUE = frozenset(" \t-+*0123456789")
_ENDED_BY_BLANK_LINE = ("paragraph_open", "table_open", "blockquote_open")
_ONLY_MARKS = re.compile(r"[-=*+_#>`~|:.)$\\\[!\d \t]*")
