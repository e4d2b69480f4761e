r"""Maths in Markdown: `$…$` and `\(…\)` in a line, `$$…$$` and `\[…\]` on display."""

import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline

LONGEST_FORMULA = 2_000
"""Characters within one line's delimiters."""

LONGEST_PENDING = 400
"""Characters after a lone `$`; beyond them, it is a price, and hiding more would stop the text."""


def install(markdown: MarkdownIt) -> None:
    """Teach a parser maths. `env["growing"]` tells it that the end of the text is not final."""
    interrupted = ["paragraph", "blockquote", "list"]
    markdown.block.ruler.before("fence", "maths", _block, {"alt": interrupted})
    markdown.inline.ruler.before("escape", "maths", _inline)


def _block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Read maths that has its lines to itself, up to the closing mark or to where prose begins.

    A forgotten closing mark must not swallow the lesson, and LaTeX has no headings, fences or
    sentences after a blank line.
    """
    first = _line(state, start)
    closing = _DISPLAY.get(first[:2])
    if closing is None or state.is_code_block(start):
        return False
    opening, body = first[:2], first[2:]
    inside, closed, tail = body.partition(closing)
    if tail.strip() or (opening == r"\[" and not _opens_brackets(inside, bool(closed))):
        return False
    if silent:
        return True

    formula = [inside]
    line = start + 1
    after_blank = False
    while not closed and line < end:
        text = _line(state, line)
        if text and state.sCount[line] < state.blkIndent:
            break
        if _STRUCTURE.match(text) or (after_blank and _PROSE.match(text)):
            break
        inside, closed, tail = text.partition(closing)
        formula.append(inside)
        after_blank = not text
        line += 1

    pending = not closed and line >= end and state.env.get("growing")
    token = state.push("math_pending" if pending else "math_block", "div", 0)
    token.block = True
    token.map = [start, line]
    token.content = "\n".join(formula).strip().strip("$").strip()
    token.meta = {"closed": bool(closed), "tail": state.md.renderInline(tail.strip(), {})}
    state.line = line
    return True


def _line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]].rstrip()


def _opens_brackets(inside: str, closed: bool) -> bool:
    r"""Tell `\[` before a formula from an escaped bracket."""
    return _is_bare_tex(inside.strip()) if closed else not inside.strip()


def _inline(state: StateInline, silent: bool) -> bool:
    src, start = state.src, state.pos
    if src[start] not in "$\\":
        return False
    opening = src[start : start + 2] if src[start : start + 2] in _CLOSING else "$"
    if not src.startswith(opening, start):
        return False
    begin = start + len(opening)
    closing = _CLOSING[opening]
    end = _find(src, closing, begin, min(state.posMax, begin + LONGEST_FORMULA))
    if end is None:
        return _unclosed(state, opening, silent)
    formula = src[begin:end]
    after = src[end + len(closing) : end + len(closing) + 1]
    if opening == "$" and not _is_formula(formula, after):
        return False
    if src[start] == "\\" and not _is_bare_tex(formula.strip()):
        return False
    if not silent and formula.strip():
        token = state.push("math_inline", "span", 0)
        token.content = formula.strip()
        token.meta = {"display": opening in ("$$", r"\[")}
    state.pos = end + len(closing)
    return True


def _find(src: str, closing: str, begin: int, end: int) -> int | None:
    for mark in _MARK.finditer(src, begin, end):
        if mark.group() == closing or (closing == "$" and mark.group() == "$$"):
            return mark.start()
    return None


def _unclosed(state: StateInline, opening: str, silent: bool) -> bool:
    """Hide the rest of a line that is still being written; later a lone `$` is just a dollar."""
    if state.env.get("growing") and state.posMax - state.pos <= LONGEST_PENDING:
        if not silent:
            state.push("math_pending", "span", 0)
        state.pos = state.posMax
        return True
    if opening != "$$":
        return False
    end = state.src.find("\n", state.pos)
    end = state.posMax if end < 0 else end
    source = state.src[state.pos : end].strip("$").strip()
    if not silent and source:
        token = state.push("math_inline", "span", 0)
        token.content = source
        token.meta = {"display": False}
    state.pos = end
    return True


def _is_formula(between: str, after: str) -> bool:
    """Tell a formula between two dollars from the words between two prices."""
    tex = between.strip()
    if not tex or "`" in tex:
        return False
    certain = _CERTAIN.search(tex) is not None
    opens_spaced, closes_spaced = between[0].isspace(), between[-1].isspace()
    if opens_spaced != closes_spaced:
        return certain
    if opens_spaced:
        return _is_bare_tex(tex) and not tex.isdigit()
    if after.isdigit():
        return certain or (len(tex) == 1 and tex.isalpha())
    return not _is_words(tex) and not _PRICE.fullmatch(tex)


def _is_words(tex: str) -> bool:
    """Tell `it is` from `ad - bc`: a hyphen makes a difference only between short names."""
    if _OPERATOR.search(tex) or len(_WORD.findall(tex)) < 2:
        return False
    return _LONG_WORD.search(tex) is not None or _MINUS.search(tex) is None


def _is_bare_tex(text: str) -> bool:
    """Tell a formula from words where its marks alone don't say: no word without an operator."""
    return bool(text) and (_OPERATOR.search(text) is not None or not _LONG_WORD.search(text))


_DISPLAY = {"$$": "$$", r"\[": r"\]"}
_CLOSING = {**_DISPLAY, r"\(": r"\)", "$": "$"}
_MARK = re.compile(r"\\.|\$\$|\$", re.DOTALL)
_STRUCTURE = re.compile(r"#{1,6} |```|~~~")
_PROSE = re.compile(r"[-*+>|] |\*\*|\d+[.)] |[^\W\d_]+[,:]? +[^\W\d_]{2,}")
_CERTAIN = re.compile(r"[\\^_]")
_OPERATOR = re.compile(r"[\\^_={}<>+]")
_MINUS = re.compile(r"[-/*|]")
_WORD = re.compile(r"[^\W\d_]{2,}")
_LONG_WORD = re.compile(r"[^\W\d_]{3,}")
_PRICE = re.compile(r"\d.*[ (][A-Z]{2,3}", re.DOTALL)
