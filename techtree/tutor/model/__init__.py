"""The only way to a model: a prompt goes in, text or a checked object comes out, piece by piece."""

from collections.abc import AsyncGenerator
from typing import TypeVar

from pydantic import BaseModel

from techtree.settings import Settings
from techtree.tutor.author import Purpose
from techtree.tutor.ledger import Allow, Recorder, unlimited
from techtree.tutor.model.connect import Connection, connect
from techtree.tutor.model.limits import Limits, Size
from techtree.tutor.model.objects import Partial, Shape, UnusableError, stream_object
from techtree.tutor.model.requests import Requests
from techtree.tutor.model.texts import Task, stream_text
from techtree.tutor.model.tokens import clip, newest_that_fit, tokens_in

__all__ = [
    "Limits",
    "Model",
    "Partial",
    "Shape",
    "Size",
    "Task",
    "UnusableError",
    "clip",
    "newest_that_fit",
    "tokens_in",
]

T = TypeVar("T", bound=BaseModel)

FAST_KINDS = frozenset({"grading", "intent"})
"""Purposes that TECHTREE_FAST_MODEL serves: short answers that someone waits for."""


class Model:
    """The models of the settings. Connections are kept, so use one in one event loop."""

    def __init__(
        self,
        settings: Settings,
        record: Recorder,
        limits: Limits | None = None,
        allow: Allow = unlimited,
    ) -> None:
        self._settings = settings
        self._record = record
        self._allow = allow
        self._limits = limits or Limits()
        self._connections: dict[str, Connection] = {}

    def name_for(self, purpose: Purpose) -> str:
        """`provider:model`."""
        fast = self._settings.fast_model
        if fast and fast != "library" and purpose.kind in FAST_KINDS:
            return fast
        return self._settings.model

    def text(self, task: Task) -> AsyncGenerator[str, None]:
        """Yield an answer as text. Raises `TutorError`."""
        return stream_text(self._requests(task.purpose), task)

    def object(self, task: Task, shape: Shape[T]) -> AsyncGenerator[Partial | T, None]:
        """Yield an answer as a growing object, and last the valid one. Raises `TutorError`."""
        return stream_object(self._requests(task.purpose), task, shape)

    async def aclose(self) -> None:
        """Close what is open to the models' servers."""
        for connection in self._connections.values():
            if connection.chat is not None:
                await connection.chat.aclose()

    def _requests(self, purpose: Purpose) -> Requests:
        name = self.name_for(purpose)
        if name not in self._connections:
            self._connections[name] = connect(self._settings, name)
        key = self._settings.model_key
        secrets = (key.get_secret_value(),) if key else ()
        return Requests(self._connections[name], self._limits, self._record, secrets, self._allow)
