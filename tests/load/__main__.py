"""`python -m tests.load`: a learners' day on this machine, a report of it, and JSON.

Starts PostgreSQL, Valkey, web servers, workers and a model server with a model's pace, each as a
program of its own. Locust is in an environment apart from the project's.
"""

import argparse
import asyncio
import contextlib
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from techtree.settings import ROOT
from tests.benchmarks.programs import FOLDER, free_port, listening, python, running
from tests.benchmarks.tables import machine
from tests.chaos.stack import Machines, Stack
from tests.load.report import figures, table
from tests.load.resources import Look, watch

HERE = Path(__file__).parent
ENVIRONMENT = FOLDER / "load"
FIRST_TOKEN, TOKENS = 0.4, 40
"""Seconds to the model's first token, and its tokens a second after that."""
RAMP = 5.0
"""Minutes, at most, over which learners come; else a third of the time."""


async def main() -> None:
    options = _options()
    _install()
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="techtree-load-") as home, _model(port):
        stack = Stack(
            Path(home) / "state",
            f"http://127.0.0.1:{port}/v1",
            Machines(options.webs, options.workers),
            TECHTREE_GUESTS_PER_ADDRESS="100000",
        )
        async with stack.running():
            found = await _measured(stack, options, Path(home) / "heard")
    about = {"at": time.strftime("%Y-%m-%dT%H:%M:%S%z"), **machine(), **vars(options)}
    text = json.dumps({"about": about, **found}, indent=1)
    (FOLDER / f"load-{options.learners}.json").write_text(text)
    print(table(found))  # noqa: T201


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.load", description=__doc__)
    parser.add_argument("--learners", type=int, default=50)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--think", type=float, default=1, help="stretches every pause")
    parser.add_argument("--webs", type=int, default=1)
    parser.add_argument("--workers", type=int, default=1)
    return parser.parse_args()


def _install() -> None:
    """Put Locust into an environment of its own, once."""
    pins, done = HERE / "requirements.txt", ENVIRONMENT / "requirements.txt"
    if done.exists() and done.read_text() == pins.read_text():
        return
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(ENVIRONMENT)], check=True)
    pip = [str(ENVIRONMENT / "bin" / "python"), "-m", "pip", "install", "--quiet"]
    subprocess.run([*pip, "--disable-pip-version-check", "-r", str(pins)], check=True)
    shutil.copy(pins, done)


@contextlib.contextmanager
def _model(port: int) -> Iterator[None]:
    pace = ["--tokens-per-second", str(TOKENS), "--first-token", str(FIRST_TOKEN)]
    command = python("tests.fakes.openai_server", "--port", str(port), *pace)
    with running(command, log="load-model", talks=False) as model:
        listening(model, port)
        yield


async def _measured(stack: Stack, options: argparse.Namespace, heard: Path) -> dict[str, object]:
    ramp = min(options.minutes / 3, RAMP) * 60
    command = [
        *(str(ENVIRONMENT / "bin" / "python"), "-m", "locust", "-f", str(HERE / "learner.py")),
        *("--headless", "--only-summary", "--host", f"http://127.0.0.1:{stack.ports[0]}"),
        *("--users", str(options.learners), "--spawn-rate", str(options.learners / ramp)),
        *("--run-time", f"{options.minutes * 60:.0f}s", "--stop-timeout", "1"),
    ]
    env = {"LOAD_THINK": str(options.think), "LOAD_HEARD": str(heard), "PYTHONPATH": str(ROOT)}
    looks: list[Look] = []
    began = time.time()
    with running(command, log="load-locust", env=env, talks=False) as locust:
        watching = asyncio.create_task(watch(looks))
        await asyncio.to_thread(locust.process.wait)
        watching.cancel()
    if not heard.exists():
        raise RuntimeError(f"Locust did not run; see {FOLDER / 'load-locust.log'}")
    return figures(heard, looks, since=began + ramp, model=FIRST_TOKEN)


if __name__ == "__main__":
    asyncio.run(main())
