"""TechTree as an operator starts it: a process of its own, stopped and killed by signals."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path

import psutil

from techtree.running.leftovers import MARK
from techtree.settings import ROOT

PATIENCE = 60


class Started:
    """`python -m techtree run` on a free port, in a process group as a terminal makes one."""

    def __init__(self, state: Path, **environment: str) -> None:
        self.state = state
        self.port = free_port()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "techtree", "run"],
            cwd=ROOT,
            env={
                **os.environ,
                # Empty is off: with it every start would compile all that it imports.
                "PYTHONDONTWRITEBYTECODE": "",
                "TECHTREE_STATE": str(state),
                "TECHTREE_PORT": str(self.port),
                **environment,
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.lines: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def wait_for(self, text: str) -> str:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            for line in list(self.lines):
                if text in line:
                    return line
            if self.process.poll() is not None and not self._reader.is_alive():
                break
            time.sleep(0.05)
        raise AssertionError(f"{text!r} was not printed:\n" + "\n".join(self.lines))

    def is_live(self) -> bool:
        try:
            url = f"http://127.0.0.1:{self.port}/health/live"
            with urllib.request.urlopen(url, timeout=2) as response:
                return bool(response.status == 200)
        except OSError:
            return False

    def interrupt(self) -> int:
        """Ctrl-C: the signal goes to the whole group in the foreground. Returns the exit code."""
        os.killpg(self.process.pid, signal.SIGINT)
        return self.wait()

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def wait(self) -> int:
        code = self.process.wait(PATIENCE)
        self._reader.join(PATIENCE)
        return code

    def children(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def program(self, name: str) -> psutil.Process:
        """The process of a program that supervisor started."""
        return next(child for child in self.children() if name in " ".join(child.cmdline()))

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self.lines.append(line.rstrip())


def marked(state: Path) -> list[psutil.Process]:
    """What still runs of a run of this state folder; PostgreSQL is not among them."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get(MARK) == str(state):
                found.append(process)
        except psutil.Error:
            continue
    return found


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def wait_until_gone(processes: list[psutil.Process]) -> list[psutil.Process]:
    """Those that are still there after a while."""
    _, alive = psutil.wait_procs(processes, timeout=PATIENCE / 2)
    return alive
