"""Lets supervisor notice a signal at once instead of at its next look, up to a second later."""

import os
import signal
from types import TracebackType


class Wakeup:
    """A pipe that the interpreter writes to when a signal arrives, for supervisor to poll."""

    def __init__(self) -> None:
        self._reader, self._writer = os.pipe()
        for end in (self._reader, self._writer):
            os.set_blocking(end, False)
        # supervisor starts programs after its first look, so let that one be at once as well.
        os.write(self._writer, b"first")

    def __enter__(self) -> None:
        self._before = signal.set_wakeup_fd(self._writer, warn_on_full_buffer=False)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        signal.set_wakeup_fd(self._before)
        os.close(self._reader)
        os.close(self._writer)

    def socket_map(self) -> dict[int, "Wakeup"]:
        return {self._reader: self}

    # What supervisor asks of everything that it polls.

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return False

    def handle_read_event(self) -> None:
        os.read(self._reader, 4096)

    def handle_error(self) -> None:
        """Reading a pipe that has bytes does not fail."""
