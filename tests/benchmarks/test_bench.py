"""The benchmarks run, at a size at which they measure nothing."""

import psutil
from redis.asyncio import Redis

from tests.benchmarks import fanout
from tests.benchmarks.programs import python, running
from tests.benchmarks.systems import techtree
from tests.benchmarks.tables import medians, table


async def test_the_benchmark_of_updates_delivers_each_to_every_page(
    database: None, redis: Redis
) -> None:
    server = psutil.Process((await redis.info("server"))["process_id"])
    with running(python("tests.benchmarks.pages"), log="smoke") as pages:
        async with techtree(20) as system:
            figures = await fanout.measure(system, pages, server, (20,))
    assert figures["20"]["lost"] == 0
    assert 0 < figures["20"]["last_ms"] < 5_000
    assert "| TechTree | 20 |" in table("fanout", medians([{"TechTree": figures}]))


def test_a_median_is_of_the_runs_that_have_the_figure() -> None:
    runs = [{"a": {"b": 1.0}}, {"a": {"b": 9.0, "c": 5.0}}, {"a": {"b": 2.0}}]
    assert medians(runs) == {"a": {"b": 2.0, "c": 5.0}}
