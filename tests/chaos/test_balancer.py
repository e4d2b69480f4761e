"""The balancer before the web processes: it must cut where it says, and leave nothing open."""

import asyncio
import socket

import pytest

from tests.chaos.balancer import Balancer

ANSWER = b"id: 1\ndata: <p>One</p>\n\n"


def test_an_answer_ends_at_the_byte_it_is_cut_at_and_the_next_is_whole() -> None:
    async def cut(at: int) -> tuple[bytes, bytes]:
        async with await _server(ANSWER) as server, Balancer([_port(server)]) as balancer:
            balancer.cut_after = [at]
            return await _ask(balancer.port), await _ask(balancer.port)

    for at in range(1, len(ANSWER)):
        assert asyncio.run(cut(at)) == (ANSWER[:at], ANSWER)


def test_a_server_that_is_gone_is_passed_over() -> None:
    async def ask_thrice() -> list[bytes]:
        with socket.create_server(("127.0.0.1", 0)) as gone:
            dead = gone.getsockname()[1]
        async with await _server(ANSWER) as server, Balancer([dead, _port(server)]) as balancer:
            return [await _ask(balancer.port) for _ in range(3)]

    assert asyncio.run(ask_thrice()) == [ANSWER] * 3


def test_cutting_all_resets_readers_that_wait() -> None:
    async def wait_and_be_cut() -> None:
        async with await _server(ANSWER, stay=True) as server, Balancer([_port(server)]) as cutter:
            reader, writer = await asyncio.open_connection("127.0.0.1", cutter.port)
            assert await reader.readexactly(len(ANSWER)) == ANSWER
            cutter.cut_all()
            try:
                await asyncio.wait_for(reader.read(), 5)
            finally:
                writer.close()

    with pytest.raises(ConnectionResetError):
        asyncio.run(wait_and_be_cut())


async def _server(answer: bytes, stay: bool = False) -> asyncio.Server:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        await writer.drain()
        if stay:
            await reader.read()
        writer.close()

    return await asyncio.start_server(serve, "127.0.0.1", 0)


def _port(server: asyncio.Server) -> int:
    port: int = server.sockets[0].getsockname()[1]
    return port


async def _ask(port: int) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        return await asyncio.wait_for(reader.read(), 5)
    finally:
        writer.close()
