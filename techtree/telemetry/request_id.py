"""One id from a request through its task to the calls to a model that it led to."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import uuid4

HEADER = "x-request-id"
OPTION = "request_id"
"""The option of a job's message that carries it to the worker."""

_SANE = re.compile(r"[A-Za-z0-9._:-]{8,64}")
_current: ContextVar[str] = ContextVar("request_id", default="")


def current() -> str:
    """The id of what runs now; empty where nobody asked for anything."""
    return _current.get()


@contextmanager
def under(offered: str | None) -> Iterator[str]:
    """Run under the id that was `offered`, or a new one if that is none a log could carry."""
    chosen = offered if offered and _SANE.fullmatch(offered) else uuid4().hex
    token = _current.set(chosen)
    try:
        yield chosen
    finally:
        _current.reset(token)


def begin(offered: str | None) -> None:
    """As `under`, for what ends with the context that it runs in."""
    _current.set(offered if offered and _SANE.fullmatch(offered) else uuid4().hex)
