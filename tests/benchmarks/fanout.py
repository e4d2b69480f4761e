"""One update to N open pages."""

import asyncio
import statistics
from typing import Any

import psutil

from tests.benchmarks.programs import Program
from tests.benchmarks.systems import System

SIZES = (100, 1_000, 5_000)
UPDATES = {100: 100, 1_000: 20, 5_000: 10}
RATE = 40_000
"""Deliveries a second in the measure of the tail."""
RATE_SECONDS = 10
SLOWEST = 1.5
"""Above so many CPU-seconds a second a system is not asked to keep the rate."""


async def measure(
    system: System, pages: Program, redis: psutil.Process, sizes: tuple[int, ...] = SIZES
) -> dict[str, Any]:
    """One run of one system: `{pages: figures}`."""
    found: dict[str, Any] = {}
    for size in sizes:
        opening = system.open(pages, size)
        # A page that was loaded before the last update hears that one first.
        await asyncio.to_thread(lambda: pages.ask(do="collect", deliveries=10**9, timeout=1))
        figures = await _one_at_a_time(system, pages, redis, size)
        figures["opened_per_s"] = size / opening if opening else 0.0
        found[str(size)] = figures
        if size * 8 == RATE and figures["cpu_us"] * RATE / 1e6 < SLOWEST:
            found["rate"] = await _at_a_rate(system, pages, redis, size)
    return found


async def _one_at_a_time(
    system: System, pages: Program, redis: psutil.Process, size: int
) -> dict[str, Any]:
    spreads, client = [], 0.0
    cpu, redis_cpu = system.cpu(), sum(redis.cpu_times()[:2])
    updates = UPDATES.get(size, 10)
    lost, seconds = 0, 0.0
    for _ in range(updates):
        pages.tell(do="collect", deliveries=size, timeout=15)
        first = await system.publish(1, 0)
        answer = await asyncio.to_thread(pages.answer)
        spreads.append((answer["last"] - first) / 1e6)
        lost += size - answer["latencies"]["count"]
        client += answer["cpu"]
        seconds += spreads[-1] / 1e3
    deliveries = size * updates - lost
    used = system.cpu() - cpu
    return {
        "last_ms": statistics.median(spreads),
        "cpu_us": used / deliveries * 1e6,
        "per_s_per_core": deliveries / used if used else 0.0,
        "redis_us": (sum(redis.cpu_times()[:2]) - redis_cpu) / deliveries * 1e6,
        "client_share": client / seconds,
        "lost": lost,
        "closed": answer["closed"],
    }


async def _at_a_rate(
    system: System, pages: Program, redis: psutil.Process, size: int
) -> dict[str, Any]:
    updates = RATE * RATE_SECONDS // size
    cpu = system.cpu()
    pages.tell(do="collect", deliveries=size * updates, timeout=5)
    await system.publish(updates, size / RATE)
    answer = await asyncio.to_thread(pages.answer)
    used = system.cpu() - cpu
    latencies: dict[str, Any] = answer["latencies"]
    return latencies | {
        "lost": size * updates - latencies["count"],
        "cpu_us": used / latencies["count"] * 1e6,
        "server_share": used / answer["seconds"],
        "client_share": answer["cpu"] / answer["seconds"],
    }
