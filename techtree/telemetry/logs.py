"""Log lines: as JSON for machines, as text for people; with the request's id, without secrets."""

import json
import logging
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from techtree.settings import Settings
from techtree.telemetry import request_id
from techtree.telemetry.redaction import Redactor


def configure(program: str, settings: Settings, *, level: int = logging.INFO) -> None:
    """Everything this process logs from now on is one line each on standard error.

    `level` is that of text; JSON says all that is to be known later.
    """
    redact = Redactor(settings)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Json(program, redact) if settings.logs_json else Text(redact))
    root = logging.getLogger()
    # Others', such as a test's, stay.
    others = [each for each in root.handlers if type(each) is not logging.StreamHandler]
    root.handlers[:] = [*others, handler]
    root.setLevel(logging.INFO if settings.logs_json else level)
    logging.captureWarnings(True)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True


def fields(**values: object) -> dict[str, Any]:
    """For `extra=`: what a line says besides its sentence, each under its own name."""
    return {"fields": {name: value for name, value in values.items() if value is not None}}


class Json(logging.Formatter):
    def __init__(self, program: str, redact: Redactor) -> None:
        super().__init__()
        self._program = program
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "program": self._program,
            "process": record.process,
            "logger": record.name,
            "message": record.getMessage(),
            "request": request_id.current() or None,
            **getattr(record, "fields", {}),
            "error": _error(self, record),
        }
        said = {name: self._clean(value) for name, value in line.items() if value is not None}
        return _one_line(json.dumps(said, ensure_ascii=False), _as_json)

    def _clean(self, value: object) -> object:
        if value is None or isinstance(value, bool | int | float):
            return value
        return self._redact(str(value))


class Text(logging.Formatter):
    def __init__(self, redact: Redactor) -> None:
        super().__init__()
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        said = [record.levelname, f"{record.name}:", _one_line(record.getMessage())]
        given: dict[str, object] = getattr(record, "fields", {})
        said += [f"{key}={_one_line(str(value))}" for key, value in given.items()]
        if number := request_id.current():
            said.append(f"request={number}")
        if error := _error(self, record):
            # Set in, so that nothing in it passes for a line of ours either.
            said += [f"\n    {_one_line(line)}" for line in error.splitlines()]
        return self._redact(" ".join(said))


def _error(formatter: logging.Formatter, record: logging.LogRecord) -> str | None:
    return formatter.formatException(record.exc_info) if record.exc_info else None


def _as_text(character: str) -> str:
    return character.encode("unicode_escape").decode()


def _as_json(character: str) -> str:
    return json.dumps(character)[1:-1]


def _one_line(text: str, escape: Callable[[str], str] = _as_text) -> str:
    # What somebody typed may end up in a message, and must not pass for a line of ours.
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else escape(c) for c in text)
