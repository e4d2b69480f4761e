"""A syllabus as one HTML file that needs no network and runs no script."""

import re

from markupsafe import Markup

from techtree import prose
from techtree.assets import STATIC
from techtree.exports.formulas import as_mathml
from techtree.exports.pictures import inlined
from techtree.rendering import render
from techtree.transport import StoredSyllabus

_HEADING = re.compile(r"<(/?)h([1-4])\b")


def as_page(stored: StoredSyllabus) -> str:
    style = f"<style>\n{(STATIC / 'export.css').read_text()}</style>"
    return render("exports/page.html", syllabus=stored, style=Markup(style), text=_text)  # noqa: S704


def _text(markdown: str) -> Markup:
    """A lesson's text with headings two orders lower, to stand below the lesson's own."""
    made = "\n".join(block.html for block in prose.render(markdown))
    lowered = _HEADING.sub(lambda tag: f"<{tag[1]}h{int(tag[2]) + 2}", made)
    return Markup(inlined(as_mathml(lowered)))  # noqa: S704
