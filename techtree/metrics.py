"""What /metrics tells: of this web process, and of the whole site.

Names that begin with `techtree_site_` are the same from every web process, so they are not to be
added up over them. All others are of the process that answers.
"""

import contextlib
import json
import time
from collections.abc import Iterable

from asyncpg import PostgresError
from prometheus_client import CollectorRegistry, GCCollector, ProcessCollector, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector
from redis.exceptions import RedisError

from tasks.broker import NAMESPACE
from tasks.jobs import QUEUES
from tasks.sweeper import JOBS
from techtree.connections import database, redis
from techtree.dependencies import Health, check_dependencies
from techtree.live.counts import DELAYS
from techtree.live.pages import Live
from techtree.telemetry import counts, workers

FRESH = 5.0
"""Seconds that an answer about the whole site is good for, however many ask."""


class Monitor:
    """All that one web process can tell."""

    def __init__(self, live: Live) -> None:
        self.registry = CollectorRegistry()
        """Of this process."""
        self.registry.register(_Pages(live))
        self.registry.register(_DatabasePool())
        ProcessCollector(registry=self.registry)
        GCCollector(registry=self.registry)
        self._site: list[Metric] = []
        self._site_until = 0.0

    async def page(self) -> bytes:
        """In the text format of Prometheus. What can't be found out is left out."""
        if time.monotonic() >= self._site_until:
            self._site = await _site()
            self._site_until = time.monotonic() + FRESH
        return generate_latest(self.registry) + generate_latest(_Given(self._site))


class _Given(Collector):
    def __init__(self, metrics: Iterable[Metric]) -> None:
        self._metrics = metrics

    def collect(self) -> Iterable[Metric]:
        return self._metrics


class _Pages(Collector):
    """The live updates of this process."""

    def __init__(self, live: Live) -> None:
        self._live = live

    def collect(self) -> Iterable[Metric]:
        done = self._live.counts
        yield GaugeMetricFamily(
            "techtree_pages_open", "Pages that listen now.", value=self._live.open_pages
        )
        opened = CounterMetricFamily(
            "techtree_pages_opened",
            "Pages that began to listen: as a stream, or with short answers (poll).",
            labels=["mode"],
        )
        opened.add_metric(["stream"], done.streams)
        opened.add_metric(["poll"], done.polls)
        yield opened
        for name, help_, value in (
            ("deliveries", "Writes of news to a page.", done.deliveries),
            ("replays", "Pages sent from the log what they had missed.", done.replays),
            ("resets", "Pages rendered afresh, for want of a log that knew.", done.resets),
            ("cuts", "Pages let go of because they did not read.", done.cuts),
        ):
            yield CounterMetricFamily(f"techtree_page_{name}", help_, value=value)
        yield self._delays()

    def _delays(self) -> Metric:
        delays, total, buckets = self._live.fanout.delays, 0, []
        for bound, count in zip((*map(str, DELAYS), "+Inf"), delays.counts, strict=True):
            total += count
            buckets.append((bound, total))
        return HistogramMetricFamily(
            "techtree_fanout_seconds",
            "From a publication until it had been written to the pages that follow it.",
            buckets=buckets,
            sum_value=delays.total,
        )


class _DatabasePool(Collector):
    def collect(self) -> Iterable[Metric]:
        gauge = GaugeMetricFamily(
            "techtree_database_connections", "Of this process.", labels=["state"]
        )
        pool = database().pool
        if pool is not None:
            gauge.add_metric(["idle"], pool.get_idle_size())
            gauge.add_metric(["busy"], pool.get_size() - pool.get_idle_size())
        yield gauge


async def _site() -> list[Metric]:
    health = await check_dependencies()
    found = _dependencies(health)
    if health["redis"].works:
        # If it went away just now, the next answer says so.
        with contextlib.suppress(RedisError, OSError):
            found += [*await _queues(), await _workers(), *await counts.read(redis())]
    if health["postgresql"].works:
        with contextlib.suppress(PostgresError, OSError):
            found.append(await _rows())
    return found


def _dependencies(health: Health) -> list[Metric]:
    up = GaugeMetricFamily(
        "techtree_dependency_up", "1 if it answers this process.", labels=["dependency"]
    )
    seconds = GaugeMetricFamily(
        "techtree_dependency_seconds", "How long its last answer took.", labels=["dependency"]
    )
    for name, check in health.items():
        up.add_metric([name], float(check.works))
        if check.works:
            seconds.add_metric([name], check.seconds)
    return [up, seconds]


async def _queues() -> list[Metric]:
    depth = GaugeMetricFamily(
        "techtree_site_queue_jobs", "Jobs that no worker has taken.", labels=["queue"]
    )
    age = GaugeMetricFamily(
        "techtree_site_queue_oldest_seconds",
        "How long the job that is next has been in the queue.",
        labels=["queue"],
    )
    for queue in QUEUES:
        depth.add_metric([queue], await redis().llen(f"{NAMESPACE}:{queue}"))
        age.add_metric([queue], await _age(queue))
    return [depth, age]


async def _age(queue: str) -> float:
    """Of the first job in the queue, in seconds; 0 when there is none."""
    first = await redis().lindex(f"{NAMESPACE}:{queue}", 0)
    # A worker may take it at any moment.
    job = await redis().hget(f"{NAMESPACE}:{queue}.msgs", first) if first else None
    return max(0.0, time.time() - json.loads(job)["message_timestamp"] / 1000) if job else 0.0


async def _workers() -> Metric:
    return GaugeMetricFamily(
        "techtree_site_workers",
        "Worker processes that give signs of life.",
        value=await workers.alive(redis()),
    )


async def _rows() -> Metric:
    gauge = GaugeMetricFamily(
        "techtree_site_open_rows",
        "Rows that a job is still to fill (pending), or fills now (writing).",
        labels=["actor", "status"],
    )
    for table, actor in JOBS.items():
        rows = await table.raw(
            f"SELECT status, count(*) AS rows FROM {table._meta.tablename}"  # noqa: S608
            " WHERE status IN ('pending', 'writing') GROUP BY status"
        )
        found = {row["status"]: row["rows"] for row in rows}
        for status in ("pending", "writing"):
            gauge.add_metric([actor.actor_name, status], found.get(status, 0))
    return gauge
