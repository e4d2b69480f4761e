"""What a worker process runs: `dramatiq tasks.worker --processes 1 --threads 128`."""

import asyncio
import logging
from typing import Any

import dramatiq
from dramatiq.asyncio import get_event_loop_thread

from tasks.broker import broker
from tasks.sweeper import sweep_for_ever

__all__ = ["broker"]

logging.getLogger("httpx").setLevel(logging.WARNING)
logging.getLogger("httpx2").setLevel(logging.WARNING)


class Sweeping(dramatiq.Middleware):
    """Sweeps as long as the worker lives, on the loop that runs its actors."""

    def __init__(self) -> None:
        self._task: asyncio.Task[None] | None = None

    def after_worker_boot(self, broker: dramatiq.Broker, worker: Any) -> None:
        loop = get_event_loop_thread()
        if loop is not None:
            loop.run_coroutine(self._start())

    async def _start(self) -> None:
        self._task = asyncio.create_task(sweep_for_ever())


broker.add_middleware(Sweeping())
