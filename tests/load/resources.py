"""CPU and memory of all programs of a load, by what they are."""

import asyncio
import time
from dataclasses import dataclass

import psutil

EVERY = 5.0
"""Seconds between two looks."""

KINDS = {
    "tests.fakes": "model",
    "locust": "learners",
    "uvicorn": "web",
    "dramatiq": "worker",
    "postgres": "PostgreSQL",
    "valkey": "Valkey",
}
"""What a program is, by a word of its command; the first that fits."""
WEIGHED = ("web", "worker")


@dataclass(frozen=True)
class Look:
    """At one moment, for each kind of program."""

    at: float
    """Seconds since the epoch."""
    cpu: dict[str, float]
    """Seconds used since the program began."""
    memory: dict[str, float]
    """MiB that web and worker have to themselves."""


async def watch(looks: list[Look]) -> None:
    """Look again and again at what this process has started."""
    while True:
        looks.append(await asyncio.to_thread(look))
        await asyncio.sleep(EVERY)


def look() -> Look:
    found = Look(time.time(), {}, {})
    for process in psutil.Process().children(recursive=True):
        try:
            kind = _kind(process)
            used = process.cpu_times()
            found.cpu[kind] = found.cpu.get(kind, 0) + used.user + used.system
            if kind in WEIGHED:
                size = process.memory_full_info().uss / 2**20
                found.memory[kind] = found.memory.get(kind, 0) + size
        except psutil.Error:
            # It ended meanwhile.
            continue
    return found


def _kind(process: psutil.Process) -> str:
    command = " ".join([*process.cmdline(), process.name()])
    return next((kind for word, kind in KINDS.items() if word in command), "else")
