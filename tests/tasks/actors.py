"""Actors that write down when they start, in this process or in a worker process of its own."""

import asyncio
import os
import time
from collections.abc import Callable
from typing import Any

import dramatiq
import redis

from tasks.broker import make_broker


class Journal:
    """An actor on `broker` that notes the name and start of each job, then works for a while."""

    def __init__(self, broker: dramatiq.Broker, **options: Any) -> None:
        self.started: list[tuple[str, float]] = []
        self.finished: list[str] = []
        self.actor = dramatiq.actor(broker=broker, actor_name="work", **options)(self._work)

    def message(self, name: str, seconds: float = 0.0) -> dramatiq.Message[Any]:
        return self.actor.message(name, seconds)

    @property
    def names(self) -> list[str]:
        return [name for name, _ in self.started]

    async def _work(self, name: str, seconds: float) -> None:
        self.started.append((name, time.monotonic()))
        await asyncio.sleep(seconds)
        self.finished.append(name)


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    """Whether `condition()` became true in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.005)
    return True


if "HELD_JOBS_REDIS_URL" in os.environ:
    # `python -m dramatiq tests.tasks.actors:broker` becomes a worker that never finishes a job.
    broker = make_broker(os.environ["HELD_JOBS_REDIS_URL"])
    _client = redis.Redis.from_url(os.environ["HELD_JOBS_REDIS_URL"])

    @dramatiq.actor(broker=broker)
    async def work(name: str, seconds: float) -> None:
        _client.rpush("held", name)
        await asyncio.sleep(600)
