"""What an author does when the model's server fails: what it retries, and what it says."""

import logging
import traceback
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from techtree.tutor.author import TutorError
from techtree.tutor.model_author import ModelAuthor
from tests.fakes.openai_server import OpenAIServer
from tests.fakes.openai_wire import Answer
from tests.tutor.conftest import KEY, LESSON, Ledger, both_ways, settings_of, text_of

pytestmark = both_ways

GOOD = Answer(text="A good text. It ends.\n")


@pytest.mark.parametrize(
    ("status", "setting"),
    [(401, "TECHTREE_MODEL_KEY"), (403, "TECHTREE_MODEL_KEY"), (404, "TECHTREE_MODEL_URL")],
)
async def test_a_wrong_setting_is_named_to_the_operator_only_and_not_retried(
    author: ModelAuthor, server: OpenAIServer, status: int, setting: str
) -> None:
    server.answer(Answer(status=status), GOOD)
    with pytest.raises(TutorError) as caught:
        await text_of(author.write_lesson(LESSON))
    assert caught.value.retry is False
    assert setting in caught.value.detail
    assert "TECHTREE" not in str(caught.value)
    assert "settings" in str(caught.value)
    assert len(server.requests) == 1


async def test_a_404_names_the_model_setting_too(author: ModelAuthor, server: OpenAIServer) -> None:
    server.answer(Answer(status=404))
    with pytest.raises(TutorError) as caught:
        await text_of(author.write_lesson(LESSON))
    assert "TECHTREE_MODEL names" in caught.value.detail


async def test_an_exhausted_account_is_not_retried(
    author: ModelAuthor, server: OpenAIServer
) -> None:
    server.answer(Answer(status=429, code="insufficient_quota"), GOOD)
    with pytest.raises(TutorError) as caught:
        await text_of(author.write_lesson(LESSON))
    assert caught.value.retry is False
    assert len(server.requests) == 1


async def test_the_key_appears_nowhere_even_when_the_server_repeats_it(
    author: ModelAuthor, server: OpenAIServer, ledger: Ledger, caplog: pytest.LogCaptureFixture
) -> None:
    server.answer(Answer(status=401, echo_key=True))
    with caplog.at_level(logging.DEBUG), pytest.raises(TutorError) as caught:
        await text_of(author.write_lesson(LESSON))
    assert KEY in server.requests[0].headers["authorization"]
    assert "[key]" in caught.value.detail
    shown = [repr(caught.value), caught.value.detail, caplog.text, repr(ledger.calls), repr(author)]
    shown += traceback.format_exception(caught.value)
    assert not [text for text in shown if KEY in text]
    assert not _chain_with_key(caught.value)


def _chain_with_key(error: BaseException | None) -> bool:
    """Whether any exception behind this one, shown by default or not, holds the key."""
    while error is not None:
        if KEY in f"{error!r}{vars(error)}":
            return True
        error = error.__cause__ or error.__context__
    return False


async def test_retry_after_in_seconds_is_honoured(
    author: ModelAuthor, server: OpenAIServer, waits: list[float], ledger: Ledger
) -> None:
    server.answer(Answer(status=429, headers={"Retry-After": "3"}), GOOD)
    assert await text_of(author.write_lesson(LESSON)) == GOOD.text
    assert waits == [3]
    assert ledger.outcomes == ["rate limited", "complete"]


async def test_retry_after_as_a_date_is_honoured(
    author_at: Callable[..., ModelAuthor], server: OpenAIServer, waits: list[float]
) -> None:
    when = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    server.answer(Answer(status=429, headers={"Retry-After": when}), GOOD)
    author = author_at(server.url, total=300)
    assert await text_of(author.write_lesson(LESSON)) == GOOD.text
    assert len(waits) == 1
    assert 28 < waits[0] <= 30


@pytest.mark.parametrize(("asked", "total"), [("3600", 7200), ("50", 40)])
async def test_a_wait_longer_than_the_limits_ends_the_attempt_at_once(
    author_at: Callable[..., ModelAuthor],
    server: OpenAIServer,
    waits: list[float],
    asked: str,
    total: float,
) -> None:
    server.answer(Answer(status=429, headers={"Retry-After": asked}), GOOD)
    with pytest.raises(TutorError) as caught:
        await text_of(author_at(server.url, total=total).write_lesson(LESSON))
    assert caught.value.retry is True
    assert waits == []


async def test_a_rate_limit_without_a_time_is_never_retried_at_once(
    author: ModelAuthor, server: OpenAIServer, waits: list[float]
) -> None:
    server.answer(Answer(status=429), GOOD)
    assert await text_of(author.write_lesson(LESSON)) == GOOD.text
    assert waits[0] > 0


