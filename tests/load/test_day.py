"""The learners' day runs from end to end, at a size at which it measures nothing."""

import asyncio
import threading
from pathlib import Path

from tests.chaos.stack import Machines, Stack
from tests.fakes.openai_server import running_server
from tests.load.browser import Browser
from tests.load.day import Day
from tests.load.stream import totals

LEARNERS = 3


async def test_learners_learn_a_lesson_each_without_an_error(tmp_path: Path) -> None:
    done: list[tuple[str, str]] = []
    with running_server() as model:
        async with Stack(tmp_path / "s", model.url, Machines(1, 1)).running() as stack:
            host = f"http://127.0.0.1:{stack.ports[0]}"

            def learn() -> None:
                browser = Browser(host, lambda name, ms, error: done.append((name, error)))
                try:
                    day = Day(browser, think=0)
                    day.arrive()
                    day.learn_a_topic(lessons=1)
                finally:
                    browser.close()

            learners = [threading.Thread(target=learn) for _ in range(LEARNERS)]
            for each in learners:
                each.start()
            for each in learners:
                await asyncio.to_thread(each.join)
    names = [name for name, _ in done]
    assert [each for each in done if each[1]] == []
    assert names.count("wait: chat, first text") == 2 * LEARNERS
    assert names.count("htmx: quiz left") == LEARNERS
    assert totals.deliveries > 0
