"""A server's stream of chat completions, read as it comes: all tokens that have arrived, at once.

Pydantic AI and the provider's client make and check several objects for each token. That costs a
worker most of a millisecond, so one that writes many texts falls behind; see docs/decisions.
"""

import asyncio
import json
import re
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from time import time
from typing import Any, NamedTuple, TypeVar

import aiohttp
import msgspec
from pydantic_ai.messages import FinishReason, ModelResponse
from pydantic_ai.usage import RequestUsage

from techtree.tutor.model.faults import Kind, RequestError, http_fault, scrub

T = TypeVar("T")

MOST = 1_000_000
"""Bytes of one line, or of an error's body: more is no answer."""


class Piece(NamedTuple):
    """Of an answer: words, or arguments of the call of a tool."""

    text: str
    is_tool_call: bool


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Seconds that an answer may take."""

    begin: float
    """Until its first word or thought."""
    stall: float
    """Between two signs of life."""
    total: float


class ChatServer:
    """A server with OpenAI's chat completions, one of its models, and the connections to it.

    Belongs to one event loop.
    """

    def __init__(self, url: str, model: str, key: str | None, *, limit_field: str) -> None:
        self.url = url
        self.model = model
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._secrets = (key,) if key else ()
        self.limit_field = limit_field
        """What it calls the most tokens that an answer may have."""
        self._session: aiohttp.ClientSession | None = None

    @asynccontextmanager
    async def ask(
        self, body: Mapping[str, Any], *, deadlines: Deadlines
    ) -> AsyncIterator["ChatStream"]:
        """The answer, as soon as there is one. Raises `RequestError`.

        `body`: the messages, and what else the request says about the answer.
        """
        clock = Clock(deadlines)
        streamed = {"stream": True, "stream_options": {"include_usage": True}}
        request = self._open().post(
            f"{self.url.rstrip('/')}/chat/completions",
            json={"model": self.model, **streamed, **body},
            headers=self._headers,
            # A key goes to the server of the settings, and nowhere that it points to.
            allow_redirects=False,
            timeout=aiohttp.ClientTimeout(total=deadlines.total, sock_read=deadlines.stall),
        )
        async with await clock.wait_for(request) as response:
            if response.status != 200:
                raise await self._refusal(response, clock)
            yield ChatStream(response, self, clock)

    async def aclose(self) -> None:
        if self._session is not None:
            await self._session.close()

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0), trust_env=True
            )
        return self._session

    async def _refusal(self, response: aiohttp.ClientResponse, clock: "Clock") -> RequestError:
        body = await clock.wait_for(response.content.read(MOST))
        said = scrub(f"{response.status}: {body.decode(errors='replace')}", self._secrets)
        try:
            error = _refusals.decode(body).error
        except msgspec.DecodeError:
            error = None
        wait = _seconds(response.headers.get("Retry-After"))
        return http_fault(response.status, said, error=_as_object(error), wait=wait)

    def fault_in(self, error: Any) -> RequestError:
        """What an error in mid-stream means."""
        error = _as_object(error)
        code = str(error.get("code"))
        status = int(code) if re.fullmatch(r"[45]\d\d", code, re.ASCII) else 500
        return http_fault(status, scrub(json.dumps(error), self._secrets), error=error)


class Clock:
    """Of one answer: whether it comes in time."""

    def __init__(self, deadlines: Deadlines) -> None:
        self._time = asyncio.get_running_loop().time
        self._begin_before = self._time() + deadlines.begin
        self.begun = False
        """Once true, the client's own limits are enough, which cost less."""

    async def wait_for(self, answer: Awaitable[T]) -> T:
        """Raises `RequestError` when it doesn't come in time."""
        try:
            if self.begun:
                return await answer
            async with asyncio.timeout_at(self._begin_before):
                return await answer
        except aiohttp.SocketTimeoutError:
            raise RequestError(Kind.STALLED if self.begun else Kind.SILENT) from None
        except TimeoutError:
            silent = not self.begun and self._time() >= self._begin_before
            raise RequestError(Kind.SILENT if silent else Kind.OVER_TIME) from None


class _Function(msgspec.Struct):
    arguments: Any = None


class _Call(msgspec.Struct):
    index: Any = None
    function: _Function | None = None


class _Delta(msgspec.Struct):
    content: Any = None
    reasoning_content: Any = None
    reasoning: Any = None
    tool_calls: list[_Call] | None = None


class _Choice(msgspec.Struct):
    delta: _Delta | None = None
    finish_reason: str | None = None


class _Cached(msgspec.Struct):
    cached_tokens: int | None = None


class _Usage(msgspec.Struct):
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    prompt_tokens_details: _Cached | None = None


class _Chunk(msgspec.Struct):
    """What is read of one event; all else that servers put in it is skipped."""

    choices: list[_Choice] | None = None
    usage: _Usage | None = None
    error: Any = None


class _Refusal(msgspec.Struct):
    error: Any = None


_chunks = msgspec.json.Decoder(_Chunk)
_refusals = msgspec.json.Decoder(_Refusal)

FINISHES: dict[str, FinishReason] = {
    "stop": "stop",
    "length": "length",
    "content_filter": "content_filter",
    "error": "error",
    "tool_calls": "tool_call",
}


