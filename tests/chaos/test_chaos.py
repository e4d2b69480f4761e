"""Pages on the real stack while its parts are killed: nothing lost, doubled, mixed or stale."""

import pytest

from tests.chaos.chaos import run
from tests.chaos.faults import FAULTS, schedule

SLACK = 2.5
"""A machine that tests share is slower; `make chaos` holds the limits themselves."""

LEFT_OUT = (
    *("worker frozen", "worker replaced", "worker killed", "all webs killed", "web drained"),
    *("Valkey killed", "Valkey emptied"),
)
"""Left to `make chaos`, which takes its time."""


@pytest.mark.parametrize("seed", [7])
async def test_pages_show_what_is_stored_whatever_breaks(seed: int) -> None:
    faults = schedule(seed, 1, [each for each in FAULTS if each.name not in LEFT_OUT])
    report = await run(seed, faults, tabs=1, sleep=2)
    assert report.problems == [], report
    assert report.late(SLACK) == [], report


def test_a_seed_always_makes_the_same_schedule() -> None:
    assert schedule(7, 2) == schedule(7, 2) != schedule(8, 2)
