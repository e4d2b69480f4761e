"""A server's stream of chat completions, read as it comes: all tokens that have arrived, at once.

Pydantic AI and the provider's client make and check several objects for each token. That costs a
worker a millisecond, so one that writes many texts falls behind; see docs/decisions.
"""

import asyncio
import json
import re
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from email.utils import parsedate_to_datetime
from time import time
from typing import Any, TypedDict

import aiohttp
from pydantic_ai.messages import ModelResponse
from pydantic_ai.usage import RequestUsage

from techtree.tutor.model.faults import Kind, RequestError, http_fault, scrub

MOST = 1_000_000
"""Bytes of one line, or of an error's body: more is no answer."""

PAUSE = 0.04
"""Seconds between two reads: what comes meanwhile is read together."""


class Said(TypedDict):
    role: str
    content: str


class ChatServer:
    """A server with OpenAI's chat completions, one of its models, and the connections to it.

    Belongs to one event loop.
    """

    def __init__(self, url: str, model: str, key: str | None, *, limit_field: str) -> None:
        self.url = url
        self.model = model
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._secrets = (key,) if key else ()
        self._limit_field = limit_field
        """What it calls the most tokens that an answer may have."""
        self._session: aiohttp.ClientSession | None = None

    @asynccontextmanager
    async def ask(
        self, messages: Sequence[Said], *, max_tokens: int, deadlines: "Deadlines"
    ) -> AsyncIterator["ChatStream"]:
        """The answer, as soon as there is one. Raises `RequestError`."""
        body = {
            "model": self.model,
            "messages": messages,
            self._limit_field: max_tokens,
            "stream": True,
            "stream_options": {"include_usage": True},
        }
        request = self._open().post(
            f"{self.url.rstrip('/')}/chat/completions",
            json=body,
            headers=self._headers,
            # A key goes to the server of the settings, and nowhere that it points to.
            allow_redirects=False,
        )
        async with deadlines.limit(begun=False):
            response = await request
        async with response:
            if response.status != 200:
                async with deadlines.limit(begun=False):
                    raise await self._refusal(response)
            yield ChatStream(response, self, deadlines)

    async def aclose(self) -> None:
        if self._session is not None:
            await self._session.close()

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0),
                timeout=aiohttp.ClientTimeout(total=None),
                trust_env=True,
            )
        return self._session

    async def _refusal(self, response: aiohttp.ClientResponse) -> RequestError:
        body = (await response.content.read(MOST)).decode(errors="replace")
        return http_fault(
            response.status,
            scrub(f"{response.status}: {body}", self._secrets),
            error=_error_in(_json(body)),
            wait=_seconds(response.headers.get("Retry-After")),
        )

    def fault_in(self, error: dict[str, Any]) -> RequestError:
        """What an error in mid-stream means."""
        code = str(error.get("code"))
        status = int(code) if re.fullmatch(r"[45]\d\d", code, re.ASCII) else 500
        return http_fault(status, scrub(json.dumps(error), self._secrets), error=error)


class Deadlines:
    """How long an answer may take to begin, to go on, and in all. From now, in seconds."""

    def __init__(self, begin: float, stall: float, total: float) -> None:
        now = asyncio.get_running_loop().time()
        self._begin = now + begin
        self._stall = stall
        self._end = now + total

    @asynccontextmanager
    async def limit(self, *, begun: bool) -> AsyncIterator[None]:
        """Around one wait. Raises `RequestError`."""
        now = asyncio.get_running_loop().time
        try:
            async with asyncio.timeout_at(
                min(self._end, now() + self._stall if begun else self._begin)
            ):
                yield
        except TimeoutError:
            late = Kind.STALLED if begun else Kind.SILENT
            raise RequestError(Kind.OVER_TIME if now() >= self._end else late) from None


class ChatStream:
    """One answer. What it says about itself is complete when the iteration has ended."""

    def __init__(
        self, response: aiohttp.ClientResponse, server: ChatServer, deadlines: Deadlines
    ) -> None:
        self._response = response
        self._server = server
        self._deadlines = deadlines
        self._line = b""
        self._thoughts = Thoughts()
        self._begun = False
        self._finish: str | None = None
        self._usage = RequestUsage()

    def get(self) -> ModelResponse:
        """What is known of the answer besides its text, as Pydantic AI would say it."""
        known: dict[str, Any] = {"stop": "stop", "length": "length"}
        return ModelResponse(
            parts=[],
            usage=self._usage,
            model_name=self._server.model,
            provider_name="openai",
            provider_url=self._server.url,
            finish_reason=known.get(self._finish or "", self._finish),
        )

    async def texts(self) -> AsyncGenerator[str, None]:
        """Yield what has arrived. Raises `RequestError` when the answer is not whole."""
        while data := await self._read():
            if text := self._thoughts.without(self._text_in(data)):
                yield text
                await asyncio.sleep(PAUSE)
        if text := self._thoughts.rest():
            yield text
        if self._finish is None:
            raise RequestError(Kind.UNFINISHED)

    async def _read(self) -> bytes:
        try:
            async with self._deadlines.limit(begun=self._begun):
                return await self._response.content.readany()
        except aiohttp.ClientPayloadError:
            if self._finish is None:
                raise
            return b""

    def _text_in(self, data: bytes) -> str:
        """The text in some more of the stream, which may end within a line."""
        *lines, self._line = (self._line + data).split(b"\n")
        if len(self._line) > MOST:
            raise RequestError(Kind.CONNECTION, "the answer is no stream of events")
        return "".join([self._text_of(line) for line in lines if line.startswith(b"data:")])

    def _text_of(self, line: bytes) -> str:
        data = line[5:].strip()
        if data == b"[DONE]":
            return ""
        chunk = _json(data)
        if error := _error_in(chunk):
            raise self._server.fault_in(error)
        match chunk:
            case {"usage": {"prompt_tokens": int(given), "completion_tokens": int(made), **more}}:
                self._usage = _usage(given, made, more)
        match chunk:
            case {"choices": [{"finish_reason": str(reason)}, *_]}:
                self._finish = reason
        match chunk:
            case {"choices": [{"delta": {"content": str(text)}}, *_]} if text:
                self._begun = True
                return text
            case {
                "choices": [
                    {"delta": {"reasoning_content": str(thought)} | {"reasoning": str(thought)}},
                    *_,
                ]
            } if thought:
                self._begun = True
            case None:
                raise RequestError(Kind.CONNECTION, f"this is no JSON: {data[:100]!r}")
        return ""


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


def _json(text: str | bytes) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _error_in(body: Any) -> dict[str, Any]:
    match body:
        case {"error": dict(error)}:
            return error
        case {"error": str(message)}:
            return {"message": message}
        case _:
            return {}


def _usage(given: int, made: int, more: Mapping[object, Any]) -> RequestUsage:
    cached = 0
    match more:
        case {"prompt_tokens_details": {"cached_tokens": int(cached)}}:
            pass
    return RequestUsage(
        input_tokens=max(0, given),
        output_tokens=max(0, made),
        cache_read_tokens=min(max(0, cached), max(0, given)),
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
