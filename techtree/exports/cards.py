"""The questions of a syllabus as a deck of cards for Anki."""

import html
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import genanki

from techtree import prose
from techtree.exports.formulas import for_anki
from techtree.items import AnyItem
from techtree.languages import gettext as _

_STYLE = """
.card { max-width: 40em; margin: 0 auto; font: 1.125rem/1.5 Georgia, serif; text-align: left; }
ol { list-style: upper-alpha; }
"""

_CARD = genanki.Model(
    1_726_390_411,
    "TechTree question",
    fields=[{"name": "Question"}, {"name": "Answer"}],
    templates=[
        {
            "name": "Question",
            "qfmt": "{{Question}}",
            "afmt": "{{FrontSide}}<hr id=answer>{{Answer}}",
        }
    ],
    css=_STYLE,
)
"""The number is its name: a deck taken again replaces the cards of the one before."""


def as_deck(syllabus: UUID, title: str, items: list[AnyItem]) -> bytes:
    """An `.apkg` file. Taken again it updates the cards and keeps what Anki knows of them."""
    deck = genanki.Deck(syllabus.int % 2**31, title)
    for item in items:
        deck.add_note(
            genanki.Note(
                model=_CARD,
                fields=[_question(item), _answer(item)],
                guid=genanki.guid_for(str(syllabus), item.key, item.text),
            )
        )
    with tempfile.TemporaryDirectory(prefix="techtree-deck-") as folder:
        path = Path(folder) / "deck.apkg"
        genanki.Package(deck).write_to_file(path)
        return path.read_bytes()


def _question(item: AnyItem) -> str:
    parts = [_shown(item.text)]
    match item.kind:
        case "choice":
            parts.append(_list(option.text for option in item.options))
        case "true-false":
            parts.append(f"<p>{_('True or false?')}</p>")
        case "order":
            # Not in the right order, and the same each time the deck is taken.
            parts.append(_list(sorted(item.items)))
        case "code":
            parts.append(f"<pre>{html.escape(item.starter)}</pre>")
    return "".join(parts)


def _answer(item: AnyItem) -> str:
    return f"<div><b>{_key(item)}</b></div>{_shown(item.explanation)}"


def _key(item: AnyItem) -> str:
    match item.kind:
        case "choice":
            return f"{'ABCDEF'[item.right]}: {_shown(item.options[item.right].text)}"
        case "true-false":
            return _("True") if item.answer else _("False")
        case "number" | "expression":
            unit = item.unit if item.kind == "number" else ""
            return html.escape(f"{item.answer} {unit}".strip())
        case "order":
            return _list(item.items, numbered=True)
        case "code":
            return f"<pre>{html.escape(item.reference)}</pre>"
        case _:
            return _shown(item.reference)


def _list(texts: "Iterator[str] | tuple[str, ...] | list[str]", *, numbered: bool = False) -> str:
    style = ' style="list-style: decimal"' if numbered else ""
    return f"<ol{style}>{''.join(f'<li>{_shown(text)}</li>' for text in texts)}</ol>"


def _shown(markdown: str) -> str:
    return for_anki("".join(block.html for block in prose.render(markdown)))