class ChatStream:
    """One answer. What it says about itself is complete when the iteration has ended."""

    def __init__(self, response: aiohttp.ClientResponse, server: ChatServer, clock: Clock) -> None:
        self._response = response
        self._server = server
        self._clock = clock
        self._line = b""
        self._thoughts = Thoughts()
        self._calls = Calls()
        self._finish: str | None = None
        self._usage = RequestUsage()

    def get(self) -> ModelResponse:
        """What is known of the answer besides its text, as Pydantic AI would say it."""
        return ModelResponse(
            parts=[],
            usage=self._usage,
            model_name=self._server.model,
            provider_name="openai",
            provider_url=self._server.url,
            finish_reason=FINISHES.get(self._finish or "stop", "stop"),
        )

    async def pieces(self) -> AsyncGenerator[Piece, None]:
        """Yield what has arrived. Raises `RequestError` when the answer is not whole."""
        while data := await self._read():
            if text := self._thoughts.without(self._text_in(data)):
                yield Piece(text, False)
            if arguments := self._calls.take():
                yield Piece(arguments, True)
        if text := self._thoughts.rest():
            yield Piece(text, False)
        if self._finish is None:
            raise RequestError(Kind.UNFINISHED)

    async def _read(self) -> bytes:
        try:
            return await self._clock.wait_for(self._response.content.readany())
        except aiohttp.ClientPayloadError:
            if self._finish is None:
                raise
            return b""

    def _text_in(self, data: bytes) -> str:
        """The text in some more of the stream, which may end within a line."""
        *lines, self._line = (self._line + data).split(b"\n")
        if len(self._line) > MOST:
            raise RequestError(Kind.CONNECTION, "the answer is no stream of events")
        return "".join([self._text_of(line[5:]) for line in lines if line.startswith(b"data:")])

    def _text_of(self, data: bytes) -> str:
        try:
            chunk = _chunks.decode(data)
        except msgspec.DecodeError as error:
            if data.strip() == b"[DONE]":
                return ""
            raise RequestError(Kind.CONNECTION, f"{error} in {data[:100]!r}") from None
        if chunk.error:
            raise self._server.fault_in(chunk.error)
        if chunk.usage:
            self._usage = _usage(chunk.usage)
        return self._text_in_choice(chunk.choices[0]) if chunk.choices else ""

    def _text_in_choice(self, choice: _Choice) -> str:
        if choice.finish_reason:
            self._finish = choice.finish_reason
        delta = choice.delta
        if delta is None:
            return ""
        if delta.content or delta.reasoning_content or delta.reasoning or delta.tool_calls:
            self._clock.begun = True
        for call in delta.tool_calls or ():
            self._calls.hear(call)
        return delta.content if isinstance(delta.content, str) else ""


class Calls:
    """The arguments of the first tool that is called; one is all that is ever asked for."""

    def __init__(self) -> None:
        self._first: Any = None
        self._arguments: list[str] = []

    def hear(self, call: _Call) -> None:
        if self._first is None:
            self._first = call.index
        said = call.function.arguments if call.function else None
        if call.index == self._first and said:
            # Some servers send the object itself instead of its JSON.
            self._arguments.append(said if isinstance(said, str) else json.dumps(said))

    def take(self) -> str:
        """What has come since the last time."""
        arguments = "".join(self._arguments)
        self._arguments.clear()
        return arguments


class Thoughts:
    """Leaves out what some models think aloud before their answer, between two tags."""

    OPEN, CLOSE = "<think>", "</think>"

    def __init__(self) -> None:
        self._held = ""
        self._thinks: bool | None = None

    def without(self, piece: str) -> str:
        if self._thinks is False:
            return piece
        self._held += piece
        if self._thinks is None:
            start = self._held.lstrip()
            if len(start) < len(self.OPEN) and self.OPEN.startswith(start):
                return ""
            self._thinks = start.startswith(self.OPEN)
        if self._thinks:
            _, close, answer = self._held.partition(self.CLOSE)
            if not close:
                # Only what may be the beginning of the closing tag is still of interest.
                self._held = self._held[-len(self.CLOSE) :]
                return ""
            self._held = answer.lstrip()
        self._thinks = False
        return self.rest()

    def rest(self) -> str:
        """What was held back, if it was no thought."""
        held, self._held = self._held, ""
        return "" if self._thinks else held


def _as_object(error: Any) -> dict[str, Any]:
    """Most servers send an object, some only its message."""
    return error if isinstance(error, dict) else {"message": error}


def _usage(said: _Usage) -> RequestUsage:
    given, made = max(0, said.prompt_tokens or 0), max(0, said.completion_tokens or 0)
    details = said.prompt_tokens_details
    cached = max(0, details.cached_tokens or 0) if details else 0
    return RequestUsage(
        input_tokens=given, output_tokens=made, cache_read_tokens=min(cached, given)
    )


def _seconds(retry_after: str | None) -> float | None:
    """A Retry-After header, which holds seconds or a date."""
    try:
        return float(retry_after) if retry_after else None
    except ValueError:
        pass
    try:
        return max(0.0, parsedate_to_datetime(retry_after or "").timestamp() - time())
    except ValueError:
        return None
