"""The lines of all programs in one terminal, each with the name of who wrote it."""

import contextlib
import sys

WIDTH = len("postgres")


class Output:
    """Takes pieces as they come from the programs and prints whole lines."""

    def __init__(self) -> None:
        self._begun: dict[str, bytes] = {}

    def take(self, program: str, piece: bytes) -> None:
        *lines, rest = (self._begun.pop(program, b"") + piece).split(b"\n")
        self._begun[program] = rest
        for line in lines:
            self.say(program, line.decode(errors="replace"))

    def flush(self, program: str) -> None:
        """Print what the program left unfinished; it has ended."""
        rest = self._begun.pop(program, b"")
        if rest:
            self.say(program, rest.decode(errors="replace"))

    def say(self, program: str, line: str) -> None:
        announce(f"{program:{WIDTH}}| {line.rstrip()}")


def announce(line: str) -> None:
    # A terminal that was closed is no reason to stop in disorder.
    with contextlib.suppress(OSError):
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
