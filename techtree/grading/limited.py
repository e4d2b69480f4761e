"""Processes that compare formulas, each with little memory and time; a stuck one is replaced."""

import atexit
import contextlib
import json
import select
import subprocess
import sys
import threading
from functools import cache
from pathlib import Path
from typing import IO, Any, cast

PROGRAM = Path(__file__).with_name("equivalence.py")
PROCESSES = 2
"""At most; the second is started when the first is busy."""
STARTING = 60.0
"""Seconds for SymPy to load on a machine that has other things to do."""
SECONDS = 2.0


class TooHardError(Exception):
    """There was no answer within the time and the memory."""


@cache
def processes() -> "Processes":
    """Those of this program."""
    found = Processes(PROCESSES)
    atexit.register(found.end)
    return found


class Processes:
    def __init__(self, count: int) -> None:
        self._places = threading.BoundedSemaphore(count)
        self._idle: list[_Process] = []

    def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        """The program's reply. Blocks; raises `TooHardError`."""
        with self._places:
            process = self._take()
            try:
                reply = process.ask(request)
            except TooHardError:
                process.end()
                # Started now, the next is ready by the time somebody needs it.
                self._idle.append(_Process())
                raise
            self._idle.append(process)
            return reply

    def warm(self) -> None:
        """Start one, so that the first learner doesn't wait for it."""
        with self._places:
            self._idle.append(self._take())

    @property
    def idle_pids(self) -> list[int]:
        return [process.pid for process in self._idle]

    def end(self) -> None:
        """For good: what is asked now is finished, and nothing may be asked after."""
        while self._idle:
            self._idle.pop().end()

    def _take(self) -> "_Process":
        while self._idle:
            process = self._idle.pop()
            if process.is_alive:
                return process
            process.end()
        return _Process()


class _Process:
    def __init__(self) -> None:
        # Isolated and with an empty environment: it needs no setting, and no key may be in it.
        self._process = subprocess.Popen(
            [sys.executable, "-I", str(PROGRAM)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},
            cwd="/",
            start_new_session=True,
        )
        self._stdin = cast(IO[bytes], self._process.stdin)
        self._stdout = cast(IO[bytes], self._process.stdout)
        self._ready = False

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None

    def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        if not self._ready:
            self._hear(STARTING)
            self._ready = True
        try:
            self._stdin.write(json.dumps(request).encode() + b"\n")
            self._stdin.flush()
        except OSError as error:
            raise TooHardError from error
        return self._hear(SECONDS)

    def end(self) -> None:
        self._process.kill()
        self._process.wait()
        # What is still in the buffer has no reader any more.
        with contextlib.suppress(OSError):
            self._stdin.close()
        self._stdout.close()

    def _hear(self, seconds: float) -> dict[str, Any]:
        # Unlike select, poll also takes the high descriptors of a server with many connections.
        poll = select.poll()
        poll.register(self._stdout, select.POLLIN)
        if not poll.poll(seconds * 1000):
            raise TooHardError
        line = self._stdout.readline()
        if not line.endswith(b"\n"):
            raise TooHardError
        reply: dict[str, Any] = json.loads(line)
        return reply
