"""The doorbell: tells the idle consumers of this process that a job was enqueued."""

# redis-py leaves some of what is called here unannotated.
# mypy: allow-untyped-calls

from collections import defaultdict
from threading import Event, Lock, Thread

import redis
from dramatiq.logging import get_logger

PAUSE_SECONDS = 1.0


class Doorbell:
    """One bell per queue, rung by a thread that listens to Redis for all queues of the process."""

    def __init__(self, client: redis.Redis, channel: str) -> None:
        self._client = client
        self._channel = channel
        self._bells: defaultdict[str, Event] = defaultdict(Event)
        self._closed = Event()
        self._listener: Thread | None = None
        self._lock = Lock()
        self._logger = get_logger(__name__, type(self))

    def bell(self, queue_name: str) -> Event:
        """The bell of a queue. The first caller starts the listener: processes that only enqueue
        have none."""
        with self._lock:
            if self._listener is None:
                self._listener = Thread(target=self._listen, name="doorbell", daemon=True)
                self._listener.start()
            return self._bells[queue_name]

    def close(self) -> None:
        """The listener ends within a second."""
        self._closed.set()

    def _listen(self) -> None:
        while not self._closed.is_set():
            try:
                self._hear()
            except Exception as error:
                # Whatever it was, workers still poll, and this thread must not end.
                self._logger.warning("The doorbell is deaf, trying again: %s", error)
                self._closed.wait(PAUSE_SECONDS)

    def _hear(self) -> None:
        with self._client.pubsub() as pubsub:
            pubsub.subscribe(self._channel)
            while not self._closed.is_set():
                event = pubsub.get_message(timeout=PAUSE_SECONDS)
                if event is None:
                    continue
                if event["type"] == "subscribe":
                    # First or again, rings before it went unheard.
                    self._ring_all()
                elif event["type"] == "message":
                    self._ring(event["data"].decode())

    def _ring(self, queue_name: str) -> None:
        # No new bells here: other programs may use queues that this process does not consume.
        with self._lock:
            bell = self._bells.get(queue_name)
        if bell is not None:
            bell.set()

    def _ring_all(self) -> None:
        with self._lock:
            bells = list(self._bells.values())
        for bell in bells:
            bell.set()
