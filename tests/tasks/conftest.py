"""What tests of the queue share: a Valkey of their own, a broker on it and workers."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import dramatiq
import pytest

from tasks.broker import DoorbellBroker, make_broker
from tests.tasks.valkey import Valkey

StartWorker = Callable[..., dramatiq.Worker]


@pytest.fixture
def valkey() -> Iterator[Valkey]:
    # The path of a Unix socket may have about a hundred characters, fewer than pytest's folders.
    folder = Path(tempfile.mkdtemp(prefix="valkey-"))
    valkey = Valkey(folder)
    valkey.start()
    yield valkey
    valkey.stop()
    shutil.rmtree(folder)


@pytest.fixture
def broker(valkey: Valkey) -> Iterator[DoorbellBroker]:
    broker = make_broker(valkey.url)
    yield broker
    broker.close()


@pytest.fixture
def start_worker() -> Iterator[StartWorker]:
    """Starts a worker in this process; only one may run at a time.

    `patience`: milliseconds that its threads wait for a job before they look whether to stop.
    """
    workers: list[dramatiq.Worker] = []

    def start(broker: dramatiq.Broker, threads: int = 4, patience: int = 100) -> dramatiq.Worker:
        broker.emit_after("process_boot")
        worker = dramatiq.Worker(broker, worker_threads=threads, worker_timeout=patience)
        worker.start()
        workers.append(worker)
        return worker

    yield start
    for worker in workers:
        if any(thread.is_alive() for thread in worker.workers):
            worker.stop(timeout=10_000)
