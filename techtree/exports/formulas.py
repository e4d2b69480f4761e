"""Formulas for where our own script doesn't reach: as MathML, or for Anki's typesetter."""

import html
import re
from functools import lru_cache

from latex2mathml.converter import convert

_FORMULA = re.compile(
    r'<(?P<tag>span|div) class="math(?P<display> math-display)?" data-tex="(?P<tex>[^"]*)">'
    r".*?</(?P=tag)>",
    re.DOTALL,
)


def as_mathml(prose: str) -> str:
    """Every formula as MathML. One that can't be read stays as its source."""
    return _FORMULA.sub(_mathml, prose)


def for_anki(prose: str) -> str:
    r"""Every formula between `\(` and `\)`, or `\[` and `\]`, which Anki typesets."""
    return _FORMULA.sub(_delimited, prose)


def _mathml(found: re.Match[str]) -> str:
    made = _converted(html.unescape(found["tex"]), bool(found["display"]))
    return made or found.group()


@lru_cache(maxsize=2_000)
def _converted(tex: str, display: bool) -> str:
    try:
        made = convert(tex, display="block" if display else "inline")
    except Exception:
        # Made for formulas that are right: on others it raises whatever comes.
        return ""
    # No formula may lead anywhere, whoever wrote it.
    return "" if re.search(r"href|src=|<a\b", made) else made


def _delimited(found: re.Match[str]) -> str:
    opening, closing = (r"\[", r"\]") if found["display"] else (r"\(", r"\)")
    return f"{opening}{found['tex']}{closing}"
