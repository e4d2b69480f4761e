"""One streamed request to a model: its limits, its faults, and its row in the ledger."""

import json
import logging
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import NamedTuple

from pydantic_ai.direct import model_request_stream
from pydantic_ai.messages import (
    ModelMessage,
    ModelRequest,
    ModelResponse,
    ModelResponseStreamEvent,
    PartDeltaEvent,
    PartStartEvent,
    SystemPromptPart,
    TextPart,
    TextPartDelta,
    ToolCallPart,
    ToolCallPartDelta,
    UserPromptPart,
)
from pydantic_ai.models import ModelRequestParameters, StreamedResponse
from pydantic_ai.settings import ModelSettings
from pydantic_ai.usage import RequestUsage

from techtree.tutor.author import Purpose
from techtree.tutor.ledger import Allow, ModelCall, Recorder, unlimited
from techtree.tutor.model.chat import ChatStream, Deadlines, Piece
from techtree.tutor.model.connect import Connection
from techtree.tutor.model.faults import Kind, RequestError, fault_of
from techtree.tutor.model.limits import Limits
from techtree.tutor.model.tokens import tokens_in
from techtree.tutor.model.wanted import Wanted
from techtree.tutor.prompts import Prompt

log = logging.getLogger(__name__)


class Exchange(NamedTuple):
    """What the model said, and what it was then asked."""

    said: str
    asked: str


class Answer(NamedTuple):
    response: StreamedResponse | ChatStream
    """Knows what there is besides the text."""
    pieces: AsyncGenerator[Piece, None]


@dataclass(frozen=True, slots=True)
class Request:
    prompt: Prompt
    purpose: Purpose
    max_tokens: int
    seconds: float
    """All the time there is."""
    exchanges: tuple[Exchange, ...] = ()
    wanted: Wanted | None = None
    """An object, or else a text."""

    @property
    def text(self) -> str:
        """All that is sent, for counting."""
        parts = [self.prompt.instructions, self.prompt.request]
        return "\n".join([*parts, *(text for exchange in self.exchanges for text in exchange)])


@dataclass(frozen=True, slots=True)
class Requests:
    """Sends requests over one connection and tells the ledger of each."""

    connection: Connection
    limits: Limits
    record: Recorder
    secrets: tuple[str, ...] = ()
    allow: Allow = unlimited

    async def stream(self, request: Request) -> AsyncGenerator[Piece, None]:
        """Yield pieces of the answer as they come.

        Raises `RequestError` unless it is whole, and `BudgetError` when it may not be asked for.
        """
        await self.allow(request.purpose)
        entry = _Entry(self.connection, request)
        fault: RequestError | None = None
        try:
            async with self._answer(request) as answer:
                entry.response = answer.response
                async with aclosing(answer.pieces) as pieces:
                    async for piece in pieces:
                        if piece.text:
                            entry.hear(piece)
                            yield piece
            fault = entry.defect()
        except Exception as error:
            fault = fault_of(error, self.secrets)
        else:
            entry.outcome = "complete"
        finally:
            if fault is not None:
                entry.outcome = fault.kind.value
            await _keep(self.record, entry.call())
        # Raised out here, the fault carries no trace of an error that may hold a key.
        if fault is not None:
            raise fault

    @asynccontextmanager
    async def _answer(self, request: Request) -> AsyncIterator[Answer]:
        chat = self.connection.chat
        wanted = request.wanted
        if chat is not None:
            body = {
                "messages": list(_said(request)),
                chat.limit_field: request.max_tokens,
                **(wanted.fields() if wanted else {}),
            }
            deadlines = Deadlines(self.limits.first_token, self.limits.stall, request.seconds)
            async with chat.ask(body, deadlines=deadlines) as stream:
                yield Answer(stream, stream.pieces())
            return
        async with model_request_stream(
            self.connection.model,
            _messages(request),
            model_settings=self._settings(request),
            model_request_parameters=wanted.parameters() if wanted else ModelRequestParameters(),
        ) as response:
            yield Answer(response, _pieces(response))

    def _settings(self, request: Request) -> ModelSettings:
        return ModelSettings(
            max_tokens=request.max_tokens,
            timeout=self.limits.stall,
            first_event_timeout=self.limits.first_token,
            request_timeout=max(0.001, request.seconds),
            # The client's own hidden retries would make ours three times as many.
            max_retries=0,
        )


