"""Processes that a killed run left behind."""

import contextlib
import os
import signal
from pathlib import Path

import psutil

from techtree.embedded import postgres

MARK = "TECHTREE_RUN"
"""The environment variable that marks every process of a run with its state folder."""

GRACE = 10
"""Seconds for stopping in order before a process is killed."""


def stop_leftovers(state: Path) -> None:
    """Stop what an earlier run of this state folder left. To be called with the run's lock held."""
    _stop([process for process in psutil.process_iter() if _is_marked(process, state)])
    # PostgreSQL overwrites its environment, but leaves a note of its process. It is the last, for
    # the others may still be writing.
    if (state / "postgres" / "dsn").exists():
        _stop_postgres(postgres.note(state))


def _stop_postgres(note: Path) -> None:
    if not note.exists():
        return
    number = int(note.read_text().splitlines()[0])
    try:
        process = psutil.Process(number)
        if process.name() == "postgres" and Path(process.cwd()) == note.parent:
            _stop([process], postgres.STOP)
            return
    except psutil.Error:
        pass
    # The number belongs to another program by now, and would make PostgreSQL refuse to start.
    note.unlink(missing_ok=True)


def _stop(processes: list[psutil.Process], how: signal.Signals = signal.SIGTERM) -> None:
    for process in processes:
        _send(process, how)
    _, alive = psutil.wait_procs(processes, timeout=GRACE)
    for process in alive:
        _send(process, signal.SIGKILL)
    psutil.wait_procs(alive, timeout=GRACE)


def _send(process: psutil.Process, how: signal.Signals) -> None:
    with contextlib.suppress(psutil.NoSuchProcess):
        process.send_signal(how)


def _is_marked(process: psutil.Process, state: Path) -> bool:
    try:
        return process.pid != os.getpid() and process.environ().get(MARK) == str(state)
    except (psutil.Error, OSError):
        # It is gone, or somebody else's.
        return False
