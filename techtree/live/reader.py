"""One open page: its place in its channels, and what waits to be written to it."""

from collections.abc import Sequence

from techtree.live.channels import Channel
from techtree.live.log import After, Cursor, order

BUFFER = 500
"""Events kept for a page that doesn't read. Past that it catches up from the log."""


class Reader:
    __slots__ = ("_ids", "_missed", "_waiting", "_written", "behind", "channels", "run")

    def __init__(self, channels: Sequence[Channel], cursor: Cursor) -> None:
        self.channels = tuple(channels)
        self.run = cursor.run
        self.behind = True
        """True when it must read the log before it may trust announcements."""
        self._ids = list(cursor.ids)
        self._written = cursor.ids
        self._waiting: list[bytes] = []
        self._missed: dict[int, str] = {}

    @property
    def cursor(self) -> Cursor:
        """Up to where everything has been written or waits to be."""
        return Cursor(self.run, tuple(self._ids))

    def announce(self, index: int, before: str, entry_id: str, data: bytes) -> None:
        """Take an entry of its channel `index`, which came after the entry `before`."""
        if self.behind:
            self._missed[index] = entry_id
        elif before == self._ids[index]:
            self.add(index, entry_id, data)
        elif order(entry_id) > order(self._ids[index]):
            self.behind = True

    def add(self, index: int, entry_id: str, data: bytes) -> None:
        """The next entry of its channel `index`, as `data:` lines; it moves the cursor."""
        self._ids[index] = entry_id
        if not data:
            return
        if len(self._waiting) >= BUFFER:
            self._forget()
            return
        self._waiting.append(b"id: %b\n%b" % (self._cursor_text(), data))

    def move(self, after: After, data: bytes) -> None:
        """The unproven channels, rendered afresh; the cursor moves to the server's new run."""
        self.run = after.run
        for index, place in after.unproven:
            self._ids[index] = place
        self._waiting.append(b"id: %b\n%b" % (self._cursor_text(), data))

    def caught_up(self) -> None:
        """The log has been read. What was announced meanwhile may be newer than the answer."""
        missed, self._missed = self._missed, {}
        self.behind = any(order(last) > order(self._ids[i]) for i, last in missed.items())

    def take(self) -> bytes:
        """What waits for the page, in one piece."""
        if not self._waiting:
            return b""
        body = b"".join(self._waiting)
        self._waiting.clear()
        self._written = tuple(self._ids)
        return body

    def _forget(self) -> None:
        """Drop what waits: the log has it all, from what was written last."""
        self._waiting.clear()
        self._ids = list(self._written)
        self.behind = True

    def _cursor_text(self) -> bytes:
        return "_".join((self.run, *self._ids)).encode()
