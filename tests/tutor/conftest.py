"""An author that teaches through a local server."""

import importlib
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from techtree.settings import Settings
from techtree.status import Level
from techtree.tutor.author import LessonBrief, ReplyBrief, SyllabusBrief
from techtree.tutor.ledger import ModelCall
from techtree.tutor.model import Limits, objects, patience
from techtree.tutor.model_author import ModelAuthor
from tests.fakes.openai_server import OpenAIServer

KEY = "sk-hush-this-is-Adas-key"

LIMITS = Limits(first_token=10, stall=10, total=60, backoff=0.01)

LESSON = LessonBrief(
    topic="knots",
    level=Level.BEGINNER,
    syllabus="Knots for sailors",
    module="Loops",
    title="The bowline",
    summary="A loop that holds and can still be untied.",
    teaches=("Bowline",),
)
REPLY = ReplyBrief(lesson=LESSON, text="A bowline is a loop.", question="Why does it hold?")
SYLLABUS = SyllabusBrief("knots", Level.BEGINNER)


@dataclass
class Ledger:
    """Keeps what was recorded."""

    calls: list[ModelCall] = field(default_factory=list)

    async def record(self, call: ModelCall) -> None:
        self.calls.append(call)

    @property
    def outcomes(self) -> list[str]:
        return [call.outcome for call in self.calls]


@pytest.fixture
async def server() -> AsyncIterator[OpenAIServer]:
    async with OpenAIServer() as running:
        yield running


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


both_ways = [
    pytest.mark.parametrize("way", ["here", "by Pydantic AI"], indirect=True),
    pytest.mark.usefixtures("way"),
]
"""For tests of what matters to both ways of reading a server with OpenAI's chat completions."""


@pytest.fixture
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if getattr(request, "param", "here") == "by Pydantic AI":
        module = importlib.import_module("techtree.tutor.model.connect")
        monkeypatch.setattr(module, "_chat", lambda *_: None)


@pytest.fixture
async def author_at(way: None, ledger: Ledger) -> AsyncIterator[Callable[..., ModelAuthor]]:
    """Makes an author for a base URL; keywords replace limits."""
    async with AsyncExitStack() as made:

        def make(url: str, *, key: str = KEY, **limits: Any) -> ModelAuthor:
            settings = settings_of(model_url=url, model_key=key)
            author = ModelAuthor(settings, ledger.record, replace(LIMITS, **limits))
            made.push_async_callback(author.aclose)
            return author

        yield make


@pytest.fixture
def author(author_at: Callable[..., ModelAuthor], server: OpenAIServer) -> ModelAuthor:
    return author_at(server.url)


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    objects.working.clear()
    yield
    objects.working.clear()


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Instead of waiting between requests, note for how long it would have been."""
    noted: list[float] = []

    async def note(seconds: float) -> None:
        noted.append(seconds)

    monkeypatch.setattr(patience, "pause", note)
    return noted


def settings_of(**values: str) -> Settings:
    """Settings that no file has a say in."""
    return Settings(_env_file=None, **({"model": "openai:fake"} | values))  # type: ignore[arg-type, call-arg]


async def text_of(pieces: AsyncIterator[str]) -> str:
    return "".join([piece async for piece in pieces])
