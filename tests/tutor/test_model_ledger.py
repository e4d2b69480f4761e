"""What is recorded of each request, and which model is asked."""

from contextlib import aclosing
from dataclasses import replace
from decimal import Decimal
from uuid import uuid4

import pytest

from techtree.tutor import get_author
from techtree.tutor.author import Purpose
from techtree.tutor.ledger import ModelCall
from techtree.tutor.model import Model
from techtree.tutor.model_author import ModelAuthor
from tests.fakes.openai_server import OpenAIServer
from tests.fakes.openai_wire import Answer
from tests.tutor.conftest import LESSON, REPLY, Ledger, both_ways, settings_of, text_of

pytestmark = both_ways


async def test_a_call_says_who_what_for_how_much_and_how_long(
    author: ModelAuthor, ledger: Ledger
) -> None:
    purpose = Purpose("lesson", subject=uuid4(), learner=uuid4())
    await text_of(author.write_lesson(replace(LESSON, purpose=purpose)))
    (call,) = ledger.calls
    assert call.purpose == purpose
    assert call.model == author.name == "openai:fake"
    assert call.prompt == "lesson@3"
    assert call.tokens_in > 300
    assert call.tokens_out > 300
    assert call.first_token_ms is not None
    assert 0 <= call.first_token_ms <= call.total_ms
    assert call.outcome == "complete"


async def test_a_price_nobody_knows_is_none(author: ModelAuthor, ledger: Ledger) -> None:
    await text_of(author.reply(REPLY))
    assert ledger.calls[0].cost is None


async def test_a_known_price_is_reckoned(
    server: OpenAIServer, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", server.url)
    settings = settings_of(model="openai-chat:gpt-4o-mini", model_key="key-of-Ada")
    await text_of(ModelAuthor(settings, ledger.record).reply(REPLY))
    (call,) = ledger.calls
    per_million = call.tokens_in * Decimal("0.15") + call.tokens_out * Decimal("0.60")
    assert call.cost == per_million / 1_000_000


async def test_a_server_that_counts_nothing_gets_an_estimate(
    author: ModelAuthor, server: OpenAIServer, ledger: Ledger
) -> None:
    server.answer(Answer(text="word " * 300, usage=False))
    await text_of(author.reply(REPLY))
    assert ledger.calls[0].tokens_out == 500
    assert ledger.calls[0].tokens_in > 300


async def test_a_ledger_that_fails_costs_nobody_their_lesson(server: OpenAIServer) -> None:
    async def fail(call: ModelCall) -> None:
        raise ConnectionError("the database is away")

    async with aclosing(ModelAuthor(settings_of(model_url=server.url), fail)) as author:
        assert await text_of(author.write_lesson(LESSON))


async def test_a_key_for_the_providers_own_service_is_never_sent_elsewhere(
    server: OpenAIServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-another-service")
    async with aclosing(ModelAuthor(settings_of(model_url=server.url), _ignore)) as author:
        await text_of(author.reply(REPLY))
    assert server.requests
    assert "sk-of-another-service" not in str(server.requests)


def test_the_fast_model_serves_what_somebody_waits_for() -> None:
    model = Model(settings_of(model="openai:big", fast_model="openai:small"), _ignore)
    assert model.name_for(Purpose("grading")) == "openai:small"
    assert model.name_for(Purpose("intent")) == "openai:small"
    assert model.name_for(Purpose("question")) == "openai:big"
    assert model.name_for(Purpose("reply")) == "openai:big"
    alone = Model(settings_of(model="openai:big"), _ignore)
    assert alone.name_for(Purpose("grading")) == "openai:big"


def test_the_author_is_the_model_of_thesettings_of() -> None:
    author = get_author(_ignore, settings_of(model="ollama:qwen3"))
    assert author.name == "ollama:qwen3"


def test_without_a_model_the_library_teaches() -> None:
    assert get_author(_ignore, settings_of(model="library")).name == "library"


async def _ignore(call: ModelCall) -> None:
    pass
