"""A learner with a browser: signs in, loads pages, asks questions, and gives up on nothing."""

import asyncio
import re
import time
from collections import Counter
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

import httpx

from tests.chaos.stack import SERVED_BY

PATIENCE = 60.0


class Learner:
    """Everything about a learner carries `secret`, so that it can be recognised elsewhere."""

    def __init__(self, name: str, address: str) -> None:
        self.name = name
        self.secret = f"{name}-secret"
        self.client = httpx.AsyncClient(
            base_url=address,
            # A connection for each request: the balancer is to choose anew each time.
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=0),
            timeout=httpx.Timeout(10, read=45),
        )
        self.asked = 0
        self.answers: Counter[str] = Counter()
        self.streams: Counter[str] = Counter()
        """How many each web process gave, by its name."""

    async def __aenter__(self) -> Self:
        await self.send("POST", "/guest")
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.client.aclose()

    async def load(self, path: str) -> str:
        """The page; asked for again until there is one."""
        return (await self._until_answered("GET", path)).text

    async def send(self, method: str, path: str, **fields: Any) -> httpx.Response:
        if "techtree-csrf" not in self.client.cookies:
            await self.load("/")
        # As the forms of the pages carry it: a header might not come through.
        fields["_csrf_token"] = self.client.cookies["techtree-csrf"]
        return await self._until_answered(method, path, data=fields)

    async def ask_for_syllabus(self, topic: str) -> str:
        """The path of its page, once it is drafted."""
        answer = await self.send("POST", "/syllabi", topic=topic, level="beginner")
        return answer.headers["location"]

    async def lessons_of(self, syllabus: str) -> list[str]:
        """The paths of a drafted syllabus's lessons."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            html = await self.load(syllabus)
            if (
                f'id="syllabus-{syllabus[-36:]}-tree" class="syllabus" data-status="complete"'
                in html
            ):
                return list(dict.fromkeys(re.findall(r'href="(/lessons/[0-9a-f-]{36})"', html)))
            await asyncio.sleep(0.2)
        raise TimeoutError(f"{syllabus} was not drafted")

    async def ask(self, lesson: str) -> None:
        """One question, sent again with its key until it has arrived."""
        self.asked += 1
        question = f"{self.secret} asks in {lesson[-36:]} for the {self.asked}. time"
        await self.send("POST", f"{lesson}/messages", message=question, key=str(uuid4()))

    async def _until_answered(self, method: str, path: str, **options: Any) -> httpx.Response:
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                answer = await self.client.request(method, path, **options)
                self.answers[answer.headers.get(SERVED_BY, "none")] += 1
                if answer.status_code < 500:
                    break
                problem = f"{answer.status_code}"
            except httpx.HTTPError as error:
                problem = repr(error)
            if time.monotonic() > deadline:
                raise TimeoutError(f"{method} {path} was not answered: {problem}")
            await asyncio.sleep(0.1)
        if answer.status_code >= 400:
            raise AssertionError(f"{method} {path}: {answer.status_code} {answer.text[:500]}")
        return answer
