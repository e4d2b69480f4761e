"""A budget stops new texts, kindly, and nothing else; a price is told before it is spent."""

from decimal import Decimal
from uuid import UUID, uuid4

import pytest

from tasks import budget, commands
from tasks.author import record
from techtree import prices
from techtree.accounts import Learner
from techtree.ledger import Call
from techtree.settings import get_settings
from techtree.syllabi import Syllabus
from techtree.tutor.author import BudgetError, Purpose
from techtree.tutor.ledger import ModelCall
from techtree.tutor.model_author import ModelAuthor
from tests.fakes.openai_server import OpenAIServer
from tests.tutor.conftest import LESSON, settings_of, text_of


async def spend(
    dollars: str | None,
    learner: UUID | None,
    *,
    kind: str = "lesson",
    model: str = "openai:test",
    subject: UUID | None = None,
) -> None:
    await record(
        ModelCall(
            purpose=Purpose(kind, subject or uuid4(), learner),
            model=model,
            prompt="lesson@1",
            tokens_in=700,
            tokens_out=900,
            cost=Decimal(dollars) if dollars else None,
            first_token_ms=120,
            total_ms=4_000,
            outcome="complete",
        )
    )


def budgets(monkeypatch: pytest.MonkeyPatch, **dollars: str | None) -> None:
    for name in ("learner", "site"):
        value = dollars.get(name)
        monkeypatch.setattr(get_settings(), f"budget_{name}", Decimal(value) if value else None)


async def allowed(learner: Learner | None) -> bool:
    try:
        await budget.allow(Purpose("lesson", learner=learner.id if learner else None))
    except BudgetError:
        return False
    return True


async def test_without_a_budget_everything_is_allowed(ada: Learner) -> None:
    await spend("1000", ada.id)
    assert await allowed(ada)


async def test_a_learners_budget_stops_this_learner_only(
    ada: Learner, eve: Learner, monkeypatch: pytest.MonkeyPatch
) -> None:
    budgets(monkeypatch, learner="0.50")
    await spend("0.30", ada.id)
    assert await allowed(ada)
    await spend("0.20", ada.id)
    assert not await allowed(ada)
    assert await allowed(eve)
    assert await allowed(None), "the catalogue is on nobody's account"


async def test_the_sites_budget_stops_everybody(
    ada: Learner, eve: Learner, monkeypatch: pytest.MonkeyPatch
) -> None:
    budgets(monkeypatch, site="1")
    await spend("0.60", ada.id)
    await spend("0.40", None)
    assert not await allowed(eve)
    assert not await allowed(None)


async def test_a_budget_begins_anew_every_day(
    ada: Learner, monkeypatch: pytest.MonkeyPatch
) -> None:
    budgets(monkeypatch, learner="0.50", site="0.50")
    await spend("0.60", ada.id)
    await Call.raw(
        "UPDATE call SET created_at = date_trunc('day', now(), 'UTC') - interval '1 second'"
    )
    assert await allowed(ada)


async def test_calls_of_no_known_price_do_not_count(
    ada: Learner, monkeypatch: pytest.MonkeyPatch
) -> None:
    budgets(monkeypatch, learner="0.50")
    await spend(None, ada.id)
    assert await allowed(ada)


async def test_past_the_budget_no_request_reaches_the_model(
    ada: Learner, monkeypatch: pytest.MonkeyPatch
) -> None:
    budgets(monkeypatch, site="0.50")
    await spend("0.50", ada.id)
    async with OpenAIServer() as server:
        author = ModelAuthor(settings_of(model_url=server.url), record, allow=budget.allow)
        with pytest.raises(BudgetError, match="What is written stays") as refused:
            await text_of(author.write_lesson(LESSON))
        assert not server.requests
    assert not refused.value.retry, "trying again today would be no use"


async def test_the_price_of_lessons_follows_what_the_last_ones_cost(
    database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(get_settings(), "model", "openai:nobody-knows-this")
    assert (await prices.of_lessons(4)).dollars is None
    repeated = uuid4()
    for subject, dollars in ((uuid4(), "0.01"), (uuid4(), "0.03"), (repeated, "0.01")):
        await spend(dollars, None, subject=subject, model="openai:nobody-knows-this")
    await spend("0.01", None, subject=repeated, model="openai:nobody-knows-this")
    estimate = await prices.of_lessons(4)
    assert estimate.dollars == Decimal("0.08")
    assert str(estimate) == "4 lessons, about $0.08"


async def test_a_model_that_wrote_nothing_yet_is_reckoned_by_its_list_price(
    database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(get_settings(), "model", "openai:gpt-4o-mini")
    estimate = await prices.of_lessons(10)
    per_million = 2_000 * Decimal("0.15") + 3_500 * Decimal("0.60")
    assert estimate.dollars == 10 * per_million / 1_000_000


async def test_the_library_costs_nothing(database: None) -> None:
    assert str(await prices.of_lessons(1)) == "1 lesson, at no cost"


async def test_nothing_is_prepared_when_the_price_is_not_agreed_to(
    ada_syllabus: Syllabus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(get_settings(), "model", "openai:gpt-4o-mini")
    told: list[str] = []

    def refuse(price: str) -> bool:
        told.append(price)
        return False

    assert await commands.prepare(ada_syllabus.id, may_start=refuse) == commands.DONE
    assert told == ["4 lessons, about $0.01"]
    rows = await Syllabus.raw("SELECT count(*) AS versions FROM lesson_version")
    assert rows[0]["versions"] == 0
