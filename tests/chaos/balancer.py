"""A TCP balancer before several web processes that can cut connections at any byte."""

import asyncio
import socket
import struct
from collections.abc import Coroutine, Sequence
from types import TracebackType
from typing import Self

RESET = struct.pack("ii", 1, 0)


class Balancer:
    """Passes each connection to the next server that accepts it."""

    def __init__(self, servers: Sequence[int]) -> None:
        self.servers = list(servers)
        self.cut_after: list[int] = []
        """Bytes of an answer after which a connection is closed, for the next ones to be made."""
        self._turn = 0
        self._open: set[asyncio.StreamWriter] = set()

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
        self.cut_all()
        await self._listener.wait_closed()

    def cut_all(self) -> int:
        """Resets every connection that is open, and says how many those were."""
        for writer in list(self._open):
            reset(writer)
        return len(self._open)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        limit = self.cut_after.pop(0) if self.cut_after else None
        self._open.add(writer)
        server: asyncio.StreamWriter | None = None
        try:
            answers, server = await self._connect()
            await _until_one_ends(_pass(reader, server, None), _pass(answers, writer, limit))
        except OSError:
            reset(writer)
        finally:
            self._open.discard(writer)
            writer.close()
            if server is not None:
                server.close()

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        for _ in self.servers:
            port = self.servers[self._turn % len(self.servers)]
            self._turn += 1
            try:
                return await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                continue
        raise ConnectionRefusedError("no server accepts connections")


async def _until_one_ends(*passing: Coroutine[None, None, None]) -> None:
    tasks = [asyncio.create_task(each) for each in passing]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _pass(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, limit: int | None
) -> None:
    passed = 0
    while data := await reader.read(65536):
        if limit is not None and passed + len(data) >= limit:
            writer.write(data[: limit - passed])
            await writer.drain()
            writer.close()
            return
        passed += len(data)
        writer.write(data)
        await writer.drain()


def reset(writer: asyncio.StreamWriter) -> None:
    if writer.transport.is_closing():
        return
    connection = writer.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    writer.transport.abort()
