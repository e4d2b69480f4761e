"""Programs that a benchmark starts, what they cost, and how it talks to them."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import psutil

from techtree import launch

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / ".techtree" / "bench"
PATIENCE = 60


@dataclass
class Program:
    """A running program and its children."""

    process: "subprocess.Popen[str]"

    def cpu(self) -> float:
        """Seconds used so far, by itself and its children."""
        return sum(sum(each.cpu_times()[:2]) for each in self._family())

    def memory(self) -> int:
        """Bytes of resident memory."""
        return sum(each.memory_info().rss for each in self._family())

    def ask(self, **command: Any) -> Any:
        """Send a command and wait for its answer."""
        self.tell(**command)
        return self.answer()

    def tell(self, **command: Any) -> None:
        assert self.process.stdin
        self.process.stdin.write(json.dumps(command) + "\n")
        self.process.stdin.flush()

    def answer(self) -> Any:
        assert self.process.stdout
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.process.args!r} ended")
        return json.loads(line)

    def _family(self) -> list[psutil.Process]:
        own = psutil.Process(self.process.pid)
        return [own, *own.children(recursive=True)]


@contextmanager
def running(
    command: list[str],
    *,
    log: str,
    env: dict[str, str] | None = None,
    talks: bool = True,
) -> Iterator[Program]:
    """The program, stopped on leaving. What it says goes to `log`, unless it `talks` to us."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    program = [shutil.which(command[0]) or command[0], *command[1:]]
    with (FOLDER / f"{log}.log").open("w") as errors:
        process = subprocess.Popen(
            # A benchmark that is killed leaves nothing behind.
            launch.command(program, stop=signal.SIGTERM),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE if talks else errors,
            stderr=errors,
            text=True,
            cwd=ROOT,
            env=os.environ | (env or {}),
            start_new_session=True,
        )
        try:
            yield Program(process)
        finally:
            _end(process)


def python(module: str, *options: str) -> list[str]:
    return [sys.executable, "-m", module, *options]


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return cast(int, listener.getsockname()[1])


def listening(program: Program, port: int) -> None:
    """Wait until the program takes connections."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if program.process.poll() is not None:
            raise RuntimeError(f"{program.process.args!r} ended; see {FOLDER}")
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError(f"nothing listens on {port}")


def _end(process: "subprocess.Popen[str]") -> None:
    for stop, patience in ((signal.SIGTERM, 15), (signal.SIGKILL, 15)):
        # A session of its own, so that children go with it.
        try:
            os.killpg(process.pid, stop)
            process.wait(patience)
        except ProcessLookupError:
            process.wait()
        except subprocess.TimeoutExpired:
            continue
        return
