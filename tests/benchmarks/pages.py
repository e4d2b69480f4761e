"""Many open pages in one process: raw sockets that look for nothing but the time in what arrives.

`python -m tests.benchmarks.pages` reads one JSON command a line and answers each with one line:
`open` opens pages, `collect` waits for deliveries and sums them up, `close` closes all pages.
"""

import base64
import json
import selectors
import socket
import struct
import sys
import time
from array import array
from dataclasses import dataclass
from itertools import count

MARK = b"sent-"
"""What stands before the time at which something was sent, in nanoseconds, 20 digits."""
MARKED = len(MARK) + 20
ADDRESSES = 200
"""Loopback addresses that pages come from, for one has only 28,000 ports."""
OPENING = 64
"""Pages that may wait for their answer at a time: a listener's backlog is short."""
PATIENCE = 60.0


@dataclass
class Page:
    connection: socket.socket
    tail: bytes = b""
    """What may be the beginning of a mark."""
    newest: int = 0
    """The last time that was found. A text that grows brings its earlier times again."""


class Pages:
    """Open pages, and what they have received since `collect` was asked for."""

    def __init__(self) -> None:
        self._selector = selectors.EpollSelector()
        self._pages: dict[int, Page] = {}
        self._addresses = count()
        self._closed = 0
        self.latencies = array("q")
        self.last = 0

    def open(
        self, host: str, port: int, requests: list[str], ready: str, timeout: float
    ) -> dict[str, float]:
        """Open one page for each request; `ready` is what its answer holds once it is live."""
        started = time.monotonic()
        waiting: dict[int, tuple[Page, bytearray]] = {}
        todo = list(reversed(requests))
        marker = ready.encode()
        while todo or waiting:
            if time.monotonic() - started > timeout:
                raise TimeoutError(f"{len(todo) + len(waiting)} pages did not open")
            while todo and len(waiting) < OPENING:
                page = self._connect(host, port, todo.pop())
                waiting[page.connection.fileno()] = page, bytearray()
            for key, _ in self._selector.select(1):
                if key.fd in self._pages:
                    self._read(self._pages[key.fd])
                    continue
                page, head = waiting[key.fd]
                head += page.connection.recv(65536) or _refused(head)
                if marker in head:
                    self._pages[key.fd] = page
                    del waiting[key.fd]
        return {"seconds": time.monotonic() - started, "cpu": time.process_time()}

    def collect(self, deliveries: int, timeout: float) -> dict[str, object]:
        """Wait for so many deliveries, or until none has come for `timeout` seconds.

        What has come since the last time counts.
        """
        cpu, started = time.process_time(), time.monotonic()
        heard_at, heard = started, 0
        read, pages = self._read, self._pages
        while len(self.latencies) < deliveries:
            ready = self._selector.select(0.2)
            for key, _ in ready:
                read(pages[key.fd])
            now = time.monotonic()
            if len(self.latencies) > heard:
                heard_at, heard = now, len(self.latencies)
            elif now - heard_at > timeout:
                break
        cpu, seconds = time.process_time() - cpu, time.monotonic() - started
        found = {"latencies": summary(self.latencies), "last": self.last}
        self.latencies, self.last = array("q"), 0
        return found | {"seconds": seconds, "cpu": cpu, "closed": self._closed}

    def close(self) -> dict[str, int]:
        closed = len(self._pages)
        for page in self._pages.values():
            if page.connection.fileno() in self._selector.get_map():
                self._selector.unregister(page.connection)
            # A reset leaves no port waiting.
            page.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            page.connection.close()
        self._pages.clear()
        self._closed = 0
        return {"closed": closed}

    def _connect(self, host: str, port: int, request: str) -> Page:
        connection = socket.socket(socket.AF_INET)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # The port is chosen when it connects, so that each destination has all of them.
        connection.setsockopt(socket.IPPROTO_IP, 24, 1)
        connection.bind((f"127.0.1.{1 + next(self._addresses) % ADDRESSES}", 0))
        connection.connect((host, port))
        connection.sendall(request.encode())
        connection.setblocking(False)
        self._selector.register(connection, selectors.EVENT_READ)
        return Page(connection)

    def _read(self, page: Page) -> None:
        try:
            data = page.connection.recv(262144)
        except ConnectionResetError:
            data = b""
        now = time.monotonic_ns()
        if not data:
            self._selector.unregister(page.connection)
            self._closed += 1
            return
        if page.tail:
            data = page.tail + data
        place, end = 0, 0
        while (place := data.find(MARK, end)) >= 0 and place + MARKED <= len(data):
            end = place + MARKED
            sent = int(data[place + len(MARK) : end])
            if sent > page.newest:
                page.newest = sent
                self.latencies.append(now - sent)
                self.last = now
        page.tail = data[max(end, len(data) - MARKED + 1) :]


def websocket(path: str, host: str, cookie: str) -> str:
    """The request that opens a WebSocket."""
    key = base64.b64encode(b"a key for tests.").decode()
    return (
        f"GET {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nCookie: {cookie}\r\n"
        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        f"Sec-WebSocket-Key: {key}\r\n\r\n"
    )


def event_stream(path: str, host: str, cookie: str) -> str:
    """The request that opens a stream of server-sent events."""
    return (
        f"GET {path} HTTP/1.1\r\nHost: {host}\r\nAccept: text/event-stream\r\n"
        f"Cookie: {cookie}\r\n\r\n"
    )


def summary(nanoseconds: "array[int]") -> dict[str, float]:
    """Milliseconds."""
    ordered = sorted(nanoseconds)
    if not ordered:
        return {"count": 0}
    at = {"p50": 0.5, "p99": 0.99, "worst": 1.0}
    places = {name: min(len(ordered) - 1, int(len(ordered) * part)) for name, part in at.items()}
    return {"count": len(ordered)} | {name: ordered[i] / 1e6 for name, i in places.items()}


def _refused(head: bytearray) -> bytes:
    raise ConnectionError(f"a page was refused: {bytes(head[:200])!r}")


def main() -> None:
    pages = Pages()
    for line in sys.stdin:
        command = json.loads(line)
        answer = getattr(pages, command.pop("do"))(**command)
        print(json.dumps(answer), flush=True)  # noqa: T201 -- the answer to the command


if __name__ == "__main__":
    main()
