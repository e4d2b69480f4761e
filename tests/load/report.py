"""From what learners did and programs used to the figures of a load, and tables of them."""

import json
import statistics
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests.load.resources import Look

Figures = dict[str, Any]

PAGE = 200.0
"""Milliseconds, at most, in which 95 of 100 pages are to be there."""
CHAT = 500.0
"""Milliseconds, at most, that TechTree may add to the model's own until a reply's first text."""
FIRST = "wait: chat, first text"


def figures(heard: Path, looks: list[Look], *, since: float, model: float) -> Figures:
    """Of what happened after `since`, when all learners were there.

    `model`: seconds that the model takes to its first token.
    """
    lines = [json.loads(line) for line in heard.read_text().splitlines()]
    late = [line for line in lines if line["at"] >= since]
    counts = [line for line in late if "totals" in line]
    things = [line for line in late if "name" in line]
    seconds = counts[-1]["at"] - counts[0]["at"]
    first, last = counts[0]["totals"], counts[-1]["totals"]
    kinds = _kinds(things)
    pages = [each["ms"] for each in things if each["name"].startswith("page:")]
    replies = [each["ms"] - model * 1000 for each in things if each["name"] == FIRST]
    requests = [each for each in things if not each["name"].startswith(("wait:", "stranded"))]
    return {
        "learners": counts[-1]["learners"],
        "seconds": round(seconds),
        "requests_per_s": len(requests) / seconds,
        "pages_per_s": len(pages) / seconds,
        "questions_per_s": len(replies) / seconds,
        "deliveries_per_s": (last["deliveries"] - first["deliveries"]) / seconds,
        "streams_open": last["open"],
        "streams_broken": last["broken"],
        "page": _spread(pages),
        "chat": _spread(replies),
        "errors": Counter(
            f"{each['name']}: {each['error']}" for each in lines if each.get("error")
        ),
        "kinds": kinds,
        "cores": _cores([each for each in looks if each.at >= since]),
        "memory": {kind: _course(looks, kind, since) for kind in looks[-1].memory},
    }


def meets(found: Figures) -> bool:
    """Whether this many learners are carried."""
    errors = sum(found["errors"].values()) + found["streams_broken"]
    fits = found["page"]["p95"] <= PAGE and found["chat"]["p95"] <= CHAT
    return fits and not errors


def table(found: Figures) -> str:
    page, chat = found["page"], found["chat"]
    rates = ("requests", "pages", "questions", "deliveries")
    lines = [
        f"{found['learners']} learners over {found['seconds']} s, after all had come",
        ", ".join(f"{each} {found[f'{each}_per_s']:.1f}/s" for each in rates),
        f"pages: p50 {page['p50']:.0f} ms, p95 {page['p95']:.0f} ms (aim {PAGE:.0f})",
        "chat, first text beyond the model's own: "
        f"p50 {chat['p50']:.0f} ms, p95 {chat['p95']:.0f} ms (aim {CHAT:.0f})",
        f"streams: {found['streams_open']} open, {found['streams_broken']} broken",
        "cores: " + ", ".join(f"{kind} {used:.2f}" for kind, used in found["cores"].items()),
    ]
    lines += [
        f"memory of {kind}, MiB: {course['start']:.0f} at the start, {course['middle']:.0f} in the "
        f"middle, {course['end']:.0f} at the end; {course['per_hour']:+.1f} an hour"
        for kind, course in found["memory"].items()
    ]
    lines += [f"error, {count} ×: {what}" for what, count in found["errors"].items()]
    lines += ["", f"{'ms':40}{'count':>8}{'p50':>8}{'p95':>8}{'worst':>8}"]
    lines += [
        f"{name:40}{kind['count']:8.0f}{kind['p50']:8.0f}{kind['p95']:8.0f}{kind['worst']:8.0f}"
        for name, kind in found["kinds"].items()
    ]
    lines += ["", "The aims are met." if meets(found) else "The aims are missed."]
    return "\n".join(lines)


def _kinds(things: Iterable[dict[str, Any]]) -> dict[str, Figures]:
    by_name: dict[str, list[float]] = {}
    for each in things:
        if not each["error"]:
            by_name.setdefault(each["name"], []).append(each["ms"])
    return {name: _spread(by_name[name]) for name in sorted(by_name)}


def _spread(values: list[float]) -> Figures:
    if len(values) < 2:
        values = values * 2 or [float("nan")] * 2
    cuts = statistics.quantiles(values, n=100, method="inclusive")
    return {"count": len(values), "p50": cuts[49], "p95": cuts[94], "worst": max(values)}


def _cores(looks: list[Look]) -> dict[str, float]:
    first, last = looks[0], looks[-1]
    took = last.at - first.at
    return {kind: (last.cpu[kind] - first.cpu.get(kind, 0)) / took for kind in sorted(last.cpu)}


def _course(looks: list[Look], kind: str, since: float) -> Figures:
    """MiB, and how they grow over the second half of the time in which all learners were there."""
    held = [(each.at, each.memory[kind]) for each in looks if kind in each.memory]
    steady = [each for each in held if each[0] >= since]
    half = steady[len(steady) // 2 :]
    slope = statistics.linear_regression(*zip(*half, strict=True)).slope if len(half) > 2 else 0.0
    return {
        "start": steady[0][1],
        "middle": half[0][1],
        "end": held[-1][1],
        "per_hour": slope * 3600,
        "over_s": half[-1][0] - half[0][0],
    }
