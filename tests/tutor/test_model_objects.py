"""A syllabus from a server that can do tools, only schemas, or only text; and gets it wrong."""

import json
from typing import Any

import pytest

from techtree.tutor.author import SyllabusDraft, TutorError
from techtree.tutor.model.objects import working
from techtree.tutor.model.wanted import Mode
from techtree.tutor.model_author import ModelAuthor
from tests.fakes.openai_script import Delivery, delivery_of, syllabus
from tests.fakes.openai_server import OpenAIServer
from tests.fakes.openai_wire import Answer
from tests.tutor.conftest import SYLLABUS, Ledger, both_ways

pytestmark = both_ways


async def test_the_drafts_grow_a_module_at_a_time_and_the_last_is_final(
    author: ModelAuthor,
) -> None:
    drafts = await _drafts(author)
    assert [(len(draft.modules), draft.final) for draft in drafts] == [
        (0, False),
        (1, False),
        (2, False),
        (3, True),
    ]
    assert drafts[-1].modules[:2] == drafts[-2].modules
    assert [len(module.lessons) for module in drafts[-1].modules] == [3, 3, 3]
    assert drafts[-1].modules[1].lessons[0].builds_on == ("concept-3",)
    assert drafts[-1].concepts[1].builds_on == ("concept-1",)


async def test_tools_then_schema_then_plain_text_and_what_works_is_remembered(
    author: ModelAuthor, server: OpenAIServer
) -> None:
    server.tools = server.json_schema = False
    assert (await _drafts(author))[-1].final
    assert _asked(server) == [Delivery.TOOL, Delivery.JSON_SCHEMA, Delivery.TEXT]
    server.requests.clear()
    assert (await _drafts(author))[-1].final
    assert _asked(server) == [Delivery.TEXT]


async def test_a_schema_is_used_where_there_are_no_tools(
    author: ModelAuthor, server: OpenAIServer
) -> None:
    server.tools = False
    assert (await _drafts(author))[-1].final
    assert _asked(server) == [Delivery.TOOL, Delivery.JSON_SCHEMA]
    assert list(working.values()) == [Mode.JSON_SCHEMA]
    assert "$ref" not in json.dumps(server.requests[1].body["response_format"])


async def test_a_server_that_refuses_tools_with_a_500_is_understood(
    author: ModelAuthor, server: OpenAIServer
) -> None:
    server.answer(Answer(status=500, message="tools param requires --jinja flag"))
    assert (await _drafts(author))[-1].final
    assert _asked(server) == [Delivery.TOOL, Delivery.JSON_SCHEMA]


async def test_a_server_that_ignores_tools_is_believed_when_its_text_is_the_object(
    author: ModelAuthor, server: OpenAIServer
) -> None:
    text = f"Here you are:\n```json\n{json.dumps(syllabus('knots'))}\n```\nGood luck."
    server.answer(Answer(text=text, as_text=True))
    assert (await _drafts(author))[-1].final
    assert len(server.requests) == 1
    assert not working


async def test_a_second_call_of_a_tool_is_not_mixed_into_the_first(
    author: ModelAuthor, server: OpenAIServer
) -> None:
    server.answer(Answer(calls_twice=True))
    assert (await _drafts(author))[-1].final
    assert len(server.requests) == 1


async def test_chatter_instead_of_a_tool_call_leads_to_the_next_way(
    author: ModelAuthor, server: OpenAIServer
) -> None:
    server.answer(Answer(text="I would be happy to help.", as_text=True))
    assert (await _drafts(author))[-1].final
    assert _asked(server) == [Delivery.TOOL, Delivery.JSON_SCHEMA]


async def test_an_invalid_syllabus_goes_back_with_the_reason(
    author: ModelAuthor, server: OpenAIServer
) -> None:
    bad = syllabus("knots")
    bad["modules"][0]["lessons"] = bad["modules"][0]["lessons"][:2]
    server.answer(_says(bad))
    assert (await _drafts(author))[-1].final
    first, second = server.requests
    assert "has 2 lessons" in second.text
    assert len(second.body["messages"]) == 4
    assert "has 2 lessons" not in first.text


async def test_json_that_does_not_fit_the_schema_goes_back_with_the_place(
    author: ModelAuthor, server: OpenAIServer
) -> None:
    bad = syllabus("knots")
    del bad["modules"][1]["title"]
    server.answer(_says(bad))
    assert (await _drafts(author))[-1].final
    assert "modules.1.title" in server.requests[1].text


async def test_after_three_corrections_the_learner_is_told(
    author: ModelAuthor, server: OpenAIServer
) -> None:
    bad = syllabus("knots", modules=1)
    server.answer(*[_says(bad)] * 9)
    with pytest.raises(TutorError) as caught:
        await _drafts(author)
    assert len(server.requests) == 4
    assert "There are 1 modules" in caught.value.detail
    assert "usable" in str(caught.value)


async def test_garbage_in_plain_text_goes_back_with_the_reason(
    author: ModelAuthor, server: OpenAIServer
) -> None:
    server.tools = server.json_schema = False
    server.answer(Answer(text='{"title": "Knots", "modules": [oops'))
    assert (await _drafts(author))[-1].final
    assert "isn't one JSON object" in server.requests[-1].text


async def test_formulas_with_single_backslashes_are_read(
    author: ModelAuthor, server: OpenAIServer
) -> None:
    text = json.dumps(syllabus("knots")).replace("From first pictures", r"From $\\lambda$ pictures")
    server.answer(Answer(text=text.replace("\\\\lambda", "\\lambda")))
    assert (await _drafts(author))[-1].summary.startswith(r"From $\lambda$ pictures")


async def test_an_object_cut_in_the_middle_starts_again(
    author: ModelAuthor, server: OpenAIServer, ledger: Ledger
) -> None:
    server.answer(Answer(cut_after=1_500))
    drafts = await _drafts(author)
    assert drafts[-1].final
    counts = [len(draft.modules) for draft in drafts]
    assert counts == sorted(counts)
    assert ledger.outcomes == ["connection failed", "complete"]


async def test_an_object_that_never_ends_is_given_up(
    author: ModelAuthor, server: OpenAIServer
) -> None:
    server.answer(*[Answer(text='{"title": "' + "a" + " " * 5_000, endless=True)] * 4)
    with pytest.raises(TutorError) as caught:
        await _drafts(author)
    assert caught.value.retry is True
    assert len(server.requests) == 4


async def test_a_whole_object_without_a_finish_is_accepted(
    author: ModelAuthor, server: OpenAIServer
) -> None:
    server.answer(Answer(end_after=100_000))
    assert (await _drafts(author))[-1].final
    assert len(server.requests) == 1


async def test_a_wrong_key_is_not_mistaken_for_missing_tools(
    author: ModelAuthor, server: OpenAIServer
) -> None:
    server.answer(Answer(status=401))
    with pytest.raises(TutorError) as caught:
        await _drafts(author)
    assert caught.value.retry is False
    assert len(server.requests) == 1


async def _drafts(author: ModelAuthor) -> list[SyllabusDraft]:
    return [draft async for draft in author.draft_syllabus(SYLLABUS)]


def _asked(server: OpenAIServer) -> list[Delivery]:
    return [delivery_of(heard.body) for heard in server.requests]


def _says(value: dict[str, Any]) -> Answer:
    return Answer(text=json.dumps(value))
