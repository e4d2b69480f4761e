"""The systems that are compared: how each is started, followed by a page, and published to."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Protocol

from techtree.live import updates
from techtree.live.channels import of_lesson
from tests.benchmarks import stage
from tests.benchmarks.pages import event_stream
from tests.benchmarks.payload import payload
from tests.benchmarks.programs import Program


class Publish(Protocol):
    async def __call__(self, count: int, interval: float) -> int:
        """Publish so many updates, one every `interval` seconds. Gives the first one's time."""
        ...


@dataclass
class System:
    """A system that runs: its processes, and what its pages ask for."""

    name: str
    servers: list[Program]
    ports: list[int]
    requests: list[str]
    """One for each page that may be opened."""
    ready: str
    """What the answer to a request holds as soon as the page hears of updates."""
    publish: Publish
    opened: int = field(default=0)

    def cpu(self) -> float:
        return sum(each.cpu() for each in self.servers)

    def memory(self) -> int:
        return sum(each.memory() for each in self.servers)

    def open(self, pages: Program, total: int) -> float:
        """Open pages until there are `total`. Gives the seconds that it took."""
        wanted = self.requests[self.opened : total]
        self.opened = total
        seconds = 0.0
        for number, port in enumerate(self.ports):
            requests = wanted[number :: len(self.ports)]
            answer = pages.ask(
                do="open", host="127.0.0.1", port=port, requests=requests, ready=self.ready,
                timeout=300,
            )  # fmt: skip
            seconds += answer["seconds"]
        return seconds


@asynccontextmanager
async def techtree(pages: int, *, processes: int = 1) -> AsyncIterator[System]:
    """All pages show one lesson of the catalogue, each to a learner of its own."""
    (lesson,) = await stage.catalogue(1)
    seats = await stage.seats([lesson], pages)
    channel = of_lesson(lesson.id)

    async def publish(count: int, interval: float) -> int:
        return await on_time(count, interval, lambda: updates.log().publish(channel, payload()))

    async with stage.web_processes(processes) as started:
        yield System(
            "TechTree",
            [program for program, _ in started],
            [port for _, port in started],
            [event_stream(seat.path, "127.0.0.1", seat.cookie) for seat in seats],
            "event: hello",
            publish,
        )


async def on_time(count: int, interval: float, publish: "Publication") -> int:
    """Call `publish` so many times, whenever it is due, however long the last one took."""
    started = time.monotonic_ns()
    for number in range(count):
        due = started / 1e9 + number * interval
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        await publish()
    return started


class Publication(Protocol):
    async def __call__(self) -> object: ...
