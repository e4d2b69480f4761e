"""The one event stream of a page, read as a browser reads it. For Locust, which runs on gevent."""

import http.client
import re
from urllib.parse import urlsplit

import gevent
from gevent.event import Event

RETRY = 1.0
"""Seconds until a stream that ended is opened again."""

totals = {"deliveries": 0, "streams": 0, "refused": 0}
"""Of all learners together."""


class Stream:
    """What a page has been sent since it was opened."""

    def __init__(self, host: str, path: str, cookie: str) -> None:
        self.heard: list[str] = []
        """The data of each event, in order."""
        self._host = urlsplit(host).netloc
        self._path = path
        self._cookie = cookie
        self._cursor = ""
        self._came = Event()
        self._reader = gevent.spawn(self._read)

    def close(self) -> None:
        self._reader.kill()

    def wait(self, pattern: str, since: int, patience: float) -> re.Match[str] | None:
        """The first match in an event that came after the first `since`."""
        with gevent.Timeout(patience, False):
            while True:
                self._came.clear()
                while since < len(self.heard):
                    if match := re.search(pattern, self.heard[since], re.DOTALL):
                        return match
                    since += 1
                self._came.wait()
        return None

    def _read(self) -> None:
        while True:
            connection = http.client.HTTPConnection(self._host, timeout=60)
            headers = {"Accept": "text/event-stream", "Cookie": self._cookie}
            if self._cursor:
                headers["Last-Event-ID"] = self._cursor
            try:
                connection.request("GET", self._path, headers=headers)
                response = connection.getresponse()
                totals["streams"] += 1
                if response.status == 200:
                    self._follow(response)
                else:
                    totals["refused"] += 1
            except (OSError, http.client.HTTPException):
                totals["refused"] += 1
            finally:
                connection.close()
            gevent.sleep(RETRY)

    def _follow(self, response: http.client.HTTPResponse) -> None:
        data: list[str] = []
        for raw in response:
            line = raw.decode().rstrip("\r\n")
            field, _, value = line.partition(":")
            if field == "id":
                self._cursor = value.strip()
            elif field == "data":
                data.append(value)
            elif not line and data:
                totals["deliveries"] += 1
                self.heard.append("\n".join(data))
                data = []
                self._came.set()
