"""Both embedded servers as children of this process, for tests and for migrations."""

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from signal import Signals

from techtree.embedded import place, postgres, valkey
from techtree.embedded.errors import EmbeddedError
from techtree.embedded.lock import only_run
from techtree.embedded.sockets import forget_socket_folder

ROOT = Path(__file__).parent.parent.parent

PATIENCE = 60
"""Seconds; after a power cut PostgreSQL first replays what it had not yet put in place."""

GRACE = 30
"""Seconds that a server has for stopping in order."""


@contextmanager
def servers(state: Path, *, keep: bool = True) -> Iterator[None]:
    """Both servers, ready and with an empty database `techtree` if it is new.

    Stopped on leaving; with `keep=False` their data goes as well.
    """
    state = state.resolve()
    with only_run(state, f"process {os.getpid()}"):
        postgres.prepare(state)
        valkey.prepare(state)
        try:
            with running_postgres(state), running_valkey(state):
                yield
        finally:
            if not keep:
                erase(state)


def erase(state: Path) -> None:
    """Delete both servers' data. Neither may be running."""
    state = state.resolve()
    place.forget(state)
    for server in ("postgres", "valkey"):
        forget_socket_folder(state / server / "socket")
        shutil.rmtree(state / server, ignore_errors=True)


@contextmanager
def running_postgres(state: Path) -> Iterator[None]:
    log = state / "postgres" / "log"
    with _running(postgres.command(state), postgres.STOP, log, lambda: postgres.is_ready(state)):
        yield


@contextmanager
def running_valkey(state: Path) -> Iterator[None]:
    log = state / "valkey" / "log"
    with _running(valkey.command(state), valkey.STOP, log, lambda: valkey.is_ready(state)):
        yield


@contextmanager
def _running(
    command: list[str], stop: Signals, log: Path, is_ready: Callable[[], bool]
) -> Iterator[None]:
    with log.open("w") as output:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            # Ctrl-C in the terminal is for us; the server is stopped in order below.
            start_new_session=True,
        )
    try:
        _wait_until(is_ready, process, log)
        yield
    finally:
        process.send_signal(stop)
        try:
            process.wait(GRACE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until(is_ready: Callable[[], bool], process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while not is_ready():
        if process.poll() is not None:
            raise EmbeddedError(f"an embedded server did not start: {log.read_text().strip()}")
        if time.monotonic() > deadline:
            raise EmbeddedError(f"an embedded server is not ready after {PATIENCE} s; see {log}")
        time.sleep(0.01)
