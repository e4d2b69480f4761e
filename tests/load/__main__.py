"""`python -m tests.load`: a learners' day on this machine, and a report of it.

Starts the whole stack and a model server at a model's pace, each as processes of their own. Locust
runs in an environment apart from the project's.
"""

import argparse
import asyncio
import csv
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from techtree.settings import ROOT
from tests.chaos.stack import Machines, Stack
from tests.setup.started import free_port

HERE = Path(__file__).parent
FOLDER = ROOT / ".techtree" / "load"
PYTHON = FOLDER / "environment" / "bin" / "python"
TOKENS = 40
"""A second, of each text that the model writes."""
EVERY = 5.0
"""Seconds between looks at memory and CPU."""

KINDS = (
    ("locust", "learners"),
    ("openai_server", "model"),
    ("techtree.app", "web"),
    ("tasks.worker", "worker"),
    ("postgres", "PostgreSQL"),
    ("valkey", "Valkey"),
)
"""What a process is, by a word of its command."""


async def main() -> None:
    options = _options()
    _install()
    with tempfile.TemporaryDirectory(prefix="techtree-load-") as home:
        port = free_port()
        model = _model(port)
        stack = Stack(
            Path(home) / "state",
            f"http://127.0.0.1:{port}/v1",
            Machines(options.webs, options.workers),
            TECHTREE_GUESTS_PER_ADDRESS="100000",
        )
        try:
            async with stack.running():
                report = await _measured(stack, options, Path(home))
        finally:
            model.terminate()
            model.wait()
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / "load.json").write_text(json.dumps(report, indent=1))
    _print(report)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.load", description=__doc__)
    parser.add_argument("--learners", type=int, default=50)
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--think", type=float, default=1, help="stretches every pause")
    parser.add_argument("--webs", type=int, default=1)
    parser.add_argument("--workers", type=int, default=1)
    return parser.parse_args()


def _install() -> None:
    if PYTHON.exists():
        return
    subprocess.run([sys.executable, "-m", "venv", "--clear", FOLDER / "environment"], check=True)
    pip = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "-r", HERE / "requirements.txt"], check=True)


def _model(port: int) -> subprocess.Popen[bytes]:
    pace = ["--port", str(port), "--tokens-per-second", str(TOKENS)]
    return subprocess.Popen(
        [sys.executable, "-m", "tests.fakes.openai_server", *pace], stdout=subprocess.DEVNULL
    )


async def _measured(stack: Stack, options: argparse.Namespace, home: Path) -> dict[str, object]:
    ports = stack.ports
    day = subprocess.Popen(
        [
            *(PYTHON, "-m", "locust", "-f", HERE / "learner.py", "--headless", "--only-summary"),
            *("--host", f"http://127.0.0.1:{ports[0]}", "--csv", home / "day"),
            *("-u", str(options.learners), "-r", str(max(options.learners / 60, 0.5))),
            *("-t", f"{round(options.minutes * 60)}s", "--stop-timeout", "1"),
        ],
        env={
            **os.environ,
            "THINK": str(options.think),
            "TOTALS": str(home / "totals.json"),
            "PYTHONPATH": str(HERE),
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    began, before = time.monotonic(), _cpu()
    memory: dict[str, list[tuple[float, float]]] = {"web": [], "worker": []}
    while day.poll() is None:
        await asyncio.sleep(EVERY)
        for kind, found in memory.items():
            found.append((time.monotonic() - began, _memory(kind)))
        after = _cpu()
    took = time.monotonic() - began
    totals = json.loads((home / "totals.json").read_text())
    with (home / "day_stats.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if row["Name"] != "Aggregated"]
    return {
        "learners": options.learners,
        "seconds": round(took),
        "think": options.think,
        "requests_per_s": sum(
            float(row["Requests/s"]) for row in rows if row["Type"] in ("GET", "POST")
        ),
        "deliveries_per_s": totals["deliveries"] / took,
        "streams": totals["streams"],
        "streams_refused": totals["refused"],
        "errors": sum(int(row["Failure Count"]) for row in rows),
        "cores": {kind: (after[kind] - before.get(kind, 0)) / took for kind in after},
        "memory_mib": {kind: _course(found) for kind, found in memory.items()},
        "rows": [
            {
                "name": row["Name"],
                "count": int(row["Request Count"]),
                "errors": int(row["Failure Count"]),
                **{f"p{share}": float(row[f"{share}%"] or 0) for share in (50, 95, 99)},
            }
            for row in rows
            if int(row["Request Count"])
        ],
    }


def _kind(process: psutil.Process) -> str:
    command = " ".join(process.cmdline())
    return next((kind for word, kind in KINDS if word in command), "else")


def _all() -> list[tuple[str, psutil.Process]]:
    found = []
    for process in psutil.Process().children(recursive=True):
        try:
            found.append((_kind(process), process))
        except psutil.Error:
            continue
    return found


def _cpu() -> dict[str, float]:
    """Seconds of CPU that the processes of each kind have used."""
    used: dict[str, float] = {}
    for kind, process in _all():
        try:
            times = process.cpu_times()
        except psutil.Error:
            continue
        used[kind] = used.get(kind, 0) + times.user + times.system
    return used


def _memory(kind: str) -> float:
    """MiB that the processes of a kind have to themselves."""
    sizes = []
    for found, process in _all():
        if found == kind:
            try:
                sizes.append(process.memory_full_info().uss)
            except psutil.Error:
                continue
    return float(sum(sizes)) / 2**20


def _course(found: list[tuple[float, float]]) -> dict[str, float]:
    """At first, at last, and the slope of the second half in MiB an hour."""
    half = found[len(found) // 2 :]
    slope = 0.0
    if len(half) > 2:
        slope = statistics.linear_regression(
            [at for at, _ in half], [size for _, size in half]
        ).slope
    return {"first": found[0][1], "last": found[-1][1], "slope_per_h": slope * 3600}


def _print(report: dict[str, object]) -> None:
    rows = report.pop("rows")
    sys.stdout.write(json.dumps(report, indent=1) + "\n")
    assert isinstance(rows, list)
    sys.stdout.write(f"{'':44}{'count':>8}{'errors':>8}{'p50':>8}{'p95':>8}{'p99':>8}\n")
    for row in sorted(rows, key=lambda row: str(row["name"])):
        sys.stdout.write(
            f"{row['name']:44}{row['count']:>8}{row['errors']:>8}"
            f"{row['p50']:>8.0f}{row['p95']:>8.0f}{row['p99']:>8.0f}\n"
        )


if __name__ == "__main__":
    asyncio.run(main())
