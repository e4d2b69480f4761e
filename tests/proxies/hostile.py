"""Proxies as networks have them, a few lines each: what they do to an answer on its way."""

import asyncio
import contextlib
import itertools
import zlib
from collections.abc import AsyncIterator
from dataclasses import KW_ONLY, dataclass
from types import TracebackType
from typing import Self

from tests.chaos.balancer import reset

Headers = list[tuple[str, str]]


@dataclass
class Message:
    """A request or the beginning of an answer."""

    first_line: str
    headers: Headers
    body: bytes = b""

    def header(self, name: str) -> str:
        return next((value for each, value in self.headers if each.lower() == name), "")

    def encoded(self) -> bytes:
        lines = [self.first_line, *(f"{name}: {value}" for name, value in self.headers)]
        return "\r\n".join([*lines, "", ""]).encode() + self.body


@dataclass
class Answer(Message):
    """Its body comes in pieces."""

    _: KW_ONLY
    pieces: AsyncIterator[bytes]


class Proxy:
    """Passes requests to one server, each on a connection of its own, and answers as they come."""

    def __init__(self, server: int) -> None:
        self.server = server
        self.passed: list[Message] = []

    async def __aenter__(self) -> Self:
        self._listener = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port: int = self._listener.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._listener.close()

    async def answer(self, request: Message, client: asyncio.StreamWriter) -> None:
        async with self.asked(request) as answer:
            client.write(answer.encoded())
            async for piece in answer.pieces:
                client.write(piece)
                await client.drain()

    @contextlib.asynccontextmanager
    async def asked(self, request: Message) -> AsyncIterator[Answer]:
        """The server's answer. Its body has lost the framing of HTTP: the connection ends it."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.server)
        try:
            request.headers = [*_without(request.headers, "connection"), ("Connection", "close")]
            writer.write(request.encoded())
            head = await _read_head(reader)
            chunked = head.header("transfer-encoding") == "chunked"
            headers = _without(head.headers, "transfer-encoding", "connection")
            headers.append(("Connection", "close"))
            pieces = _chunks(reader) if chunked else _until_the_end(reader)
            yield Answer(head.first_line, headers, pieces=pieces)
        finally:
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # A client that has gone must not leave its request behind.
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, TimeoutError):
            request = await _read_head(reader)
            request.body = await reader.readexactly(int(request.header("content-length") or 0))
            self.passed.append(request)
            work = asyncio.create_task(self.answer(request, writer))
            gone = asyncio.create_task(reader.read(1))
            await asyncio.wait({work, gone}, return_when=asyncio.FIRST_COMPLETED)
            gone.cancel()
            work.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await work
        writer.close()


class RefusesUpgrades(Proxy):
    async def answer(self, request: Message, client: asyncio.StreamWriter) -> None:
        if request.header("upgrade"):
            client.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
        else:
            await super().answer(request, client)


class BuffersWhole(Proxy):
    """Nothing of an answer comes through before all of it."""

    async def answer(self, request: Message, client: asyncio.StreamWriter) -> None:
        async with self.asked(request) as answer:
            body = b"".join([piece async for piece in answer.pieces])
            client.write(answer.encoded() + body)
            await client.drain()


class BuffersSixteenKilobytes(Proxy):
    async def answer(self, request: Message, client: asyncio.StreamWriter) -> None:
        async with self.asked(request) as answer:
            held = answer.encoded()
            async for piece in answer.pieces:
                held += piece
                if len(held) >= 16_384:
                    client.write(held)
                    held = b""
            client.write(held)
            await client.drain()


class CutsIdle(Proxy):
    def __init__(self, server: int, seconds: float = 5) -> None:
        super().__init__(server)
        self._seconds = seconds

    async def answer(self, request: Message, client: asyncio.StreamWriter) -> None:
        async with self.asked(request) as answer:
            client.write(answer.encoded())
            while True:
                piece = await asyncio.wait_for(anext(answer.pieces, None), self._seconds)
                if piece is None:
                    return
                client.write(piece)


class ResetsStreams(Proxy):
    """Breaks a stream off after some bytes, each time after a few more."""

    def __init__(self, server: int) -> None:
        super().__init__(server)
        self._limits = itertools.count(2_300, 997)

    async def answer(self, request: Message, client: asyncio.StreamWriter) -> None:
        if "/events" not in request.first_line:
            return await super().answer(request, client)
        left = next(self._limits)
        async with self.asked(request) as answer:
            client.write(answer.encoded())
            async for piece in answer.pieces:
                client.write(piece[:left])
                left -= len(piece)
                if left <= 0:
                    await client.drain()
                    reset(client)
                    return None
        return None


class SpeaksHttp10(Proxy):
    async def answer(self, request: Message, client: asyncio.StreamWriter) -> None:
        request.first_line = request.first_line.replace("HTTP/1.1", "HTTP/1.0")
        async with self.asked(request) as answer:
            answer.first_line = answer.first_line.replace("HTTP/1.1", "HTTP/1.0")
            client.write(answer.encoded())
            async for piece in answer.pieces:
                client.write(piece)


class StripsHeaders(Proxy):
    """Passes only what it knows."""

    KNOWN = ("host", "cookie", "content-type", "content-length", "accept", "location", "set-cookie")

    async def answer(self, request: Message, client: asyncio.StreamWriter) -> None:
        request.headers = [each for each in request.headers if each[0].lower() in self.KNOWN]
        async with self.asked(request) as answer:
            answer.headers = [each for each in answer.headers if each[0].lower() in self.KNOWN]
            client.write(answer.encoded())
            async for piece in answer.pieces:
                client.write(piece)


class WantsASignIn(Proxy):
    """A hotel's network: the first requests for a stream get its own page, with status 200."""

    def __init__(self, server: int, times: int = 3) -> None:
        super().__init__(server)
        self._left = times

    async def answer(self, request: Message, client: asyncio.StreamWriter) -> None:
        if "/events" in request.first_line and self._left:
            self._left -= 1
            page = b"<!doctype html><h1>Room number, please</h1>"
            head = f"Content-Type: text/html\r\nContent-Length: {len(page)}\r\n\r\n"
            client.write(b"HTTP/1.1 200 OK\r\n" + head.encode() + page)
        else:
            await super().answer(request, client)


