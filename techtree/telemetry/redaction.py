"""Keeps secrets out of what is written down: those of the settings, and what looks like one."""

import json
import os
import re
from collections.abc import Iterator, Mapping
from urllib.parse import quote, unquote, urlsplit

from pydantic import SecretStr

from techtree.settings import Settings

HIDDEN = "***"

_SHORTEST = 6
"""Characters. Shorter ones would hide half of every line, and protect nothing."""

_SECRET_VARIABLE = re.compile(r"(KEY|TOKEN|SECRET|PASSWORD)$")

_SHAPES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(\b[a-z][a-z0-9+.-]*://[^\s:/@]*):[^\s/]+@"), rf"\1:{HIDDEN}@"),
    (re.compile(r"(?i)(\bbearer\s+)[^\s\"',;]+"), rf"\1{HIDDEN}"),
    (
        re.compile(
            r"(?i)(\b(?:authorization|x-api-key|api[-_]?key|password|passwd|secret|token|cookie)"
            r"\b[\"']?\s*[:=]\s*b?)(?!bearer\b)"
            # In quotes up to the quote that ends it; else, or if none does, up to what ends a word.
            r"(?:\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|[\"']?[^\s\"',;&]+)"
        ),
        rf"\1{HIDDEN}",
    ),
    (re.compile(r"(\btechtree(?:-csrf)?=)[^\s\"',;]+"), rf"\1{HIDDEN}"),
    (re.compile(r"(/reset-password/)[^\s/?\"']+"), rf"\1{HIDDEN}"),
    (re.compile(r"\bsk-[A-Za-z0-9_-]{12,}"), HIDDEN),
)


class Redactor:
    def __init__(self, settings: Settings, environment: Mapping[str, str] | None = None) -> None:
        known = {
            form
            for secret in _known(settings, os.environ if environment is None else environment)
            for form in _forms(secret)
            if len(form) >= _SHORTEST
        }
        # The longest first, so that none is left over of which another is a part.
        words = sorted(map(re.escape, known), key=len, reverse=True)
        self._known = re.compile("|".join(words)) if words else None

    def __call__(self, text: str) -> str:
        """The text with nothing in it that opens a door."""
        if self._known:
            text = self._known.sub(HIDDEN, text)
        for shape, replacement in _SHAPES:
            text = shape.sub(replacement, text)
        return text


def _forms(secret: str) -> tuple[str, ...]:
    """As it is, as it stands in an address, and as JSON and Python write it."""
    plain = unquote(secret)
    written = (json.dumps(secret)[1:-1], repr(secret)[1:-1])
    return (secret, plain, quote(secret, safe=""), quote(plain, safe=""), *written)


def _known(settings: Settings, environment: Mapping[str, str]) -> Iterator[str]:
    for name in type(settings).model_fields:
        value = getattr(settings, name)
        if isinstance(value, SecretStr):
            yield value.get_secret_value()
            yield from _password_in(value.get_secret_value())
        elif isinstance(value, str):
            yield from _password_in(value)
    # The keys that models' own clients read, such as OPENAI_API_KEY.
    yield from (value for name, value in environment.items() if _SECRET_VARIABLE.search(name))


def _password_in(address: str) -> Iterator[str]:
    try:
        password = urlsplit(address).password
    except ValueError:
        return
    if password:
        yield password
