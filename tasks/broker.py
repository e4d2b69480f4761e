"""The queue: Dramatiq's Redis broker with a doorbell, so that a job starts when it is enqueued."""

# Dramatiq's broker and redis-py's pool, which this module extends, are largely unannotated.
# mypy: allow-untyped-calls

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, cast

import dramatiq
import redis
from dramatiq import Message
from dramatiq.asyncio import EventLoopThread, set_event_loop_thread
from dramatiq.broker import MessageProxy
from dramatiq.brokers.redis import RedisBroker, _RedisConsumer
from dramatiq.errors import ConnectionClosed, ConnectionFailed
from dramatiq.middleware import AsyncIO, Middleware, Shutdown, ShutdownNotifications, TimeLimit
from redis.backoff import NoBackoff
from redis.connection import parse_url
from redis.retry import Retry

from tasks.doorbell import Doorbell
from techtree.settings import get_settings

NAMESPACE = "techtree"
BACKGROUND = "background"
"""The queue of what is prepared ahead; `default` is for learners who wait."""
BELLS = f"{NAMESPACE}:__bells__"

LONG = 10
"""The priority of long texts: a worker that is full takes short answers first, which have 0."""

HEARTBEAT_TIMEOUT = 15_000
TIME_LIMIT = 6 * 60_000

POLL_SECONDS = 1.0
"""How late a job can start when its ring was lost; also the pace of an idle worker's heartbeat."""


def make_broker(
    redis_url: str | Callable[[], str], *, heartbeat_timeout: int = HEARTBEAT_TIMEOUT
) -> "DoorbellBroker":
    """A broker for `redis_url`; a function is asked for it only when the first connection is made.

    `heartbeat_timeout`: milliseconds of silence after which a worker's jobs go to another one.
    """
    # A failed job's next step is decided by its row, so Dramatiq's own retries, which would wait
    # in Redis where a restart strands them, are left out.
    middleware = [
        Loop(),
        TimeLimit(time_limit=TIME_LIMIT),
        HandOver(),
        Farewell(),
    ]
    return DoorbellBroker(redis_url, middleware=middleware, heartbeat_timeout=heartbeat_timeout)


class DoorbellBroker(RedisBroker):
    """Stores and fetches as Dramatiq does, but consumers wait for a ring instead of backing off."""

    def __init__(
        self,
        redis_url: str | Callable[[], str],
        *,
        middleware: list[Middleware],
        heartbeat_timeout: int,
    ) -> None:
        address = redis_url if callable(redis_url) else lambda: redis_url
        super().__init__(
            client=redis.Redis(connection_pool=_command_connections(address)),
            middleware=middleware,
            namespace=NAMESPACE,
            heartbeat_timeout=heartbeat_timeout,
            # Every fetch looks for dead workers' jobs; by chance alone that would take minutes.
            maintenance_chance=1_000_000,
        )
        self.stopping = False
        self.consumers: dict[str, DoorbellConsumer] = {}
        self.doorbell = Doorbell(
            redis.Redis(connection_pool=_listening_connections(address)), channel=BELLS
        )

    @property
    def consumer_class(self) -> type["DoorbellConsumer"]:
        return DoorbellConsumer

    def declare_queue(self, queue_name: str) -> None:
        """Declares no delay queue: nothing is ever delayed, and each would poll Redis, too."""
        if queue_name not in self.queues:
            self.emit_before("declare_queue", queue_name)
            self.queues.add(queue_name)
            self.emit_after("declare_queue", queue_name)

    def enqueue(self, message: Message[Any], *, delay: int | None = None) -> Message[Any]:
        """Raises dramatiq.errors.ConnectionFailed, within two seconds, when Redis can't take it."""
        if delay is not None:
            raise ValueError("this queue has no delays: a row that is due later is swept later")
        try:
            message = super().enqueue(message)
        except redis.RedisError as error:
            raise ConnectionFailed(f"Redis did not take the job: {error}") from error
        self.ring(message.queue_name)
        return message

    def ring(self, queue_name: str) -> None:
        """Wake idle workers for a queue. Never raises: a lost ring costs them one poll."""
        try:
            self.client.publish(BELLS, queue_name)
        except redis.RedisError as error:
            self.logger.warning("Nobody was told of a job on %r: %s", queue_name, error)

    def close(self) -> None:
        self.doorbell.close()
        self.client.close()