class Compresses(Proxy):
    async def answer(self, request: Message, client: asyncio.StreamWriter) -> None:
        async with self.asked(request) as answer:
            zipped = zlib.compressobj(wbits=31)
            answer.headers = [
                *_without(answer.headers, "content-length"),
                ("Content-Encoding", "gzip"),
            ]
            client.write(answer.encoded())
            async for piece in answer.pieces:
                client.write(zipped.compress(piece) + zipped.flush(zlib.Z_SYNC_FLUSH))
            client.write(zipped.flush())


HOSTILE = (
    RefusesUpgrades,
    BuffersWhole,
    BuffersSixteenKilobytes,
    CutsIdle,
    ResetsStreams,
    SpeaksHttp10,
    StripsHeaders,
    WantsASignIn,
    Compresses,
)


async def _read_head(reader: asyncio.StreamReader) -> Message:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first_line, *lines = head.rstrip().split("\r\n")
    headers = [(name, value.strip()) for name, _, value in (line.partition(":") for line in lines)]
    return Message(first_line, headers)


async def _chunks(reader: asyncio.StreamReader) -> AsyncIterator[bytes]:
    while size := int(await reader.readline() or b"0", 16):
        yield (await reader.readexactly(size + 2))[:-2]


async def _until_the_end(reader: asyncio.StreamReader) -> AsyncIterator[bytes]:
    while piece := await reader.read(65_536):
        yield piece


def _without(headers: Headers, *names: str) -> Headers:
    return [each for each in headers if each[0].lower() not in names]
