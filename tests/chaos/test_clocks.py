"""Machines whose clocks are an hour or a day wrong: sessions, cursors, leases and lessons hold."""

import os

import pytest

from tests.chaos.chaos import run
from tests.chaos.faults import CLOCKS_WRONG, FAKETIME, FAULTS
from tests.chaos.test_chaos import SLACK


async def test_wrong_clocks_end_no_session_and_lose_no_work() -> None:
    if FAKETIME is None:
        reason = "no libfaketime on this machine: `apt-get install faketime` to test wrong clocks"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    then = [each for each in FAULTS if each.name in ("workers killed", "web killed")]
    report = await run(5, [CLOCKS_WRONG, *then], tabs=1)
    assert report.problems == [], report
    assert report.late(SLACK) == [], report
