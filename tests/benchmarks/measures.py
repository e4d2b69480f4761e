"""Each measure by name: one run of all that it compares, one system after the other."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import psutil

from tests.benchmarks import channels, enqueue_to_start, fanout, memory, stage, tokens
from tests.benchmarks.peers import systems as peer_systems
from tests.benchmarks.programs import Program, python, running
from tests.benchmarks.systems import System, techtree
from tests.benchmarks.tables import table

Systems = dict[str, Callable[[int], AbstractAsyncContextManager[System]]]
Measure = Callable[["Bench"], Awaitable[dict[str, Any]]]

IDLE_PAGES = (1_000, 10_000)
STARTS = 50


@dataclass
class Bench:
    """What measures share: the servers, the process that plays the pages, and who is compared."""

    redis: psutil.Process
    pages: Program
    systems: Systems
    limit: int
    """The most pages to open."""

    def sizes(self, sizes: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(sorted({min(size, self.limit) for size in sizes}))


@asynccontextmanager
async def bench(*, peers: bool, pages: int | None = None) -> AsyncIterator[Bench]:
    """Everything started; without `peers` TechTree is compared with nobody."""
    systems: Systems = {"TechTree": techtree} | (_peers() if peers else {})
    async with stage.staged() as redis:
        with running(python("tests.benchmarks.pages"), log="pages") as player:
            yield Bench(redis, player, systems, pages or 10_000)


def _peers() -> Systems:
    peer_systems.install()
    found: Systems = {
        "Channels on Daphne": lambda pages: peer_systems.channels(pages, "daphne"),
        "Channels on Uvicorn": lambda pages: peer_systems.channels(pages, "uvicorn"),
    }
    # Debian's packages nginx and libnginx-mod-nchan.
    return found | ({"nginx with nchan": peer_systems.nchan} if peer_systems.NCHAN.exists() else {})


async def _fanout(bench: Bench) -> dict[str, Any]:
    sizes = bench.sizes(fanout.SIZES)

    async def one(system: System) -> dict[str, Any]:
        return await fanout.measure(system, bench.pages, bench.redis, sizes)

    return await _each(bench, max(sizes), one)


async def _memory(bench: Bench) -> dict[str, Any]:
    sizes = bench.sizes(IDLE_PAGES)

    async def one(system: System) -> dict[str, Any]:
        return await memory.measure(system, bench.pages, sizes)

    return await _each(bench, memory.WARM + max(sizes), one)


async def _each(
    bench: Bench, pages: int, measure: Callable[[System], Awaitable[dict[str, Any]]]
) -> dict[str, Any]:
    found = {}
    for name, start in bench.systems.items():
        async with start(pages) as system:
            found[name] = await measure(system)
            bench.pages.ask(do="close")
        print(table("one run", {name: found[name]}), flush=True)  # noqa: T201
    return found


async def _processes(bench: Bench) -> dict[str, Any]:
    (size,) = bench.sizes((5_000,))
    found = {}
    for count in (1, 2):
        async with techtree(size, processes=count) as system:
            figures = await fanout.measure(system, bench.pages, bench.redis, (size,))
            found[f"{count} web"] = {str(size): figures[str(size)]}
            bench.pages.ask(do="close")
    return found


async def _channels(bench: Bench) -> dict[str, Any]:
    (size,) = bench.sizes((channels.CHANNELS,))
    return {"TechTree": await channels.measure(bench.pages, bench.redis, size)}


async def _tokens(bench: Bench) -> dict[str, Any]:
    (lessons,) = bench.sizes((tokens.LESSONS,))
    found = await tokens.measure(bench.pages, lessons)
    return {
        "bare loop": {str(lessons): found["bare"]},
        "TechTree": {str(lessons): found["techtree"]},
    }


async def _start(_: Bench) -> dict[str, Any]:
    found = {}
    for variant in enqueue_to_start.VARIANTS:
        found[variant.name] = {
            "": await asyncio.to_thread(enqueue_to_start.measure, variant, STARTS)
        }
    return found


MEASURES: dict[str, Measure] = {
    "fanout": _fanout,
    "channels": _channels,
    "memory": _memory,
    "processes": _processes,
    "tokens": _tokens,
    "start": _start,
}
