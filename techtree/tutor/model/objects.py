"""A streamed object that satisfies its schema and its rules, however the server can give one."""

import json
import re
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import from_json

from techtree.tutor.model.chat import Piece
from techtree.tutor.model.faults import Kind, RequestError
from techtree.tutor.model.patience import Patience
from techtree.tutor.model.requests import Exchange, Request, Requests
from techtree.tutor.model.texts import Room, Task
from techtree.tutor.model.wanted import Mode, Wanted, schema_of
from techtree.tutor.prompts import Prompt, fill

T = TypeVar("T", bound=BaseModel)
Partial = dict[str, Any]


class UnsupportedError(Exception):
    """The server doesn't do this mode."""


class UnusableError(Exception):
    """The object breaks rules; the reasons are for the model."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


working: dict[tuple[str, str], Mode] = {}
"""The mode in which a server, by base URL and model, has answered well in this process."""


@dataclass(frozen=True, slots=True)
class Shape(Generic[T]):
    """The object wanted."""

    name: str
    schema: type[T]
    check: Callable[[T], T]
    """Tidies the object; raises `UnusableError` when it breaks a rule."""


async def stream_object(
    requests: Requests, task: Task, shape: Shape[T]
) -> AsyncGenerator[Partial | T, None]:
    """Yield the object as far as it is known, and last the valid one.

    An invalid one goes back to the model with the reasons. Raises `TutorError` when the model
    doesn't get it right in time.
    """
    server = requests.connection.server
    mode = working.get(server, Mode.TOOL)
    patience = Patience(requests.limits)
    room = Room(requests.connection.window, task.size)
    corrections: list[Exchange] = []
    while True:
        request = _request(task, shape, mode, room, patience.seconds_left)
        # Only the last attempt goes back: the earlier ones would fill the window.
        request = replace(request, exchanges=tuple(corrections[-1:]))
        answer = _Answer()
        fault: RequestError | None = None
        try:
            async with aclosing(requests.stream(request)) as pieces:
                async for piece in pieces:
                    if (partial := answer.add(piece)) is not None:
                        yield partial
                    if len(answer.text) > task.size.characters:
                        fault = RequestError(Kind.LENGTH, f"more than {task.size.characters} long")
                        break
        except RequestError as raised:
            fault = raised
        try:
            yield _read(answer, fault, mode, shape)
        except UnsupportedError:
            mode = mode.next or Mode.PROMPTED
        except UnusableError as error:
            patience.restore()
            if len(corrections) == requests.limits.corrections:
                raise RequestError(Kind.INVALID, str(error)).as_error() from None
            asked = fill("correct", {"problems": error.problems}).request
            corrections.append(Exchange(answer.text, asked))
        except RequestError as raised:
            if not room.shrink(raised):
                await patience.after(raised)
        else:
            if mode is not Mode.TOOL or answer.has_tool_call:
                working[server] = mode
            return


@dataclass(slots=True)
class _Answer:
    said: str = ""
    arguments: str = ""
    has_tool_call: bool = False
    _seen: int = field(default=0)

    @property
    def text(self) -> str:
        return self.arguments or self.said

    def add(self, piece: Piece) -> Partial | None:
        """The object so far, whenever a part of it may have been completed."""
        if piece.is_tool_call:
            self.arguments += piece.text
            self.has_tool_call = True
        else:
            self.said += piece.text
        return self._partial() if re.search(r"[}\]]", piece.text) else None

    def _partial(self) -> Partial | None:
        start = self.text.find("{")
        try:
            value = from_json(self.text[max(0, start) :], allow_partial="trailing-strings")
        except ValueError:
            return None
        return value if isinstance(value, dict) else None


def _read(answer: _Answer, fault: RequestError | None, mode: Mode, shape: Shape[T]) -> T:
    """The valid object in an answer. Raises what is wrong with it instead."""
    if fault is not None and _means_unsupported(fault, mode):
        raise UnsupportedError
    # A server that never says it has finished, or said it late, may still have sent everything.
    if fault is not None and fault.kind not in (Kind.UNFINISHED, Kind.LENGTH):
        raise fault
    try:
        value = shape.schema.model_validate(_parse(answer.text))
    except ValidationError as error:
        raise fault or UnusableError([_problem(**detail) for detail in error.errors()]) from None
    except ValueError as error:
        if fault is not None:
            raise fault from None
        if mode.next is not None:
            raise UnsupportedError from None
        raise UnusableError([f"It isn't one JSON object: {error}"]) from None
    return shape.check(value)


def _means_unsupported(fault: RequestError, mode: Mode) -> bool:
    """Servers refuse what they can't do in many ways; some say it in words only."""
    if mode.next is None:
        return False
    if fault.kind in (Kind.REJECTED, Kind.EMPTY):
        return True
    words = r"\btools?\b|\bfunction.call|response_format|json_schema|grammar|--jinja"
    named = re.search(words, fault.detail, re.IGNORECASE) is not None
    return named and fault.kind in (Kind.SERVER, Kind.SETTINGS)


def _parse(text: str) -> Any:
    """The JSON object in a text, whatever stands around it."""
    start, end = text.find("{"), text.rfind("}")
    if start < 0:
        raise ValueError("there is no object in it")
    body = text[start : end + 1]
    try:
        return from_json(body)
    except ValueError:
        # Models that write formulas forget to double the backslash.
        return from_json(re.sub(r'\\(?!["\\/bfnrtu])', r"\\\\", body))


def _problem(*, loc: tuple[int | str, ...], msg: str, **_: object) -> str:
    return f"`{'.'.join(str(step) for step in loc) or 'object'}`: {msg}"


def _request(task: Task, shape: Shape[T], mode: Mode, room: Room, seconds: float) -> Request:
    schema = schema_of(shape.schema)
    prompt = task.prompt(room.prompt)
    if mode is Mode.PROMPTED:
        wish = fill("json", {"schema": json.dumps(schema)}).request
        prompt = Prompt(prompt.name, prompt.instructions, f"{prompt.request}\n\n{wish}")
    wanted = Wanted(shape.name, schema, mode)
    return Request(prompt, task.purpose, room.answer, seconds, wanted=wanted)
