"""A page as a browser has it: loaded once, then changed by the events of its stream."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tests.live.elements import Element, swap

LINE_END = re.compile(rb"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Event:
    name: str
    data: str
    id: str
    """The last one that the stream gave, also when this event had none of its own."""
    retry: int | None


class EventParser:
    """Cuts a stream into events as hx-sse does; what a cut connection left unfinished is dropped.

    An event counts once its blank line has come.
    """

    def __init__(self, last_id: str = "") -> None:
        self.last_id = last_id
        self._rest = b""
        self._begin()

    def feed(self, piece: bytes) -> Iterator[Event]:
        *lines, self._rest = LINE_END.split(self._rest + piece)
        for line in lines:
            if line:
                self._take(line.decode())
                continue
            if self._data or self._name:
                self.last_id = self._id
                yield Event(self._name, "\n".join(self._data), self._id, self._retry)
            self._begin()

    def _begin(self) -> None:
        self._name, self._id = "", self.last_id
        self._data: list[str] = []
        self._retry: int | None = None

    def _take(self, line: str) -> None:
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if field == "data":
            self._data.append(value)
        elif field == "event":
            self._name = value
        elif field == "id":
            self._id = value
        elif field == "retry" and value.isdigit():
            self._retry = int(value)


class Page:
    """The parts of a page that live, and where its stream goes on."""

    def __init__(self, html: str) -> None:
        whole = Element.parse(html)
        live = whole.find("live")
        if live is None:
            raise ValueError(f"this page has no stream: {html[:200]}")
        self.stream = live.attributes["hx-sse:connect"]
        self.cursor = ""
        self.root = Element("", {})
        self.root.children = [each for each, _ in whole.walk() if is_live(each.id)]
        if not self.root.children:
            raise ValueError("nothing on this page lives")

    def apply(self, event: Event) -> None:
        """Take an event that has content."""
        self.cursor = event.id or self.cursor
        if not event.name:
            swap(self.root, event.data)

    @property
    def regions(self) -> list[str]:
        """The lines of all that lives."""
        return "".join(each.html for each in self.root.elements).split("\n")


def is_live(identity: str) -> bool:
    names = (
        "lesson-content-area",
        "chat-history",
        "lesson-outline",
        "active-task-area",
        "quiz-area",
        "progress-area",
        "placement-area",
    )
    return identity in names or (identity.startswith("syllabus-") and identity.endswith("-tree"))
