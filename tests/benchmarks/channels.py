"""Many pages on as many channels, each growing at a steady rate."""

import asyncio
import time
from typing import Any

import psutil
from redis.asyncio import Redis

from techtree.connections import redis as shared_redis
from techtree.live.channels import Channel, of_lesson
from techtree.live.log import Log
from techtree.settings import get_settings
from tests.benchmarks import stage
from tests.benchmarks.pages import event_stream
from tests.benchmarks.payload import payload
from tests.benchmarks.programs import Program

CHANNELS = 1_000
SECONDS = 10
RATES = (2, 5, 10, 20)
"""Updates a second of each page. The last is the aim; the others show where it ends."""


async def measure(pages: Program, redis: psutil.Process, count: int = CHANNELS) -> dict[str, Any]:
    """One run: `{updates a second of each page: figures}`."""
    lessons = await stage.catalogue(count, separate=True)
    seats = await stage.seats(lessons, count)
    packed = Packed()
    found = {}
    async with stage.web_processes() as ((web, port),):
        pages.ask(
            do="open", host="127.0.0.1", port=port, ready="event: hello", timeout=300,
            requests=[event_stream(seat.path, "127.0.0.1", seat.cookie) for seat in seats],
        )  # fmt: skip
        await asyncio.to_thread(lambda: pages.ask(do="collect", deliveries=10**9, timeout=1))
        for rate in RATES:
            found[str(rate)] = await _grow(
                pages, web, redis, packed, [of_lesson(each.id) for each in lessons], rate
            )
        pages.ask(do="close")
    await packed.close()
    return found


async def _grow(  # noqa: PLR0917
    pages: Program,
    web: Program,
    redis: psutil.Process,
    packed: "Packed",
    channels: list[Channel],
    rate: int,
) -> dict[str, Any]:
    updates = len(channels) * rate * SECONDS
    cpu, redis_cpu = web.cpu(), sum(redis.cpu_times()[:2])
    own = time.process_time()
    pages.tell(do="collect", deliveries=updates, timeout=5)
    started = time.monotonic()
    # The pages' turns are spread over time, as those of lessons that began at different times.
    groups = 20
    for step in range(rate * SECONDS * groups):
        due = started + step / (rate * groups)
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        await packed.publish(channels[step % groups :: groups])
    published = time.monotonic() - started
    own = time.process_time() - own
    answer = await asyncio.to_thread(pages.answer)
    latencies: dict[str, Any] = answer["latencies"]
    return latencies | {
        "lost": updates - latencies["count"],
        "queued_at_end_s": max(0.0, answer["last"] / 1e9 - started - published),
        "published_per_s": updates / published,
        "cpu_us": (web.cpu() - cpu) / max(1, latencies["count"]) * 1e6,
        "server_share": (web.cpu() - cpu) / answer["seconds"],
        "redis_share": (sum(redis.cpu_times()[:2]) - redis_cpu) / answer["seconds"],
        "client_share": answer["cpu"] / answer["seconds"],
        "publisher_share": own / published,
    }


class Packed:
    """Publishes with the log's own command, many in one write.

    One process has to stand for the workers of a thousand lessons, and would otherwise be busier
    than what is measured.
    """

    def __init__(self) -> None:
        self._recorder = _Recorder()
        self._log = Log(self._recorder)  # type: ignore[arg-type]
        self._redis = Redis.from_url(get_settings().redis_dsn)

    async def publish(self, channels: list[Channel]) -> None:
        pipeline = self._redis.pipeline(transaction=False)
        for channel in channels:
            await self._log.publish(channel, payload())
            sha, keys, args = self._recorder.last
            pipeline.execute_command("EVALSHA", sha, len(keys), *keys, *args)
        if not self._recorder.loaded:
            for script in self._recorder.scripts:
                await self._redis.script_load(script)
            self._recorder.loaded = True
        await pipeline.execute()

    async def close(self) -> None:
        await self._redis.aclose()


class _Recorder:
    """Takes a log's scripts as a Redis client would, and keeps what was last called."""

    def __init__(self) -> None:
        self.scripts: list[str] = []
        self.loaded = False
        self.last: tuple[str, list[str], list[Any]] = "", [], []

    def register_script(self, script: str) -> Any:
        self.scripts.append(script)
        sha = shared_redis().register_script(script).sha

        async def call(keys: list[str], args: list[Any]) -> None:
            self.last = sha, keys, args

        return call
