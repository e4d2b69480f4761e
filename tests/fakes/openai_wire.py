"""The chat-completions protocol on the wire: what was heard, what is answered."""

import asyncio
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.openai_script import plain, scripted_text

PIECE = re.compile(r"\s*\S{1,6}|\s+")
"""About a token: leading space and up to six characters."""

ERROR_TYPES = {
    400: ("invalid_request_error", "bad_request"),
    401: ("invalid_request_error", "invalid_api_key"),
    403: ("permission_error", "forbidden"),
    404: ("invalid_request_error", "model_not_found"),
    429: ("rate_limit_error", "rate_limit_exceeded"),
}


@dataclass(frozen=True)
class Answer:
    """What to answer to one request. Every field is a switch; `Answer()` is a good answer."""

    text: str | None = None
    """None: a scripted syllabus, lesson or reply that fits what was asked."""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    message: str = "switched on by the test"
    code: str | None = None
    """The error's machine-readable code; None: the usual one for the status."""
    echo_key: bool = False
    """Repeat the caller's key in the error message, as some providers do."""
    hang: bool = False
    """Accept the request and send nothing, not even headers."""
    silent: bool = False
    """Send headers and the role, and then no token."""
    stall_after: int | None = None
    """Stop sending after so many characters, with the connection open."""
    cut_after: int | None = None
    """Drop the connection after so many characters."""
    end_after: int | None = None
    """End the response properly after so many characters, but with no finish reason."""
    drop: bool = False
    """Drop the connection before the first byte of the answer."""
    endless: bool = False
    """Repeat the text for as long as the client reads."""
    garbage: bool = False
    """Send a stream that is not JSON."""
    as_text: bool = False
    """Answer a tool request with plain text."""
    calls_twice: bool = False
    """Call the tool once more, with nothing."""
    finish: str = "stop"
    usage: bool = True


@dataclass(frozen=True)
class Heard:
    """One request as it arrived."""

    body: dict[str, Any]
    headers: dict[str, str]
    connection: int
    """Which connection it came on, counted from 1."""

    @property
    def text(self) -> str:
        """Everything the model was told, in order."""
        return "\n".join(plain(message.get("content")) for message in self.body["messages"])


async def read(
    reader: asyncio.StreamReader,
) -> tuple[str, dict[str, str], dict[str, Any]] | None:
    """Path, headers and body of the next request; None when the client has closed."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    request_line, *lines = head.decode("latin-1").strip().split("\r\n")
    pairs = (line.split(":", 1) for line in lines)
    headers = {name.lower(): value.strip() for name, value in pairs}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return request_line.split()[1], headers, json.loads(body) if body else {}


def gone(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
    """Whether the client has hung up."""
    return reader.at_eof() or reader.exception() is not None or writer.transport.is_closing()


def error(answer: Answer, heard: Heard) -> dict[str, Any]:
    kind, code = ERROR_TYPES.get(answer.status, ("server_error", "internal_error"))
    message = answer.message
    if answer.echo_key:
        message += f" ({heard.headers.get('authorization')})"
    return {"error": {"message": message, "type": kind, "code": answer.code or code}}


def pieces(answer: Answer, heard: Heard) -> Iterator[str]:
    text = scripted_text(heard.body) if answer.text is None else answer.text
    text = text[: limit(answer)]
    while True:
        for match in PIECE.finditer(text):
            yield match[0]
        if not answer.endless:
            return


def limit(answer: Answer) -> int | None:
    """After how many characters the text breaks off, if it does."""
    limits = (answer.cut_after, answer.end_after, answer.stall_after)
    return next((limit for limit in limits if limit is not None), None)


def event(
    heard: Heard,
    delta: dict[str, Any] | None,
    *,
    finish: str | None = None,
    usage: dict[str, int] | None = None,
) -> bytes:
    choices = [] if delta is None else [{"index": 0, "delta": delta, "finish_reason": finish}]
    chunk: dict[str, Any] = {
        "id": "chatcmpl-fake",
        "object": "chat.completion.chunk",
        "created": 1_700_000_000,
        "model": heard.body.get("model", "fake"),
        "choices": choices,
    }
    if usage is not None:
        chunk["usage"] = usage
    return f"data: {json.dumps(chunk)}\n\n".encode()


def tool_delta(arguments: str = "", *, name: str | None = None, index: int = 0) -> dict[str, Any]:
    call: dict[str, Any] = {"index": index, "function": {"arguments": arguments}}
    if name is not None:
        call |= {"id": f"call_{index + 1}", "type": "function"}
        call["function"]["name"] = name
    return {"tool_calls": [call]}


async def start_stream(writer: asyncio.StreamWriter) -> None:
    writer.write(
        b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    await writer.drain()


async def send_chunk(writer: asyncio.StreamWriter, data: bytes) -> None:
    """One chunk of a chunked body; an empty one ends it."""
    writer.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
    await writer.drain()


async def send_json(
    writer: asyncio.StreamWriter,
    status: int,
    body: dict[str, Any],
    headers: dict[str, str] | None = None,
) -> None:
    data = json.dumps(body).encode()
    fields = {"Content-Type": "application/json", "Content-Length": str(len(data))}
    lines = "".join(f"{name}: {value}\r\n" for name, value in (fields | (headers or {})).items())
    writer.write(f"HTTP/1.1 {status} Fake\r\n{lines}\r\n".encode() + data)
    await writer.drain()
