"""The signs of a formula, whether typed in LaTeX, with typographic signs, or plainly."""

import re
from dataclasses import dataclass

from techtree.grading.symbols import FUNCTIONS, GREEK, SIGNS
from techtree.languages import gettext as _


class UnreadableError(ValueError):
    """The text is no formula; says why, for the learner."""


@dataclass(frozen=True, slots=True)
class Token:
    kind: str
    """`num`, `name`, `op` or `end`."""
    text: str
    spaced: bool = False
    """Whether white space stands before it."""


TOKEN = re.compile(
    r"(?P<num>\d+(?:\.\d+)?(?:[eE][+-]?\d+(?![A-Za-z]))?|\.\d+)"
    r"|(?P<name>[A-Za-zα-ωΑ-Ω]+(?:_\{?[A-Za-z0-9]+\}?|\d+)?)"
    r"|(?P<op>\*\*|[-+*/^(){}\[\]|,!%])"
)


def tokens_of(text: str) -> list[Token]:
    """The tokens, and one that marks the end. Raises `UnreadableError`."""
    text = _with_points(plain(text))
    tokens: list[Token] = []
    at = 0
    while at < len(text):
        start = at
        while at < len(text) and text[at].isspace():
            at += 1
        if at == len(text):
            break
        match = TOKEN.match(text, at)
        if match is None:
            raise UnreadableError(_("“{at}” can't be read in a formula.").format(at=text[at]))
        kind = match.lastgroup or "op"
        tokens.append(Token(kind, match[0].replace("**", "^"), spaced=at > start))
        at = match.end()
    return [*tokens, Token("end", "")]


def _with_points(text: str) -> str:
    """Decimal commas as points: those between digits that no bracket makes a list of."""
    depth = 0
    out = []
    for at, character in enumerate(text):
        depth += (character in "([{") - (character in ")]}")
        between = text[at - 1 : at].isdigit() and text[at + 1 : at + 2].isdigit()
        out.append("." if character == "," and depth == 0 and between else character)
    return "".join(out)


def plain(text: str) -> str:
    """The same formula with LaTeX and typographic signs replaced by plain ones."""
    text = text.strip().replace("$", " ")
    text = re.sub(r"\\begin\{[a-z]*matrix\}(.*?)\\end\{[a-z]*matrix\}", _vector, text, flags=re.S)
    text = re.sub(r"\\(?:left|right|big|Big|bigl|bigr|displaystyle)(?![A-Za-z])", " ", text)
    text = re.sub(r"\\[,;:! ]|~|\\q?quad(?![A-Za-z])", " ", text)
    text = re.sub(r"\\(?:mathrm|text|operatorname|mathit|mathbf|vec)\s*\{([^{}]*)\}", r" \1 ", text)
    text = re.sub(r"\\[dt]?frac\s*(\d)\s*(\d)", r"\\frac{\1}{\2}", text)
    text = re.sub(r"\\[dt]?frac(?![A-Za-z])", r"\\frac", text)
    text = re.sub(r"[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻]+", lambda m: f"^({m[0].translate(RAISED)})", text)
    for sign, replacement in SIGNS.items():
        text = text.replace(sign, replacement)
    text = re.sub(r"\\([A-Za-z]+)", _command, text)
    return re.sub(r"(?<=[A-Za-z])\s+_\s*", "_", text)


RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-")


def _vector(match: re.Match[str]) -> str:
    return f"({re.sub(r'&|' + re.escape(chr(92) * 2), ',', match[1])})"


def _command(match: re.Match[str]) -> str:
    name = match[1]
    if name in GREEK or name in FUNCTIONS or name in ("frac", "pi", "binom"):
        return f" {name} "
    return {"cdot": "*", "times": "*", "div": "/", "ast": "*", "lbrace": "(", "rbrace": ")"}.get(
        name, match[0]
    )
