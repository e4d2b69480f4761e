"""What this process can't do without, and whether it answers."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from techtree.connections import database, redis

PATIENCE = 2.0
"""Seconds after which a dependency that is silent counts as one that doesn't work."""


@dataclass(frozen=True, slots=True)
class Check:
    seconds: float
    error: str = ""
    """The kind of error; never its words, which may say where the dependency is."""

    @property
    def works(self) -> bool:
        return not self.error


Health = dict[str, Check]


async def check_dependencies() -> Health:
    """Each by its name. Takes no longer than the slowest of them, and 2 s at most."""
    names = {"postgresql": _ask_postgresql, "redis": _ask_redis}
    checks = await asyncio.gather(*(_check(ask) for ask in names.values()))
    return dict(zip(names, checks, strict=True))


async def _ask_postgresql() -> None:
    await database().run_ddl("SELECT 1")


async def _ask_redis() -> None:
    await redis().ping()


async def _check(ask: Callable[[], Awaitable[Any]]) -> Check:
    begun = time.perf_counter()
    error = ""
    try:
        async with asyncio.timeout(PATIENCE):
            await ask()
    except Exception as failure:
        error = type(failure).__name__
    return Check(time.perf_counter() - begun, error)