async def test_a_server_error_is_retried_at_once_and_then_with_growing_waits(
    author: ModelAuthor, server: OpenAIServer, waits: list[float]
) -> None:
    server.answer(Answer(status=500), Answer(status=503), Answer(status=502), GOOD)
    assert await text_of(author.write_lesson(LESSON)) == GOOD.text
    assert waits[0] == 0
    assert 0 < waits[1] < waits[2]


async def test_a_server_that_stays_down_is_asked_only_so_often(
    author: ModelAuthor, server: OpenAIServer
) -> None:
    server.answer(*[Answer(status=500)] * 10)
    with pytest.raises(TutorError) as caught:
        await text_of(author.write_lesson(LESSON))
    assert caught.value.retry is True
    assert len(server.requests) == 4


async def test_a_kept_alive_connection_that_was_dropped_costs_nothing(
    author_at: Callable[..., ModelAuthor], waits: list[float]
) -> None:
    async with OpenAIServer(drop_kept_alive=True) as server:
        author = author_at(server.url)
        server.answer(GOOD, GOOD)
        assert await text_of(author.write_lesson(LESSON)) == GOOD.text
        assert await text_of(author.write_lesson(LESSON)) == GOOD.text
    assert set(waits) <= {0}
    assert server.dropped == 1


async def test_a_connection_dropped_before_the_first_byte_is_retried_at_once(
    author: ModelAuthor, server: OpenAIServer, waits: list[float]
) -> None:
    server.answer(Answer(drop=True), GOOD)
    assert await text_of(author.write_lesson(LESSON)) == GOOD.text
    assert waits == [0]


async def test_a_refused_connection_points_the_operator_to_the_url(
    author_at: Callable[..., ModelAuthor],
) -> None:
    async with OpenAIServer() as server:
        closed = server.url
    with pytest.raises(TutorError) as caught:
        await text_of(author_at(closed).write_lesson(LESSON))
    assert caught.value.retry is True
    assert "TECHTREE_MODEL_URL" in caught.value.detail
    assert "try again" in str(caught.value)


@pytest.mark.parametrize("fault", [Answer(hang=True), Answer(silent=True)])
async def test_no_first_token_in_time_gives_up_the_request_and_asks_again(
    author_at: Callable[..., ModelAuthor], server: OpenAIServer, ledger: Ledger, fault: Answer
) -> None:
    server.answer(fault, GOOD)
    author = author_at(server.url, first_token=0.5)
    assert await text_of(author.write_lesson(LESSON)) == GOOD.text
    assert ledger.outcomes[0] == "no first token"
    assert ledger.calls[0].first_token_ms is None


async def test_the_overall_limit_ends_an_answer_that_is_too_slow(
    author_at: Callable[..., ModelAuthor], ledger: Ledger
) -> None:
    async with OpenAIServer(tokens_per_second=50) as server:
        with pytest.raises(TutorError) as caught:
            await text_of(author_at(server.url, total=0.3).write_lesson(LESSON))
    assert "too long" in str(caught.value)
    assert caught.value.retry is True
    assert ledger.outcomes == ["time is up"]


async def test_an_empty_answer_is_asked_for_again_and_then_given_up(
    author: ModelAuthor, server: OpenAIServer, ledger: Ledger
) -> None:
    server.answer(Answer(text=" \n"), GOOD)
    assert await text_of(author.write_lesson(LESSON)) == GOOD.text
    server.answer(*[Answer(text="")] * 4)
    with pytest.raises(TutorError, match="no answer"):
        await text_of(author.write_lesson(LESSON))
    assert ledger.outcomes == ["empty answer", "complete", *["empty answer"] * 4]


async def test_an_answer_that_is_not_the_protocol_is_asked_for_again(
    author: ModelAuthor, server: OpenAIServer
) -> None:
    server.answer(Answer(garbage=True), GOOD)
    assert await text_of(author.write_lesson(LESSON)) == GOOD.text


async def test_a_declined_answer_is_not_retried(author: ModelAuthor, server: OpenAIServer) -> None:
    server.answer(Answer(text="", finish="content_filter"), GOOD)
    with pytest.raises(TutorError, match="declined") as caught:
        await text_of(author.write_lesson(LESSON))
    assert caught.value.retry is False


async def test_an_unknown_provider_or_a_missing_key_is_a_wrong_setting(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    for model in ("nobody:gpt", "openai:gpt-5-mini"):
        settings = settings_of(model=model)
        with pytest.raises(TutorError) as caught:
            await text_of(ModelAuthor(settings, ledger.record).write_lesson(LESSON))
        assert caught.value.retry is False
        assert "TECHTREE_MODEL" in caught.value.detail
    assert ledger.calls == []
