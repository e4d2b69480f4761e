"""The real stack, two web processes and two workers, after a day with learners and faults."""

import asyncio
import json
import time
from collections.abc import Callable
from typing import Any

import httpx

from tests.chaos.learner import Learner
from tests.chaos.stack import Stack
from tests.fakes.openai_server import OpenAIServer
from tests.fakes.openai_wire import Answer
from tests.telemetry.collector import Collector
from tests.telemetry.figures import Figures

PATIENCE = 60.0
KEY = "the-key-of-the-model"
MONITOR = "the-word-of-the-monitor"
PASSWORD = "a good long password"
NEW_PASSWORD = "quite another password"
LINK = "MS4yLjMtdGhpcy1vcGVucy1hLWRvb3I"
SYLLABUS, QUESTION = "proxy-saw-the-syllabus", "proxy-saw-the-question"
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


class Site:
    """It has drafted, written, answered, and failed once."""

    def __init__(self, stack: Stack, model: OpenAIServer, collector: Collector) -> None:
        self.stack = stack
        self.model = model
        self.collector = collector
        self.answers: dict[str, httpx.Response] = {}
        self.cookies: set[str] = set()
        self.lesson = ""

    async def figures(self, web: int) -> Figures:
        headers = {"authorization": f"Bearer {MONITOR}"}
        async with httpx.AsyncClient(base_url=self.address(web), timeout=10) as client:
            answer = await client.get("/metrics", headers=headers)
        assert answer.status_code == 200
        return Figures(answer.text)

    def address(self, web: int) -> str:
        return f"http://127.0.0.1:{self.stack.ports[web]}"

    def lines(self, program: str) -> list[dict[str, Any]]:
        """What the programs whose names begin so have logged."""
        files = self.stack.state.glob(f"{program}*.log")
        return [json.loads(line) for file in files for line in file.read_text().splitlines()]

    async def live_through_a_day(self) -> None:
        async with Learner("ada", self.address(0)) as ada:
            syllabus = await self._ask(ada, "/syllabi", SYLLABUS, topic="Knots", level="beginner")
            self.lesson = (await ada.lessons_of(syllabus.headers["location"]))[0]
            await ada.load(self.lesson)
            async with (
                ada.client.stream("GET", f"{self.lesson}/events?after=") as stream,
                asyncio.timeout(PATIENCE),
            ):
                pieces = stream.aiter_text()
                heard = ""
                while 'data-status="complete"' not in heard:
                    heard += await anext(pieces)
                await self._ask(ada, f"{self.lesson}/messages", QUESTION, message="Why?")
                while 'data-role="tutor" data-status="complete"' not in heard:
                    heard += await anext(pieces)
                self.reading = await self.figures(0)
            await self._misuse(ada)
            self.cookies |= set(ada.client.cookies.values())

    async def _misuse(self, ada: Learner) -> None:
        """What has secrets in it, and goes wrong."""
        email = {"email": "ada@example.org"}
        await ada.send("POST", "/sign-up", **email, password=PASSWORD)
        self.cookies |= set(ada.client.cookies.values())
        token = {"_csrf_token": ada.client.cookies["techtree-csrf"]}
        wrong = {"current": NEW_PASSWORD, "password": NEW_PASSWORD}
        await ada.client.post("/account/password", data={**wrong, **token})
        await ada.client.get(f"/reset-password/{LINK}")
        self.model.answer(*[Answer(status=401, echo_key=True)] * 2)
        await ada.send("POST", f"{self.lesson}/messages", message="And now?")
        await until(lambda: any("401" in str(line) for line in self.lines("worker")))

    async def _ask(self, ada: Learner, path: str, number: str, **fields: str) -> httpx.Response:
        fields["_csrf_token"] = ada.client.cookies["techtree-csrf"]
        headers = {"x-request-id": number, "traceparent": f"00-{TRACE}-00f067aa0ba902b7-01"}
        answer = await ada.client.post(path, data=fields, headers=headers)
        assert answer.status_code < 400, answer.text
        self.answers[number] = answer
        return answer


async def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, "this never came about"
        await asyncio.sleep(0.1)