class _Entry:
    """What the ledger will say about a request."""

    def __init__(self, connection: Connection, request: Request) -> None:
        self.response: StreamedResponse | ChatStream | None = None
        self.outcome = "stopped"
        self._connection = connection
        self._request = request
        self._started = time.monotonic()
        self._first: float | None = None
        self._heard: list[str] = []

    def hear(self, piece: Piece) -> None:
        if self._first is None:
            self._first = time.monotonic()
        self._heard.append(piece.text)

    def defect(self) -> RequestError | None:
        """What is wrong with an answer that came without an error."""
        finish = self.response.get().finish_reason if self.response else None
        if finish == "content_filter":
            return RequestError(Kind.DECLINED, "finish reason: content_filter")
        if not "".join(self._heard).strip():
            return RequestError(Kind.EMPTY, f"finish reason: {finish}")
        if finish == "length":
            return RequestError(
                Kind.LENGTH, f"after {self._request.max_tokens} tokens or the server's own"
            )
        if finish == "error":
            return RequestError(Kind.SERVER, "finish reason: error")
        return None

    def call(self) -> ModelCall:
        response = self.response.get() if self.response else None
        usage = self._usage(response)
        now = time.monotonic()
        return ModelCall(
            purpose=self._request.purpose,
            model=self._connection.name,
            prompt=self._request.prompt.name,
            tokens_in=usage.input_tokens,
            tokens_out=usage.output_tokens,
            cost=_cost(response, usage),
            first_token_ms=None if self._first is None else _ms(self._first - self._started),
            total_ms=_ms(now - self._started),
            outcome=self.outcome,
        )

    def _usage(self, response: ModelResponse | None) -> RequestUsage:
        if response is None:
            return RequestUsage()
        if response.usage.output_tokens:
            return response.usage
        return RequestUsage(
            input_tokens=tokens_in(self._request.text),
            output_tokens=tokens_in("".join(self._heard)),
        )


def _messages(request: Request) -> list[ModelMessage]:
    prompt = request.prompt
    messages: list[ModelMessage] = [
        ModelRequest(parts=[SystemPromptPart(prompt.instructions), UserPromptPart(prompt.request)])
    ]
    for said, asked in request.exchanges:
        messages += [
            ModelResponse(parts=[TextPart(said)]),
            ModelRequest(parts=[UserPromptPart(asked)]),
        ]
    return messages


def _said(request: Request) -> Iterator[dict[str, str]]:
    yield {"role": "system", "content": request.prompt.instructions}
    yield {"role": "user", "content": request.prompt.request}
    for said, asked in request.exchanges:
        yield {"role": "assistant", "content": said}
        yield {"role": "user", "content": asked}


async def _pieces(response: StreamedResponse) -> AsyncGenerator[Piece, None]:
    """Of the words, and of the first tool that is called; one is all that is ever asked for."""
    call: int | None = None
    async for event in response:
        piece = _piece(event)
        if piece.is_tool_call and isinstance(event, PartStartEvent | PartDeltaEvent):
            call = event.index if call is None else call
            if event.index != call:
                continue
        yield piece


def _piece(event: ModelResponseStreamEvent) -> Piece:
    """The text or the tool arguments in an event; most other events have none."""
    match event:
        case PartStartEvent(part=TextPart(content=text)):
            return Piece(text, False)
        case PartDeltaEvent(delta=TextPartDelta(content_delta=text)):
            return Piece(text, False)
        case PartStartEvent(part=ToolCallPart(args=arguments)):
            return Piece(_as_text(arguments), True)
        case PartDeltaEvent(delta=ToolCallPartDelta(args_delta=arguments)):
            return Piece(_as_text(arguments), True)
        case _:
            return Piece("", False)


def _as_text(arguments: object) -> str:
    """Some providers send tool arguments as JSON text, some as the object itself."""
    return arguments if isinstance(arguments, str) else json.dumps(arguments) if arguments else ""


def _cost(response: ModelResponse | None, usage: RequestUsage) -> Decimal | None:
    if response is None:
        return None
    try:
        return replace(response, usage=usage).cost().total_price
    except (LookupError, ValueError, AssertionError):
        return None


def _ms(seconds: float) -> int:
    return round(seconds * 1000)


async def _keep(record: Callable[[ModelCall], Awaitable[None]], call: ModelCall) -> None:
    """A ledger that can't be written must not cost the learner their lesson."""
    try:
        await record(call)
    except Exception:
        log.exception("The ledger could not be written: %s", call)
