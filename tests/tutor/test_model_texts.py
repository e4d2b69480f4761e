"""A streamed text that breaks off, stalls, never ends, or is no longer wanted."""

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import replace

import pytest

from techtree.tutor.author import Turn, TutorError
from techtree.tutor.model_author import ModelAuthor
from tests.fakes.openai_script import LESSON as SCRIPT
from tests.fakes.openai_server import OpenAIServer
from tests.fakes.openai_wire import Answer
from tests.tutor.conftest import LESSON, REPLY, Ledger, both_ways, text_of

pytestmark = both_ways

WHOLE = SCRIPT.replace("TITLE", LESSON.title)
TALE = "One rope goes up. Two ropes come down. Three knots hold them all together.\n"


async def test_a_lesson_streams_word_by_word(author: ModelAuthor, server: OpenAIServer) -> None:
    pieces = [piece async for piece in author.write_lesson(LESSON)]
    assert "".join(pieces) == WHOLE
    assert len(pieces) > 100
    assert len(server.requests) == 1


@pytest.mark.parametrize("place", [1, 5, 80, 333, 700, 1200, len(WHOLE) - 30])
async def test_a_text_cut_anywhere_goes_on_where_it_stopped(
    author: ModelAuthor, server: OpenAIServer, ledger: Ledger, place: int
) -> None:
    server.answer(Answer(text=WHOLE, cut_after=place))
    assert await text_of(author.write_lesson(LESSON)) == WHOLE
    assert ledger.outcomes == ["connection failed", "complete"]


async def test_a_text_that_stalls_goes_on_where_it_stopped(
    author_at: Callable[..., ModelAuthor], server: OpenAIServer, ledger: Ledger
) -> None:
    server.answer(Answer(text=WHOLE, stall_after=400))
    author = author_at(server.url, stall=0.5)
    assert await text_of(author.write_lesson(LESSON)) == WHOLE
    assert len(ledger.calls) == 2


async def test_what_a_continuation_repeats_is_dropped(
    author: ModelAuthor, server: OpenAIServer
) -> None:
    server.answer(
        Answer(text=TALE, cut_after=TALE.index("hold")),
        Answer(text=TALE[TALE.index("Two ropes") :]),
    )
    assert await text_of(author.write_lesson(LESSON)) == TALE


async def test_the_model_is_shown_its_own_text_and_asked_to_go_on(
    author: ModelAuthor, server: OpenAIServer
) -> None:
    server.answer(Answer(text=TALE, cut_after=30), Answer(text="ropes come down.\n"))
    await text_of(author.write_lesson(LESSON))
    roles = [message["role"] for message in server.requests[1].body["messages"]]
    said = server.requests[1].body["messages"][2]["content"]
    assert roles == ["system", "user", "assistant", "user"]
    assert TALE.startswith(said)
    assert said.endswith(" ")


async def test_a_text_that_is_cut_again_and_again_ends_in_an_error_worth_retrying(
    author: ModelAuthor, server: OpenAIServer
) -> None:
    server.answer(
        *[Answer(text=f"More {n} of the same thing. " * 20, cut_after=300) for n in range(9)]
    )
    with pytest.raises(TutorError) as caught:
        await text_of(author.write_lesson(LESSON))
    assert caught.value.retry is True
    assert len(server.requests) == 4


async def test_an_answer_without_a_finish_is_taken_for_a_cut(
    author: ModelAuthor, server: OpenAIServer, ledger: Ledger
) -> None:
    server.answer(Answer(text=WHOLE, end_after=500))
    assert await text_of(author.write_lesson(LESSON)) == WHOLE
    assert ledger.outcomes == ["ended without a finish", "complete"]


async def test_a_server_that_never_says_it_has_finished_is_believed_the_second_time(
    author: ModelAuthor, server: OpenAIServer
) -> None:
    server.answer(Answer(text=TALE, end_after=999), Answer(text="", end_after=0))
    assert await text_of(author.write_lesson(LESSON)) == TALE


async def test_a_text_that_hit_the_servers_own_output_limit_is_continued(
    author: ModelAuthor, server: OpenAIServer
) -> None:
    server.answer(Answer(text=WHOLE[:600], finish="length"))
    assert await text_of(author.write_lesson(LESSON)) == WHOLE


