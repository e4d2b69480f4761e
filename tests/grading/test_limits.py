"""Formulas that mean endless work, and texts that mean harm: neither holds anything up."""

import asyncio
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from techtree.grading.expressions import grade_expression
from techtree.grading.limited import SECONDS, Processes, TooHardError
from techtree.grading.notation import Tree, read
from techtree.grading.tokens import UnreadableError
from techtree.grading.verdicts import Verdict
from techtree.items import Expression
from tests.grading.answers import labelled

KEY = ["name", "x"]
ENDLESS = ["^", ["^", ["^", ["num", "9"], ["num", "999"]], ["num", "999"]], ["num", "999"]]
"""A number of a thousand million digits."""


@pytest.fixture
def processes() -> Iterator[Processes]:
    running = Processes(1)
    yield running
    running.end()


def test_equal_formulas_are_found_in_less_than_a_tenth_of_a_second(processes: Processes) -> None:
    processes.warm()
    processes.ask(_request(KEY))
    started = time.perf_counter()
    assert processes.ask(_request(KEY))["verdict"] == "same"
    assert time.perf_counter() - started < 0.1


def test_endless_work_ends_after_its_time_and_the_next_is_served(processes: Processes) -> None:
    processes.ask(_request(KEY))
    started = time.perf_counter()
    with pytest.raises(TooHardError):
        processes.ask(_request(ENDLESS))
    assert time.perf_counter() - started < SECONDS + 1
    assert processes.ask(_request(KEY))["verdict"] == "same"


def test_a_process_that_was_killed_is_replaced(processes: Processes) -> None:
    processes.ask(_request(KEY))
    os.kill(processes.idle_pids[0], signal.SIGKILL)
    assert _until_served(processes)["verdict"] == "same"


async def test_endless_work_holds_up_nobody_else() -> None:
    processes = Processes(2)
    try:
        await asyncio.to_thread(processes.ask, _request(KEY))
        endless = asyncio.create_task(asyncio.to_thread(processes.ask, _request(ENDLESS)))
        reply = await asyncio.to_thread(processes.ask, _request(KEY))
        assert reply["verdict"] == "same"
        with pytest.raises(TooHardError):
            await endless
    finally:
        processes.end()


@pytest.mark.parametrize(
    "text",
    [
        "9**9**9**9",
        "9^9^9^9",
        "x^9^9^9",
        "1e999999999",
        "factorial(factorial(factorial(99)))",
        "10!!!!!!",
        "((9^999)^999)^999",
        "((x+1)^999+1)^999",
        "(1+1/x^50)^900^1.1",
        "sin(sin(sin(sin(x^900)^900)^900))",
        "binomial(10^9, 10^8)",
    ],
)
def test_large_formulas_get_an_answer_in_time(processes: Processes, text: str) -> None:
    processes.ask(_request(KEY))
    started = time.perf_counter()
    try:
        verdict = processes.ask(_request(read(text, ["x"])))["verdict"]
    except TooHardError:
        verdict = "unfit"
    assert verdict in ("other", "unfit")
    assert time.perf_counter() - started < SECONDS + 1


@pytest.mark.parametrize(
    "text",
    [
        '__import__("os").system("true")',
        "().__class__.__bases__[0].__subclasses__()",
        "lambda: 1",
        "x if x else 1",
        "x; import os",
        "[x for x in (1,)]",
        "eval(x)",
        "open('/etc/passwd')",
        "x.diff()",
        "@x",
        "x" * 401,
        "(" * 200,
        "-" * 200,
        "x^" * 150 + "x",
        "",
    ],
)
def test_what_is_no_formula_is_refused_before_anything_is_built(text: str) -> None:
    with pytest.raises(UnreadableError):
        read(text, ["x"])


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc, which only Linux has")
def test_a_process_has_no_settings_and_writes_no_file(processes: Processes) -> None:
    processes.ask(_request(KEY))
    pid = processes.idle_pids[0]
    assert b"=" not in Path(f"/proc/{pid}/environ").read_bytes()
    limits = Path(f"/proc/{pid}/limits").read_text("utf-8").splitlines()
    lines = {line[:25].strip(): line[25:].split()[0] for line in limits}
    assert lines["Max file size"] == "0"
    assert int(lines["Max address space"]) == 512 * 1024 * 1024


def _request(answer: Tree) -> dict[str, Any]:
    return {"key": KEY, "answers": [answer], "mistakes": []}


def _until_served(processes: Processes) -> dict[str, Any]:
    """The kill may arrive after the process was found alive, which costs one request."""
    try:
        return processes.ask(_request(KEY))
    except TooHardError:
        return processes.ask(_request(KEY))


async def test_formulas_that_take_long_hold_up_nothing_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    release = threading.Event()

    def wait(*_: object) -> dict[str, Any]:
        release.wait()
        return {"verdict": "same"}

    monkeypatch.setattr(Processes, "ask", wait)
    item = next(each.item for each in labelled() if isinstance(each.item, Expression))
    grading = [
        asyncio.create_task(grade_expression(item, item.answer, final=True)) for _ in range(50)
    ]
    try:
        await asyncio.sleep(0.1)
        async with asyncio.timeout(5):
            assert await asyncio.to_thread(threading.active_count)
    finally:
        release.set()
        assert {grade.verdict for grade in await asyncio.gather(*grading)} == {Verdict.CORRECT}
