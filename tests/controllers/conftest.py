"""Browsers of several learners against the real application."""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from httpx import ASGITransport, AsyncClient, Response
from piccolo.engine.postgres import PostgresEngine
from redis.asyncio import Redis as RedisClient

from tasks import author as authors
from tasks.questions import _grade, _write, grade_answer, write_question
from tasks.runs import run
from techtree import work
from techtree.accounts import Learner
from techtree.app import create_app
from techtree.assessments import Grading, Question
from techtree.live import learning
from tests.fakes.author import FakeAuthor

PASSWORDS = {"ada@example.org": "a good long password", "eve@example.org": "another long password"}


class Visitor:
    """A browser: it keeps cookies, and its forms carry the token of their page."""

    def __init__(self, client: AsyncClient) -> None:
        self.client = client

    async def get(self, path: str) -> Response:
        return await self.client.get(path, follow_redirects=False)

    async def send(
        self, method: str, path: str, *, htmx: bool = False, token: bool = True, **fields: Any
    ) -> Response:
        if "techtree-csrf" not in self.client.cookies:
            await self.get("/")
        headers = {"hx-request": "true"} if htmx else {}
        if token:
            headers["x-csrftoken"] = self.client.cookies["techtree-csrf"]
        return await self.client.request(
            method, path, data=fields or None, headers=headers, follow_redirects=False
        )

    async def post(self, path: str, *, htmx: bool = False, **fields: Any) -> Response:
        return await self.send("POST", path, htmx=htmx, **fields)

    async def sign_in(self, learner: Learner) -> "Visitor":
        email = learner.email or ""
        answer = await self.post("/sign-in", email=email, password=PASSWORDS[email])
        assert answer.status_code == 303, answer.text
        return self


@contextmanager
def counted_queries(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The queries of all that is done within."""
    queries: list[str] = []
    original = PostgresEngine.run_querystring

    async def counting(self: PostgresEngine, querystring: Any, in_pool: bool = True) -> Any:
        queries.append(str(querystring))
        return await original(self, querystring, in_pool)

    with monkeypatch.context() as patch:
        patch.setattr(PostgresEngine, "run_querystring", counting)
        yield queries


def browser() -> AsyncClient:
    # On the loop of the tests, whose pool of database connections the application shares.
    transport = ASGITransport(create_app(), raise_app_exceptions=False)
    return AsyncClient(transport=transport, base_url="http://techtree.test")


@pytest.fixture
async def visitor(database: None, redis: "RedisClient") -> AsyncIterator[Visitor]:
    """Somebody without a session."""
    async with browser() as client:
        yield Visitor(client)


@pytest.fixture
async def adas(visitor: Visitor, ada: Learner) -> Visitor:
    """Ada's browser."""
    return await visitor.sign_in(ada)


@pytest.fixture
async def eves(eve: Learner, redis: "RedisClient") -> AsyncIterator[Visitor]:
    """Eve's browser."""
    async with browser() as client:
        yield await Visitor(client).sign_in(eve)


@pytest.fixture
def author() -> Iterator[FakeAuthor]:
    fake = FakeAuthor()
    authors.use(fake)
    yield fake
    authors.use(None)


async def work_off() -> None:
    """Do what the workers would do now."""
    while questions := await work.owed(Question):
        for owed in questions:
            await run(write_question, Question, owed.row, _write, learning.show_question)
    for owed in await work.owed(Grading):
        await run(grade_answer, Grading, owed.row, _grade, learning.show_grading)