async def test_an_answer_that_never_ends_is_cut_and_the_request_closed(
    author: ModelAuthor, server: OpenAIServer, ledger: Ledger
) -> None:
    server.answer(Answer(text="Round and round it goes.\n\n", endless=True))
    text = await text_of(author.reply(REPLY))
    assert 5_000 <= len(text) < 6_250
    assert text.endswith("\n\n")
    await _until(lambda: server.hung_up == 1)
    assert ledger.outcomes == ["stopped"]


async def test_a_cut_inside_a_code_block_closes_it(
    author: ModelAuthor, server: OpenAIServer
) -> None:
    server.answer(Answer(text="```python\n" + f"x{' ' * 60}= 1\n" * 200))
    text = await text_of(author.reply(REPLY))
    assert text.endswith("\n```\n")


async def test_closing_the_iterator_stops_the_model_at_once(
    author_at: Callable[..., ModelAuthor], ledger: Ledger
) -> None:
    async with OpenAIServer(tokens_per_second=200) as server:
        async with aclosing(author_at(server.url).write_lesson(LESSON)) as pieces:
            async for _ in pieces:
                break
        await _until(lambda: server.hung_up == 1)
    assert ledger.outcomes == ["stopped"]


async def test_cancelling_the_reader_stops_the_model_and_is_still_recorded(
    author_at: Callable[..., ModelAuthor], ledger: Ledger
) -> None:
    async with OpenAIServer(tokens_per_second=200) as server:
        reader = asyncio.create_task(text_of(author_at(server.url).write_lesson(LESSON)))
        await _until(lambda: bool(server.requests))
        await asyncio.sleep(0.1)
        reader.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reader
        await _until(lambda: server.hung_up == 1)
    assert ledger.outcomes == ["stopped"]


async def test_the_lesson_does_not_begin_with_its_title_or_a_fence(
    author: ModelAuthor, server: OpenAIServer
) -> None:
    for start in (
        "# The bowline\n\n",
        "## The Bowline\n",
        "**Lesson 4: The bowline**\n\n",
        "```markdown\n# The bowline\n",
    ):
        end = "\n```" if start.startswith("```") else ""
        server.answer(Answer(text=f"{start}{TALE}{end}"))
        assert (await text_of(author.write_lesson(LESSON))).strip() == TALE.strip()


async def test_a_lesson_keeps_a_first_heading_that_is_not_its_title(
    author: ModelAuthor, server: OpenAIServer
) -> None:
    server.answer(Answer(text=f"## Why knots slip\n\n{TALE}```sh\nls\n```\n"))
    text = await text_of(author.write_lesson(LESSON))
    assert text == f"## Why knots slip\n\n{TALE}```sh\nls\n```\n"


async def test_a_context_that_is_too_long_is_shortened_and_keeps_the_newest(
    author: ModelAuthor, server: OpenAIServer
) -> None:
    turns = tuple(Turn("learner", f"turn {n} " + "word " * 40) for n in range(60))
    server.answer(Answer(status=400, code="context_length_exceeded", message="too many tokens"))
    assert await text_of(author.reply(replace(REPLY, history=turns)))
    first, second = (heard.text for heard in server.requests)
    assert len(second) < len(first)
    assert "turn 0 " not in first
    assert "turn 59 " in second
    assert REPLY.question in second


async def test_a_reply_of_any_history_fits_an_unknown_models_window(
    author: ModelAuthor, server: OpenAIServer
) -> None:
    turns = tuple(Turn("tutor", "word " * 200) for _ in range(500))
    brief = replace(REPLY, history=turns, text="long " * 50_000, question="why " * 50_000)
    await text_of(author.reply(brief))
    heard = server.requests[0]
    assert len(heard.text.encode()) / 3 + heard.body["max_tokens"] <= 8_192


async def test_a_hundred_texts_stream_at_once(
    author_at: Callable[..., ModelAuthor], ledger: Ledger
) -> None:
    async with OpenAIServer() as server:
        server.answer(*[Answer(text=TALE)] * 100)
        author = author_at(server.url)
        texts = await asyncio.gather(*(text_of(author.write_lesson(LESSON)) for _ in range(100)))
    assert set(texts) == {TALE}
    assert ledger.outcomes == ["complete"] * 100


async def _until(holds: Callable[[], bool]) -> None:
    for _ in range(100):
        if holds():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it never became true")
