"""What a browser does for a learner: pages, forms, files, cookies and one stream."""

import gzip
import http.client
import re
import time
from collections.abc import Callable
from html import unescape
from http.cookies import SimpleCookie
from typing import NamedTuple, NoReturn, TypeVar
from urllib.parse import urlencode, urlsplit

from tests.load.stream import Stream

Found = TypeVar("Found")
Report = Callable[[str, float, str], None]
"""Takes what was done, the milliseconds it took, and an error or nothing."""

PATIENCE = 90.0
"""Seconds that a learner waits for a text or a question."""

FILE = re.compile(r'(?:href|src|data-katex)="(/static/[^"]+)"')
TOKEN = re.compile(r'name="_csrf_token" value="([^"]+)"')
STREAM = re.compile(r'hx-sse:connect="([^"]+)"')


class StrandedError(Exception):
    """What a learner needs to go on didn't come. It has been reported."""


class Answer(NamedTuple):
    """A response that was read to its end."""

    status: int
    location: str
    text: str


class Browser:
    """One learner's, with one window. Everything it does is reported with the time it took."""

    def __init__(self, host: str, report: Report) -> None:
        found = urlsplit(host)
        self._address = (found.hostname or "127.0.0.1", found.port or 80)
        self._report = report
        self._connection = http.client.HTTPConnection(*self._address, timeout=60)
        self._cookies: dict[str, str] = {}
        self._cached: set[str] = set()
        self._stream: Stream | None = None
        self._token = ""

    def close(self) -> None:
        self._leave_page()
        self._connection.close()

    def open(self, path: str, name: str) -> str:
        """Load a page and the files it needs that are not kept yet, and follow its stream."""
        self._leave_page()
        page = self._request(f"page: {name}", "GET", path, expected=200).text
        self._token = found[1] if (found := TOKEN.search(page)) else ""
        # A page's stream and its files come side by side, on connections of their own.
        if stream := STREAM.search(page):
            headers = {"Accept": "text/event-stream", "Cookie": self._cookie}
            self._stream = Stream(self._address, unescape(stream[1]), headers)
        for file in dict.fromkeys(FILE.findall(page)):
            if file not in self._cached:
                self._cached.add(file)
                self._request("file", "GET", file, expected=200)
        return page

    def submit(self, path: str, name: str, **fields: str) -> str:
        """Send a form as a page without script does; where it leads."""
        form = {"_csrf_token": self._token, **fields}
        return self._request(f"form: {name}", "POST", path, expected=303, form=form).location

    def post(self, path: str, name: str, **fields: str) -> str:
        """Send a form as htmx does; the fragments that come back. What comes after is heard."""
        if self._stream is not None:
            self._stream.mark()
        headers = {"HX-Request": "true", "x-csrftoken": self._token}
        answer = self._request(f"htmx: {name}", "POST", path, form=fields, headers=headers)
        return answer.text

    def hear(self, look: Callable[[str], Found | None], what: str) -> Found:
        """Wait until the stream brings what is looked for."""
        found = self._stream.wait(look, PATIENCE) if self._stream else None
        if found is None:
            self.fail(f"{what} never came")
        return found

    def fail(self, problem: str) -> NoReturn:
        """Report what keeps the learner from going on."""
        self._report("stranded", 0, problem)
        raise StrandedError(problem)

    def took(self, what: str, began: float) -> None:
        """`began`: by `time.perf_counter`."""
        self._report(f"wait: {what}", (time.perf_counter() - began) * 1000, "")

    @property
    def _cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self._cookies.items())

    def _leave_page(self) -> None:
        if self._stream is not None:
            self._stream.close()
            self._stream = None

    def _request(
        self,
        name: str,
        method: str,
        path: str,
        *,
        expected: int = 0,
        form: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        """`expected`: a status; 0 is any that is no error."""
        began = time.perf_counter()
        answer, problem = None, ""
        try:
            answer = self._exchange(method, path, form, headers or {})
        except (OSError, http.client.HTTPException) as error:
            self._connection.close()
            problem = type(error).__name__
        if answer and (answer.status >= 400 or expected not in (0, answer.status)):
            problem = f"status {answer.status}"
        self._report(name, (time.perf_counter() - began) * 1000, problem)
        if answer is None or problem:
            raise StrandedError(name)
        return answer

    def _exchange(
        self, method: str, path: str, form: dict[str, str] | None, headers: dict[str, str]
    ) -> Answer:
        body = urlencode(form) if form is not None else None
        kind = {"Content-Type": "application/x-www-form-urlencoded"} if form is not None else {}
        sent = {"Accept-Encoding": "gzip", "Cookie": self._cookie, **kind, **headers}
        was_kept = self._connection.sock is not None
        try:
            self._connection.request(method, path, body, sent)
            response = self._connection.getresponse()
        except (ConnectionError, http.client.BadStatusLine):
            self._connection.close()
            if not was_kept:
                raise
            # The server may end a connection that it kept, just when it is used again.
            self._connection.request(method, path, body, sent)
            response = self._connection.getresponse()
        data = response.read()
        if response.headers.get("Content-Encoding") == "gzip":
            data = gzip.decompress(data)
        for line in response.headers.get_all("Set-Cookie") or []:
            for name, cookie in SimpleCookie(line).items():
                self._cookies[name] = cookie.value
        location = response.headers.get("Location", "")
        return Answer(response.status, location, data.decode(errors="replace"))
