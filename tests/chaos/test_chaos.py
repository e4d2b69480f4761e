"""Pages on the real stack while its parts are killed: nothing lost, doubled, mixed or stale."""

import pytest

from tests.chaos.chaos import run
from tests.chaos.faults import FAULTS, schedule

SLACK = 2.5
"""A machine that tests share is slower; `make chaos` holds the limits themselves."""

QUICK = ("worker killed", "worker frozen", "worker replaced")
"""Take a quarter of a minute each; they have a test of their own."""


@pytest.mark.parametrize("seed", [7])
async def test_pages_survive_servers_and_connections_that_break(seed: int) -> None:
    faults = schedule(seed, 1, [each for each in FAULTS if each.name not in QUICK])
    report = await run(seed, faults, tabs=1, sleep=2)
    assert report.problems == [], report
    assert report.late(SLACK) == [], report


@pytest.mark.parametrize("seed", [11])
async def test_pages_survive_workers_that_die_or_freeze(seed: int) -> None:
    faults = schedule(seed, 1, [each for each in FAULTS if each.name in QUICK])
    report = await run(seed, faults, tabs=1, sleep=2)
    assert report.problems == [], report
    assert report.late(SLACK) == [], report
