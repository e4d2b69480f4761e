"""A job starts when it is enqueued, and an enqueue that fails says so quickly."""

import statistics
import time

import pytest
from dramatiq.brokers.redis import RedisBroker
from dramatiq.errors import ConnectionFailed

from tasks.broker import NAMESPACE, DoorbellBroker, make_broker
from tests.tasks.actors import Journal, wait_until
from tests.tasks.conftest import StartWorker
from tests.tasks.valkey import Valkey


def test_an_idle_worker_starts_a_job_at_once(
    broker: DoorbellBroker, start_worker: StartWorker
) -> None:
    journal = Journal(broker)
    start_worker(broker)

    assert statistics.median(latencies(broker, journal)) < 0.1


def test_an_idle_worker_starts_a_job_of_any_queue_at_once(
    broker: DoorbellBroker, start_worker: StartWorker
) -> None:
    journal = Journal(broker, queue_name="background")
    start_worker(broker)

    assert statistics.median(latencies(broker, journal)) < 0.1


def test_a_job_whose_ring_was_lost_starts_at_the_next_poll(
    valkey: Valkey, broker: DoorbellBroker, start_worker: StartWorker
) -> None:
    journal = Journal(broker)
    start_worker(broker)
    time.sleep(0.3)
    without_a_doorbell = RedisBroker(url=valkey.url, namespace=NAMESPACE)  # type: ignore[no-untyped-call]

    without_a_doorbell.enqueue(journal.message("quiet"))

    assert wait_until(lambda: journal.names == ["quiet"], 2)


def test_more_threads_than_connections_get_their_jobs_done(
    broker: DoorbellBroker, start_worker: StartWorker
) -> None:
    journal = Journal(broker)
    names = [str(number) for number in range(200)]
    for name in names:
        broker.enqueue(journal.message(name, seconds=0.05))

    start_worker(broker, threads=64)

    # A thread without a connection would try again after five seconds.
    assert wait_until(lambda: broker.do_qsize("default") == 0, 4)
    assert sorted(journal.finished) == sorted(names)


def test_a_full_worker_fetches_as_soon_as_it_has_room(
    broker: DoorbellBroker, start_worker: StartWorker
) -> None:
    journal = Journal(broker)
    names = [str(number) for number in range(10)]
    for name in names:
        broker.enqueue(journal.message(name, seconds=0.02))

    start_worker(broker, threads=1)

    assert wait_until(lambda: journal.finished == names, 2)


def test_a_broker_asks_for_its_address_only_when_it_is_used(valkey: Valkey) -> None:
    asked: list[str] = []

    def address() -> str:
        asked.append(valkey.url)
        return valkey.url

    broker = make_broker(address)
    journal = Journal(broker)
    assert asked == []

    broker.enqueue(journal.message("first"))
    assert asked != []
    assert broker.do_qsize("default") == 1


def test_enqueueing_while_redis_is_down_fails_at_once(
    valkey: Valkey, broker: DoorbellBroker
) -> None:
    journal = Journal(broker)
    broker.enqueue(journal.message("before"))
    valkey.stop()

    begun = time.monotonic()
    with pytest.raises(ConnectionFailed):
        broker.enqueue(journal.message("during"))
    assert time.monotonic() - begun < 1


@pytest.mark.parametrize("connected", [True, False])
def test_enqueueing_while_redis_does_not_answer_fails_within_two_seconds(
    valkey: Valkey, broker: DoorbellBroker, connected: bool
) -> None:
    journal = Journal(broker)
    if connected:
        broker.enqueue(journal.message("before"))
    valkey.freeze()

    begun = time.monotonic()
    with pytest.raises(ConnectionFailed):
        broker.enqueue(journal.message("during"))
    assert time.monotonic() - begun < 2


def test_a_delay_is_refused(broker: DoorbellBroker) -> None:
    journal = Journal(broker)

    with pytest.raises(ValueError, match="no delays"):
        broker.enqueue(journal.message("later"), delay=1000)


def latencies(broker: DoorbellBroker, journal: Journal) -> list[float]:
    """Seconds from enqueue to start of twenty jobs, each given to an idle worker."""
    seconds = []
    for number in range(20):
        time.sleep(0.1)
        begun = time.monotonic()
        broker.enqueue(journal.message(str(number)))
        assert wait_until(lambda: str(number) in journal.names, 5)  # noqa: B023
        seconds.append(journal.started[-1][1] - begun)
    return seconds