class DoorbellConsumer(_RedisConsumer):
    """Fetches one queue's messages; with none to fetch, waits for the queue's bell."""

    broker: DoorbellBroker

    def __init__(
        self, broker: DoorbellBroker, queue_name: str, prefetch: int, timeout: int
    ) -> None:
        # The parent sleeps for up to `timeout` after an empty fetch. With none it returns at once,
        # and the waiting is ours.
        super().__init__(broker, queue_name, prefetch, timeout=0)
        self.bell = broker.doorbell.bell(queue_name)
        self.most: int = prefetch
        broker.consumers[queue_name] = self

    def __next__(self) -> MessageProxy | None:
        message: MessageProxy | None = None
        # Cleared before the fetch: a ring during the fetch ends the wait that follows.
        self.bell.clear()
        self.prefetch = self._share()
        with _errors_for_dramatiq():
            if self._wants_none():
                self._beat()
            else:
                message = super().__next__()
        if message is None:
            self.bell.wait(POLL_SECONDS)
        return message

    def ack(self, message: MessageProxy) -> None:
        with _errors_for_dramatiq():
            super().ack(message)
        self._has_room()

    def nack(self, message: MessageProxy) -> None:
        with _errors_for_dramatiq():
            super().nack(message)
        self._has_room()

    def requeue(self, messages: Iterable[MessageProxy]) -> None:
        if messages := list(messages):
            with _errors_for_dramatiq():
                super().requeue(messages)
            self.broker.ring(self.queue_name)

    def _has_room(self) -> None:
        for consumer in self.broker.consumers.values():
            consumer.bell.set()

    def _wants_none(self) -> bool:
        full = self.outstanding_message_count >= self.prefetch
        return not self.message_cache and (full or self.broker.stopping)

    def _share(self) -> int:
        """How many messages this consumer may hold now.

        Background work takes free threads only, so that none of it stands before a learner's in
        this worker, and never more than half of them.
        """
        if self.queue_name != BACKGROUND:
            return self.most
        others = [each for each in self.broker.consumers.values() if each is not self]
        taken: int = sum(each.outstanding_message_count for each in others)
        # Dramatiq gives each consumer room for twice as many messages as there are threads.
        threads = self.most // 2
        return min(max(1, threads // 2), max(0, threads - taken))

    def _beat(self) -> None:
        # A fetch is a worker's heartbeat: without this one, a worker that wants no more messages
        # because all its threads are in long jobs would be taken for dead.
        self.broker.do_fetch(self.queue_name, 0)


@contextmanager
def _errors_for_dramatiq() -> Iterator[None]:
    # Dramatiq connects and acknowledges again after this error only. After others, a time-out
    # among them, it would forget to acknowledge a job that is done.
    try:
        yield
    except (redis.ConnectionError, redis.TimeoutError) as error:
        raise ConnectionClosed(error) from error


class Loop(AsyncIO):
    """The event loop of all actors, with a thread waiting for each that runs."""

    def before_worker_boot(self, broker: dramatiq.Broker, worker: dramatiq.Worker) -> None:
        # Each waiting thread looks this often whether its job is to be put down. Hundreds that look
        # ten times a second, as they would, take the interpreter from the loop they wait for.
        loop = EventLoopThread(self.logger, interrupt_check_ival=1.0)
        loop.start(timeout=1.0)
        set_event_loop_thread(loop)


class HandOver(Middleware):
    """A job that a stopping worker interrupts goes back to its queue, for the next worker.

    Must come before `Farewell`, so that the stopping worker does not take it again.
    """

    def before_worker_boot(self, broker: dramatiq.Broker, worker: dramatiq.Worker) -> None:
        cast(DoorbellBroker, broker).stopping = False

    def before_worker_shutdown(self, broker: dramatiq.Broker, worker: dramatiq.Worker) -> None:
        cast(DoorbellBroker, broker).stopping = True

    def after_process_message(
        self,
        broker: dramatiq.Broker,
        message: MessageProxy,
        *,
        result: object = None,
        exception: BaseException | None = None,
    ) -> None:
        if isinstance(exception, Shutdown):
            broker.enqueue(message.copy())


class Farewell(ShutdownNotifications):
    """Lets jobs come to their end for a while before it has them put down.

    What is put down is handed back, and another worker goes on with it.
    """

    def before_worker_shutdown(self, broker: dramatiq.Broker, worker: dramatiq.Worker) -> None:
        put_down = threading.Timer(get_settings().drain, self.manager.shutdown)
        put_down.daemon = True
        put_down.start()


def _command_connections(address: Callable[[], str]) -> redis.ConnectionPool:
    # Any number of worker threads share these: a thread waits its turn, which takes less than a
    # millisecond, where an ordinary pool would refuse the thread after its last connection.
    return _Connections(address, max_connections=32, timeout=1, socket_timeout=1.5)


def _listening_connections(address: Callable[[], str]) -> redis.ConnectionPool:
    return _Connections(address, max_connections=1, timeout=1, socket_timeout=5)


class _Connections(redis.BlockingConnectionPool):
    """A pool that asks for the server's address when it connects, not when it is made."""

    def __init__(self, address: Callable[[], str], **options: Any) -> None:
        super().__init__(
            socket_connect_timeout=1,
            # A connection that a restart of Redis closed is opened again at once. A server that
            # does not answer is not asked twice: the caller has a learner waiting.
            retry=Retry(NoBackoff(), 1, supported_errors=(redis.ConnectionError,)),
            **options,
        )
        self._address = address

    def make_connection(self) -> Any:
        place = parse_url(self._address())
        self.connection_class = place.pop("connection_class", redis.Connection)
        self.connection_kwargs.update(place)
        return super().make_connection()


broker = make_broker(lambda: get_settings().redis_dsn)
dramatiq.set_broker(broker)
