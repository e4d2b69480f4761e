"""What an idle open page costs, with session and cursor."""

import asyncio
from typing import Any

from tests.benchmarks.programs import Program
from tests.benchmarks.systems import System

WARM = 100
"""Pages that are open before the first is counted: what the process needs once is not a page's."""
IDLE = 20
"""Seconds of looking on, longer than what an idle page does at intervals."""


async def measure(system: System, pages: Program, sizes: tuple[int, ...]) -> dict[str, Any]:
    """One run of one system: `{pages: figures}`."""
    system.open(pages, WARM)
    await asyncio.sleep(2)
    before = system.memory()
    found = {}
    for size in sizes:
        opening = system.open(pages, WARM + size)
        await asyncio.sleep(3)
        cpu = system.cpu()
        await asyncio.to_thread(lambda: pages.ask(do="collect", deliveries=1, timeout=IDLE))
        found[str(size)] = {
            "kib": (system.memory() - before) / size / 1024,
            "idle_cpu_per_1000": (system.cpu() - cpu) / IDLE / size * 1000,
            "opened_per_s": size / opening,
        }
    return found
