"""The catalogues of the interface: what the sources say, and what its translations lack."""

import re
from collections.abc import Iterator
from io import BytesIO

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from techtree.languages import CATALOGUES, SOURCE
from techtree.settings import ROOT, Settings

KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "marked": None}
FIELD = re.compile(r"%\(\w+\)s|\{\w*\}")
TAG = re.compile(r"<[^>]+>")


def languages() -> list[str]:
    """Those of the setting, but for the one that needs no translation."""
    choices = Settings.model_json_schema()["properties"]["language"]["enum"]
    return [language for language in choices if language != SOURCE]


def extracted() -> Catalog:
    """Every sentence of the interface, as the sources have it now."""
    found = Catalog()
    for folder in ("techtree", "tasks"):
        for name, line, message, comments, _ in extract_from_dir(
            ROOT / folder,
            [("**/locale/**", "ignore"), ("**.py", "python"), ("templates/**.html", "jinja2")],
            {"**.html": {"extensions": "jinja2.ext.i18n", "silent": "false"}},
            keywords=KEYWORDS,
        ):
            found.add(message, locations=[(f"{folder}/{name}", line)], auto_comments=comments)
    return found


def stored(language: str) -> Catalog:
    with (CATALOGUES / f"{language}.po").open("rb") as file:
        return read_po(file, language, charset="utf-8")


def write(language: str) -> None:
    """Bring a catalogue up to date: new sentences are in it, empty, and old ones gone."""
    path = CATALOGUES / f"{language}.po"
    catalogue = stored(language) if path.exists() else Catalog(language)
    catalogue.update(extracted(), no_fuzzy_matching=True)
    content = BytesIO()
    # The header would say what the file's name and its history say already.
    write_po(
        content,
        catalogue,
        width=100,
        omit_header=True,
        ignore_obsolete=True,
        include_lineno=False,
        sort_output=True,
    )
    path.write_bytes(content.getvalue())


def gaps(language: str) -> Iterator[str]:
    """What is missing in a language or doesn't fit, each in a line."""
    said = stored(language)
    wanted = extracted()
    for message in wanted:
        if not message.id:
            continue
        found = said.get(message.id)
        if found is None or not all(_texts(found.string)):
            yield f"not translated: {message.id!r}"
        else:
            yield from _misfits(message, found)
    for message in said:
        if message.id and wanted.get(message.id) is None:
            yield f"no longer said: {message.id!r}"


def _misfits(message: Message, found: Message) -> Iterator[str]:
    if found.fuzzy:
        yield f"fuzzy: {message.id!r}"
    originals = _texts(message.id)
    for text in _texts(found.string):
        for marks in (FIELD, TAG):
            fits = [sorted(marks.findall(original)) for original in originals]
            if sorted(marks.findall(text)) not in fits:
                yield f"other fields or tags: {message.id!r} is {text!r}"


def _texts(text: str | list[str] | tuple[str, ...] | None) -> list[str]:
    return [text or ""] if isinstance(text, str | None) else list(text)
