"""No job is lost or run twice when Redis or a worker goes away."""

import os
import signal
import statistics
import subprocess
import sys
import time
from pathlib import Path

import pytest
from dramatiq.errors import ConnectionFailed

from tasks.broker import DoorbellBroker, make_broker
from techtree.settings import get_settings
from tests.tasks.actors import Journal, wait_until
from tests.tasks.conftest import StartWorker
from tests.tasks.test_broker import latencies
from tests.tasks.valkey import Valkey

PROJECT = Path(__file__).parents[2]


def test_an_idle_worker_hears_the_bell_again_after_redis_restarted(
    valkey: Valkey, broker: DoorbellBroker, start_worker: StartWorker
) -> None:
    journal = Journal(broker)
    start_worker(broker)
    time.sleep(0.3)

    valkey.stop()
    time.sleep(1.2)
    valkey.start()

    broker.enqueue(journal.message("after"))
    assert wait_until(lambda: journal.finished == ["after"], 8)
    assert wait_until(lambda: valkey.client.pubsub_numsub("techtree:__bells__")[0][1] == 1, 5)
    assert statistics.median(latencies(broker, journal)) < 0.1


def test_what_was_queued_when_redis_restarted_runs_once(
    valkey: Valkey, broker: DoorbellBroker, start_worker: StartWorker
) -> None:
    journal = Journal(broker)
    names = [str(number) for number in range(20)]
    for name in names:
        broker.enqueue(journal.message(name))

    valkey.restart()
    start_worker(broker)

    assert wait_until(lambda: broker.do_qsize("default") == 0, 8)
    assert sorted(journal.names) == sorted(names)


def test_what_redis_took_runs_once_though_it_went_away_under_a_working_worker(
    valkey: Valkey, broker: DoorbellBroker, start_worker: StartWorker
) -> None:
    journal = Journal(broker)
    taken = ["first", "second"]
    for name in taken:
        broker.enqueue(journal.message(name, seconds=2))
    start_worker(broker)
    assert wait_until(lambda: len(journal.started) == 2, 3)

    valkey.stop()
    with pytest.raises(ConnectionFailed):
        broker.enqueue(journal.message("refused"))
    valkey.start()
    broker.enqueue(journal.message("third"))

    assert wait_until(lambda: broker.do_qsize("default") == 0, 12)
    assert sorted(journal.names) == ["first", "second", "third"]


def test_a_killed_workers_job_goes_to_another_worker(
    valkey: Valkey, start_worker: StartWorker
) -> None:
    broker = make_broker(valkey.url, heartbeat_timeout=2_000)
    journal = Journal(broker)
    doomed = worker_process(valkey)
    broker.enqueue(journal.message("handed on"))
    assert wait_until(lambda: valkey.client.lrange("held", 0, -1) == [b"handed on"], 15)
    start_worker(broker)

    os.killpg(doomed.pid, signal.SIGKILL)
    doomed.wait()
    assert journal.started == []

    assert wait_until(lambda: journal.finished == ["handed on"], 5)
    broker.close()


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_live_workers_job_stays_with_it_however_long_it_takes(
    valkey: Valkey, start_worker: StartWorker, jobs: int
) -> None:
    broker = make_broker(valkey.url, heartbeat_timeout=2_000)
    other = make_broker(valkey.url, heartbeat_timeout=2_000)
    journal = Journal(broker)
    for number in range(jobs):
        broker.enqueue(journal.message(str(number), seconds=4))

    # A worker with one thread takes two messages. With both taken it has nothing left to fetch.
    start_worker(broker, threads=1)
    assert wait_until(lambda: len(journal.started) == 1, 3)
    time.sleep(0.2)

    # Another worker looks for the messages of dead ones.
    while len(journal.finished) < 1:
        assert other.do_fetch("default", 1) == []
        time.sleep(0.1)
    assert wait_until(lambda: broker.do_qsize("default") == 0, 6)
    assert journal.names == [str(number) for number in range(jobs)]
    broker.close()


def test_a_job_that_ends_soon_is_finished_by_the_worker_that_stops(
    broker: DoorbellBroker, start_worker: StartWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(get_settings(), "drain", 5)
    journal = Journal(broker, notify_shutdown=True)
    broker.enqueue(journal.message("soon", seconds=1))
    worker = start_worker(broker, patience=2_000)
    assert wait_until(lambda: journal.names == ["soon"], 3)
    worker.stop(timeout=10_000)
    assert journal.finished == ["soon"]


def test_a_job_that_a_stopping_worker_interrupts_is_taken_by_the_next_one(
    broker: DoorbellBroker, start_worker: StartWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(get_settings(), "drain", 0)
    journal = Journal(broker, notify_shutdown=True)
    broker.enqueue(journal.message("interrupted", seconds=2))
    # Its other threads still wait for a job when it stops, and must not get this one.
    worker = start_worker(broker, patience=2_000)
    assert wait_until(lambda: journal.names == ["interrupted"], 3)
    # A coroutine starts just before the thread that waits for it can be interrupted.
    time.sleep(0.3)

    worker.stop(timeout=10_000)
    assert journal.finished == []
    start_worker(broker)

    assert wait_until(lambda: journal.finished == ["interrupted"], 5)
    assert journal.names == ["interrupted", "interrupted"]


def worker_process(valkey: Valkey) -> "subprocess.Popen[bytes]":
    """A worker in a process group of its own, which holds each job it gets for ever."""
    return subprocess.Popen(
        [
            *(sys.executable, "-m", "dramatiq", "tests.tasks.actors:broker"),
            *("--processes", "1", "--threads", "2"),
        ],
        cwd=PROJECT,
        env=os.environ | {"HELD_JOBS_REDIS_URL": valkey.url},
        start_new_session=True,
        stderr=subprocess.DEVNULL,
    )
