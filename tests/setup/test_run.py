"""Starting, stopping, crashing and being killed, with the real programs."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import psutil
import pytest

from techtree.settings import ROOT
from tests.setup.started import PATIENCE, Started, free_port, marked, wait_until_gone


@pytest.fixture
def started(state: Path) -> Iterator[Started]:
    started = Started(state)
    yield started
    if started.process.poll() is None:
        started.interrupt()


def test_ctrl_c_stops_everything_and_leaves_no_process(started: Started) -> None:
    started.wait_for("TechTree is ready")
    children = started.children()
    assert {"postgres", "valkey-server"} < {child.name() for child in children}

    assert started.interrupt() == 0

    assert wait_until_gone(children) == []
    assert marked(started.state) == []
    addresses = [line for line in started.lines if "http://" in line]
    assert addresses == [f"TechTree is ready: http://127.0.0.1:{started.port}"]


def test_what_crashes_is_started_again_and_a_second_run_is_refused(started: Started) -> None:
    started.wait_for("TechTree is ready")
    for name in ("uvicorn", "valkey-server", "bin/postgres"):
        crashed = started.program(name)
        crashed.kill()
        assert wait_until_gone([crashed]) == []
        _eventually(partial(_runs, started, name), started)
    _eventually(started.is_live, started)

    second = Started(started.state)
    assert second.wait() == 1
    assert len(second.lines) == 1
    assert f"http://127.0.0.1:{started.port}" in second.lines[0]

    started.process.terminate()
    assert started.wait() == 0
    assert marked(started.state) == []


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends children with their parent")
def test_a_killed_run_takes_its_programs_along_and_the_next_one_starts(started: Started) -> None:
    started.wait_for("TechTree is ready")
    children = started.children()

    started.kill()

    assert wait_until_gone(children) == []
    again = Started(started.state)
    again.wait_for("TechTree is ready")
    assert again.interrupt() == 0


def test_a_program_that_never_starts_ends_the_run(state: Path) -> None:
    run = (
        "import signal, sys\n"
        "from techtree.running.programs import Program\n"
        "from techtree.running.supervision import supervise\n"
        "from techtree.settings import get_settings\n"
        "command = ['/bin/sh', '-c', 'echo no luck; exit 3']\n"
        "program = Program('web', command, signal.SIGTERM, 1, 1)\n"
        "sys.exit(supervise([program], get_settings()))\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", run],
        cwd=ROOT,
        env={**os.environ, "TECHTREE_STATE": str(state), "TECHTREE_PORT": str(free_port())},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert ended.returncode == 1
    assert "web     | no luck" in ended.stdout
    assert "web     | does not start" in ended.stdout


def _eventually(holds: Callable[[], bool], started: Started) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, "\n".join(started.lines)
        time.sleep(0.1)


def _runs(started: Started, name: str) -> bool:
    try:
        started.program(name)
    except (StopIteration, psutil.Error):
        return False
    return True
