"""What a worker process runs: `dramatiq tasks.worker --processes 1 --threads 256`."""

import asyncio
import contextlib
import logging
import threading
from collections.abc import Coroutine
from typing import Any

import dramatiq
import uvloop
from dramatiq.asyncio import get_event_loop_thread
from redis.exceptions import RedisError

from tasks.author import author
from tasks.broker import broker
from tasks.sweeper import sweep_for_ever
from tasks.tracing import Tracing
from techtree import grading
from techtree.connections import redis
from techtree.settings import get_settings
from techtree.telemetry import counts, logs, traces, workers
from techtree.tutor.author import TutorError

__all__ = ["broker"]

# Before Dramatiq makes the loop that runs the actors.
asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
logs.configure("worker", get_settings())
traces.configure("worker")

logging.getLogger("httpx").setLevel(logging.WARNING)
logging.getLogger("httpx2").setLevel(logging.WARNING)


class Sweeping(dramatiq.Middleware):
    """Sweeps as long as the worker lives, on the loop that runs its actors."""

    def __init__(self) -> None:
        self._task: asyncio.Task[None] | None = None

    def after_worker_boot(self, broker: dramatiq.Broker, worker: Any) -> None:
        _on_the_loop(self._start())
        # The first formula to be compared would wait some seconds for what compares it.
        threading.Thread(target=grading.warm, daemon=True).start()

    def before_worker_shutdown(self, broker: dramatiq.Broker, worker: Any) -> None:
        # What this worker hands back is for others: it must not enqueue it for itself.
        _on_the_loop(self._stop())

    def after_worker_shutdown(self, broker: dramatiq.Broker, worker: Any) -> None:
        # The jobs have ended by now, and the loop has not.
        _on_the_loop(self._end())
        traces.close()

    async def _start(self) -> None:
        self._task = asyncio.create_task(sweep_for_ever())

    async def _stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
        with contextlib.suppress(RedisError, OSError):
            await workers.tell_gone(redis(), broker.broker_id)

    async def _end(self) -> None:
        with contextlib.suppress(TutorError):
            await author().aclose()
        with contextlib.suppress(RedisError, OSError):
            await counts.push(redis())


def _on_the_loop(work: Coroutine[Any, Any, None]) -> None:
    thread = get_event_loop_thread()
    if thread is None:
        raise RuntimeError("the AsyncIO middleware has not started its loop")
    thread.run_coroutine(work)


broker.add_middleware(Tracing())
broker.add_middleware(Sweeping())

# Loading a model's client takes seconds, and blocks the loop: done before the first job is taken,
# it holds up no job that another worker would have finished. What is misconfigured, each job says.
with contextlib.suppress(TutorError):
    author()
