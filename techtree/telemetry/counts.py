"""Counts of the whole site: every worker adds to them in Redis, every web process can tell them.

A worker has no address that a monitor could ask, and there may be any number of them.
"""

import json
import threading
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast

from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily, Metric
from redis.asyncio import Redis

KEY = "techtree:counts"


@dataclass(frozen=True, slots=True)
class Counter:
    name: str
    help: str
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Histogram:
    name: str
    help: str
    labels: tuple[str, ...]
    buckets: tuple[float, ...]
    """Upper bounds; the last one without a bound is understood."""


JOBS = Counter(
    "techtree_site_jobs", "Runs of jobs that have ended, by how they ended.", ("actor", "outcome")
)
JOB_SECONDS = Histogram(
    "techtree_site_job_seconds",
    "How long runs of jobs took.",
    ("actor",),
    (0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300),
)
JOB_WAIT_SECONDS = Histogram(
    "techtree_site_job_wait_seconds",
    "How long jobs stood in their queue before a worker took them.",
    ("queue",),
    (0.01, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 15, 60, 300),
)
MODEL_CALLS = Counter(
    "techtree_site_model_calls",
    "Requests to models, by what they were for and how they ended.",
    ("model", "kind", "outcome"),
)
MODEL_TOKENS = Counter(
    "techtree_site_model_tokens", "Tokens sent to models and received.", ("model", "direction")
)
MODEL_COST = Counter(
    "techtree_site_model_cost_dollars",
    "What models have cost, where the price is known.",
    ("model",),
)
MODEL_FIRST_TOKEN_SECONDS = Histogram(
    "techtree_site_model_first_token_seconds",
    "From a request to a model to the first text of its answer.",
    ("model",),
    (0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30),
)
MODEL_SECONDS = Histogram(
    "techtree_site_model_seconds",
    "From a request to a model to the end of its answer.",
    ("model",),
    (0.5, 1, 2, 5, 10, 20, 40, 80, 160, 300),
)

ALL: tuple[Counter | Histogram, ...] = (
    JOBS,
    JOB_SECONDS,
    JOB_WAIT_SECONDS,
    MODEL_CALLS,
    MODEL_TOKENS,
    MODEL_COST,
    MODEL_FIRST_TOKEN_SECONDS,
    MODEL_SECONDS,
)

Field = tuple[str, ...]
"""The name of a metric, the values of its labels, and for a histogram the bound or `sum`."""

_pending: dict[Field, float] = {}
_lock = threading.Lock()
"""Jobs are taken in threads and run on a loop; both count."""


def add(counter: Counter, *labels: str, by: float = 1) -> None:
    """Count here for now. `push` tells the others, so no job ever waits for a count."""
    with _lock:
        _add((counter.name, *labels), by)


def observe(histogram: Histogram, seconds: float, *labels: str) -> None:
    place = bisect_left(histogram.buckets, seconds)
    bound = _names(histogram.buckets)[place]
    with _lock:
        _add((histogram.name, *labels, bound), 1)
        _add((histogram.name, *labels, "sum"), max(0.0, seconds))


async def push(redis: "Redis") -> None:
    """Add what was counted here to the site's counts. What Redis doesn't take is kept."""
    with _lock:
        taken = dict(_pending)
        _pending.clear()
    if not taken:
        return
    try:
        async with redis.pipeline(transaction=True) as pipeline:
            for field, by in taken.items():
                pipeline.hincrbyfloat(KEY, json.dumps(field), by)
            await pipeline.execute()
    except BaseException:
        with _lock:
            for field, by in taken.items():
                _add(field, by)
        raise


async def read(redis: "Redis") -> list[Metric]:
    """The site's counts as they stand."""
    stored = await cast(Any, redis).hgetall(KEY)
    found = {tuple(json.loads(field)): float(value) for field, value in stored.items()}
    return [_family(each, found) for each in ALL]


def _add(field: Field, by: float) -> None:
    _pending[field] = _pending.get(field, 0) + by


def _family(what: Counter | Histogram, found: dict[Field, float]) -> Metric:
    own = {field[1:]: value for field, value in found.items() if field[0] == what.name}
    if isinstance(what, Counter):
        counter = CounterMetricFamily(what.name, what.help, labels=what.labels)
        for labels, value in sorted(own.items()):
            counter.add_metric(labels, value)
        return counter
    histogram = HistogramMetricFamily(what.name, what.help, labels=what.labels)
    for labels in sorted({field[:-1] for field in own}):
        buckets = _cumulated(
            what.buckets, {field[-1]: own[field] for field in own if field[:-1] == labels}
        )
        histogram.add_metric(labels, buckets, own.get((*labels, "sum"), 0))
    return histogram


def _cumulated(bounds: Iterable[float], counts: dict[str, float]) -> list[tuple[str, float]]:
    total, buckets = 0.0, []
    for bound in _names(bounds):
        total += counts.get(bound, 0)
        buckets.append((bound, total))
    return buckets


def _names(bounds: Iterable[float]) -> list[str]:
    """As the text format writes them: a bound of 1 is `1.0`."""
    return [*(str(float(bound)) for bound in bounds), "+Inf"]
