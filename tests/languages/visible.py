"""What a template shows without asking for its translation."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

ATTRIBUTES = {
    "alt",
    "aria-label",
    "placeholder",
    "title",
    "data-done",
    "data-complete",
    "hx-confirm",
}
SAME_EVERYWHERE = {"TechTree", "Enter", "Shift", "Markdown", ".env", "TECHTREE_MODEL_URL"}
_JINJA = re.compile(
    r"\{%-?\s*trans\b.*?%\}.*?\{%-?\s*endtrans\s*-?%\}|\{#.*?#\}|\{\{.*?\}\}|\{%.*?%\}", re.S
)
_UNSEEN = re.compile(r'\{% block page_class %\}.*?\{% endblock %\}| hx-swap-oob="\w+"')
"""Classes, and an attribute that may stand alone, after a tag whose beginning is included."""
_CHOSEN_TAG = re.compile(r"<(/?)\{\{.*?\}\}")
_LITERAL = re.compile(r"""(?<![\w_(])["']([A-Z][a-z]+(?: [^"']*)?)["']""")
_TRANSLATED = re.compile(r"_\((\"[^\"]*\"|'[^']*')")
_TRANS = re.compile(r"\{%-?\s*trans\b.*?\{%-?\s*endtrans\s*-?%\}", re.S)


def untranslated(template: Path) -> Iterator[str]:
    """Words between tags, in attributes that are shown or read out, and in expressions."""
    source = _UNSEEN.sub("", template.read_text())
    expressions = _TRANSLATED.sub("", _TRANS.sub("", source))
    for expression in re.findall(r"\{\{.*?\}\}", expressions, re.S):
        yield from _LITERAL.findall(expression)
    reader = _Reader()
    reader.feed(_JINJA.sub(" ", _CHOSEN_TAG.sub(r"<\1div", source)))
    yield from (text for text in reader.texts if re.search(r"[A-Za-z]{2}", text))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._code = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._code += tag == "pre"
        for name, value in attrs:
            if name in ATTRIBUTES:
                self._add(value or "")

    def handle_endtag(self, tag: str) -> None:
        self._code -= tag == "pre"

    def handle_data(self, data: str) -> None:
        if not self._code:
            self._add(data)

    def _add(self, text: str) -> None:
        for part in re.split(r"[\s:,]+", text):
            if part and part not in SAME_EVERYWHERE:
                self.texts.append(text.strip())
                return
