"""Counts of the whole site, added up in Redis."""

from collections.abc import Iterator

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import Metric
from prometheus_client.registry import Collector
from redis.asyncio import ConnectionPool, Redis as RedisClient
from redis.exceptions import RedisError

from techtree.telemetry import counts
from tests.telemetry.figures import Figures

AWAY = "unix:///nowhere/valkey.sock"


@pytest.fixture(autouse=True)
def nothing_counted_before(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(counts, "_pending", {})
    yield


async def figures(redis: "RedisClient") -> Figures:
    class Site(Collector):
        def collect(self) -> list[Metric]:
            return found

    found = await counts.read(redis)
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Site())
    return Figures(generate_latest(registry).decode())


async def test_what_several_workers_counted_is_added_up(redis: "RedisClient") -> None:
    for _ in range(3):
        counts.add(counts.JOBS, "write_lesson", "complete")
        counts.add(counts.MODEL_TOKENS, "openai:m", "out", by=100)
        await counts.push(redis)
    found = await figures(redis)
    assert found.of("techtree_site_jobs_total", actor="write_lesson", outcome="complete") == 3
    assert found.of("techtree_site_model_tokens_total", direction="out") == 300


async def test_a_push_of_nothing_new_adds_nothing(redis: "RedisClient") -> None:
    counts.add(counts.JOBS, "write_lesson", "complete")
    await counts.push(redis)
    await counts.push(redis)
    assert (await figures(redis)).of("techtree_site_jobs_total") == 1


async def test_what_redis_did_not_take_is_kept(
    redis: "RedisClient", monkeypatch: pytest.MonkeyPatch
) -> None:
    counts.add(counts.JOBS, "write_lesson", "failed")
    with monkeypatch.context() as outage:
        outage.setattr(redis, "connection_pool", ConnectionPool.from_url(AWAY))
        with pytest.raises(RedisError):
            await counts.push(redis)
    counts.add(counts.JOBS, "write_lesson", "failed")
    await counts.push(redis)
    found = await figures(redis)
    assert found.of("techtree_site_jobs_total", actor="write_lesson", outcome="failed") == 2


async def test_each_time_is_in_its_bucket_and_in_all_larger_ones(redis: "RedisClient") -> None:
    for seconds in (0.5, 0.6, 299, 301, -1):
        counts.observe(counts.JOB_SECONDS, seconds, "write_lesson")
    await counts.push(redis)
    found = await figures(redis)
    name = "techtree_site_job_seconds"
    within = {le: found.of(f"{name}_bucket", le=le) for le in ("0.5", "1.0", "120.0", "300.0")}
    assert within == {"0.5": 2, "1.0": 3, "120.0": 3, "300.0": 4}
    assert found.of(f"{name}_bucket", le="+Inf") == found.of(f"{name}_count") == 5
    # A clock that was set back counts as no time at all.
    assert found.of(f"{name}_sum") == pytest.approx(600.1 + 1)


async def test_buckets_hold_whatever_way_their_bounds_are_written(redis: "RedisClient") -> None:
    for each in counts.ALL:
        if isinstance(each, counts.Histogram):
            counts.observe(each, each.buckets[-1], *each.labels)
    await counts.push(redis)
    found = await figures(redis)
    for each in counts.ALL:
        if isinstance(each, counts.Histogram):
            assert found.of(f"{each.name}_bucket", le=str(float(each.buckets[-1]))) == 1
            assert found.of(f"{each.name}_bucket", le=str(float(each.buckets[-2]))) == 0


async def test_a_name_with_quotes_and_line_breaks_is_one_label(redis: "RedisClient") -> None:
    name = 'a "model"\nup 1\\'
    counts.add(counts.MODEL_CALLS, name, "lesson", "complete")
    await counts.push(redis)
    found = await figures(redis)
    assert found.of("techtree_site_model_calls_total", model=name) == 1
    assert "up" not in found.names
