"""The learners' day for Locust, which runs in an environment of its own.

Settings come in the environment: `LOAD_THINK` stretches the pauses, `LOAD_HEARD` names the file
that a line is written to for each thing a learner did, and each second for the totals.
"""

import json
import os
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import gevent
from locust import User, events, task

from tests.load.browser import Browser, StrandedError
from tests.load.day import Day
from tests.load.stream import totals

THINK = float(os.environ["LOAD_THINK"])
AGAIN = 10.0
"""Seconds until a learner whose day broke off begins another topic."""

HEARD = Path(os.environ["LOAD_HEARD"])
lines: list[str] = []
"""That are not in the file yet."""


def _write(**line: Any) -> None:
    lines.append(json.dumps({"at": time.time(), **line}) + "\n")


@events.test_start.add_listener
def count_deliveries(environment: Any, **_: Any) -> None:
    def count() -> None:
        while True:
            _write(totals=asdict(totals), learners=environment.runner.user_count)
            flush()
            gevent.sleep(1)

    gevent.spawn(count)


@events.quitting.add_listener
def flush(**_: Any) -> None:
    with HEARD.open("a") as file:
        file.writelines(lines)
    lines.clear()


class Learner(User):
    """Arrives once, and learns one topic after the other until Locust ends."""

    def on_start(self) -> None:
        self.browser = Browser(self.host, self._report)
        self.day = Day(self.browser, THINK)
        self.has_arrived = False

    def on_stop(self) -> None:
        self.browser.close()

    @task
    def learn(self) -> None:
        try:
            if not self.has_arrived:
                self.day.arrive()
                self.has_arrived = True
            self.day.learn_a_topic()
        except StrandedError:
            gevent.sleep(AGAIN)
            self._back_to_start()

    def _back_to_start(self) -> None:
        self.browser.close()
        if not self.has_arrived:
            self.on_start()

    def _report(self, name: str, ms: float, error: str) -> None:
        _write(name=name, ms=ms, error=error)
        kind, _, what = name.partition(": ")
        events.request.fire(
            request_type=kind,
            name=what or kind,
            response_time=ms,
            response_length=0,
            exception=RuntimeError(error) if error else None,
            context={},
        )
