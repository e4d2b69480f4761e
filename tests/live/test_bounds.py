"""What clients can cost: whatever they do, the process is afterwards as it was before.

`make chaos` runs this with ten thousand connections and a hundred thousand events.
"""

import asyncio
import gc
import os
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import psutil
import pytest
import uvicorn
from redis.asyncio import Redis as RedisClient

from techtree.connections import listening_redis
from techtree.live import stream as streams
from techtree.live.channels import Channel, of_lesson
from techtree.live.fanout import Fanout
from techtree.live.log import LENGTH, LIFETIME, Log
from techtree.live.pages import Live
from techtree.live.stream import Access

CONNECTS = int(os.environ.get("CHAOS_CONNECTS", "1000"))
EVENTS = int(os.environ.get("CHAOS_EVENTS", "5000"))
GROWTH = 8_000_000
"""Bytes that the allocator may keep for itself."""


@dataclass
class Site:
    """One channel's stream on a real web server, in this process."""

    live: Live
    channel: Channel
    port: int
    redis: "RedisClient"

    async def cost(self) -> dict[str, int]:
        """What is held for clients."""
        gc.collect()
        topics = await self.redis.pubsub_channels("techtree:live:lesson:*")
        connections = psutil.Process().net_connections("tcp")
        return {
            "pages": self.live.open_pages,
            "followed": len(self.live.fanout._followers),
            "subscriptions": len(topics),
            "tasks": len(asyncio.all_tasks()),
            "sockets": sum(each.laddr.port == self.port for each in connections),
        }

    async def becomes(self, cost: dict[str, int], within: float = 10) -> None:
        try:
            async with asyncio.timeout(within):
                while not all(now <= cost[name] for name, now in (await self.cost()).items()):
                    await asyncio.sleep(0.05)
        except TimeoutError:
            pytest.fail(f"{await self.cost()} is not {cost}")

    async def connect(self, receive_buffer: int = 0) -> socket.socket:
        client = socket.socket()
        client.setblocking(False)
        if receive_buffer:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        loop = asyncio.get_running_loop()
        await loop.sock_connect(client, ("127.0.0.1", self.port))
        await loop.sock_sendall(client, b"GET / HTTP/1.1\r\nHost: techtree\r\n\r\n")
        return client


@pytest.fixture
async def site(log: Log, redis: "RedisClient", database: None) -> AsyncIterator[Site]:
    live = Live(log, Fanout(listening_redis()))
    live.start()
    channel = of_lesson(uuid4())
    cursor = str(await log.cursor([channel]))

    async def app(scope: Any, receive: Any, send: Any) -> None:
        access = Access(None, None, _allowed)
        await live.response([channel], after=cursor, access=access)(scope, receive, send)

    listener = socket.create_server(("127.0.0.1", 0), backlog=512)
    config = uvicorn.Config(app, lifespan="off", log_level="error", ws="none")
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    site = Site(live, channel, listener.getsockname()[1], redis)
    # Whatever is made once is made now.
    client = await site.connect()
    await asyncio.get_running_loop().sock_recv(client, 1)
    client.close()
    await site.becomes({**await site.cost(), "pages": 0, "followed": 0, "subscriptions": 0})
    yield site
    await live.drain(0)
    server.should_exit = True
    await serving
    await live.stop()


async def test_connections_that_are_aborted_leave_nothing(site: Site) -> None:
    before = await site.cost()
    memory = psutil.Process().memory_info().rss
    loop = asyncio.get_running_loop()
    for number in range(CONNECTS):
        client = await site.connect()
        if number % 3:
            # Some go before an answer, some while it comes.
            await loop.sock_recv(client, 1 + number % 2_000)
        client.close()
        await asyncio.sleep(0)
    await site.becomes(before)
    assert psutil.Process().memory_info().rss - memory < GROWTH


async def test_a_client_that_reads_a_byte_a_second_is_let_go(
    site: Site, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "BLOCKED", 2.0)
    before = await site.cost()
    memory = psutil.Process().memory_info().rss
    client = await site.connect(receive_buffer=2_048)
    sipping = asyncio.create_task(_sip(client))
    while not any(each._sending for each in site.live._streams):
        await log.publish(site.channel, "x" * 20_000)
    for _ in range(2 * LENGTH):
        await log.publish(site.channel, "x" * 2_000)
    # What its own system holds for it, it may sip for hours. The server has let it go.
    await site.becomes({**before, "tasks": before["tasks"] + 1})
    sipping.cancel()
    assert psutil.Process().memory_info().rss - memory < GROWTH


async def test_a_channel_with_many_events_costs_no_more_than_its_window(
    site: Site, log: Log, redis: "RedisClient"
) -> None:
    before = await site.cost()
    client = await site.connect()
    heard = asyncio.create_task(_until(client, b"data: the last\n"))
    memory = psutil.Process().memory_info().rss
    for _ in range(EVENTS // 50):
        await asyncio.gather(*(log.publish(site.channel, "<p>an event</p>") for _ in range(50)))
    await log.publish(site.channel, "the last")
    await asyncio.wait_for(heard, 30)
    # Trimmed by whole nodes of a hundred entries.
    assert LENGTH <= await redis.xlen(site.channel.key) <= LENGTH + 100
    assert 0 < await redis.ttl(site.channel.key) <= LIFETIME
    client.close()
    await site.becomes(before)
    assert psutil.Process().memory_info().rss - memory < GROWTH


async def _allowed() -> bool:
    return True


async def _sip(client: socket.socket) -> None:
    """A byte a second."""
    loop = asyncio.get_running_loop()
    with client:
        while await loop.sock_recv(client, 1):
            await asyncio.sleep(1)


async def _until(client: socket.socket, text: bytes) -> None:
    loop = asyncio.get_running_loop()
    tail = b""
    while text not in tail:
        tail = tail[-len(text) :] + await loop.sock_recv(client, 65_536)
