"""The one event stream of a page, followed as a browser follows it.

Plain threads and sockets: with Locust, which patches both, each stream is a greenlet.
"""

import http.client
import random
import socket
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from tests.live.page import EventParser

Found = TypeVar("Found")

RETRY = 0.5
"""Seconds until a stream that ended is opened again, until the server names others."""
SILENCE = 40
"""Seconds without a byte after which a page gives its stream up."""
KEPT = 500
"""Events that a page which waits for nothing keeps."""


@dataclass
class Totals:
    """Of all streams of a process."""

    deliveries: int = 0
    """Events with content."""
    opened: int = 0
    open: int = 0
    broken: int = 0
    """Refused, or cut without a word."""


totals = Totals()


class Stream:
    """What a page is sent, from `mark` on."""

    def __init__(self, address: tuple[str, int], path: str, headers: dict[str, str]) -> None:
        self._address = address
        self._path = path
        self._headers = headers
        self._parser = EventParser()
        self._retry = RETRY
        self._heard: deque[str] = deque(maxlen=KEPT)
        self._came = threading.Event()
        self._closed = False
        self._socket: socket.socket | None = None
        threading.Thread(target=self._follow, daemon=True).start()

    def close(self) -> None:
        self._closed = True
        if self._socket is not None:
            _shut(self._socket)

    def mark(self) -> None:
        """Forget what came so far."""
        self._heard.clear()

    def wait(self, look: Callable[[str], Found | None], patience: float) -> Found | None:
        """What `look` finds in an event since `mark`; the events before that one are forgotten."""
        deadline = time.monotonic() + patience
        while (rest := deadline - time.monotonic()) > 0:
            self._came.clear()
            while self._heard:
                if (found := look(self._heard[0])) is not None:
                    return found
                self._heard.popleft()
            self._came.wait(rest)
        return None

    def _follow(self) -> None:
        while not self._closed:
            try:
                self._listen()
            except (OSError, http.client.HTTPException):
                if not self._closed:
                    totals.broken += 1
            if not self._closed:
                time.sleep(self._retry * random.uniform(0.75, 1.25))

    def _listen(self) -> None:
        connection = http.client.HTTPConnection(*self._address, timeout=SILENCE)
        connection.connect()
        self._socket = connection.sock
        try:
            cursor = {"Last-Event-ID": self._parser.last_id} if self._parser.last_id else {}
            connection.request("GET", self._path, headers=self._headers | cursor)
            response = connection.getresponse()
            if response.status != 200:
                raise http.client.HTTPException(response.status)
            totals.opened += 1
            totals.open += 1
            try:
                while not self._closed and (piece := response.read1(65536)):
                    self._take(piece)
            finally:
                totals.open -= 1
        finally:
            self._socket = None
            connection.close()

    def _take(self, piece: bytes) -> None:
        for event in self._parser.feed(piece):
            if event.retry is not None:
                self._retry = event.retry / 1000
            if not event.name:
                totals.deliveries += 1
                self._heard.append(event.data)
                self._came.set()


def _shut(open_socket: socket.socket) -> None:
    try:
        open_socket.shutdown(socket.SHUT_RDWR)
    except OSError:
        # The other side was quicker.
        return
