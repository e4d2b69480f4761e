"""Three web processes and three workers behind HAProxy: no learner is tied to one of them."""

import os
import shutil

import pytest

from tests.chaos.chaos import run
from tests.chaos.faults import FAULTS, schedule
from tests.chaos.stack import Machines
from tests.chaos.test_chaos import SLACK

CHOSEN = ("web killed", "worker killed", "web drained")


async def test_learners_roam_between_webs_and_nothing_depends_on_one_of_them() -> None:
    if shutil.which("haproxy") is None:
        reason = "no haproxy on this machine: `apt-get install haproxy` to test behind it"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    faults = schedule(3, 1, [each for each in FAULTS if each.name in CHOSEN])
    assert len(faults) == len(CHOSEN)
    # That every web process served every learner is one of the problems looked for.
    report = await run(3, faults, tabs=1, machines=Machines(webs=3, workers=3, haproxy=True))
    assert report.problems == [], report
    flaws = ("lost", "doubled", "reordered", "mixed", "foreign", "stale")
    assert [report.counts[each] for each in flaws] == [0] * len(flaws), report
    assert report.late(SLACK) == [], report
