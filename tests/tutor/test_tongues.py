"""The language of what a model writes, and what is done when it is another."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from techtree.languages import SOURCE, TAUGHT
from techtree.tutor.author import QuestionBrief, SyllabusBrief, WrongLanguageError
from techtree.tutor.model_author import ModelAuthor
from techtree.tutor.tongues import beginning, is_in
from tests.fakes.openai_server import OpenAIServer
from tests.fakes.openai_wire import Answer
from tests.tutor.conftest import LESSON, SYLLABUS, text_of

SAID: dict[str, str] = yaml.safe_load(Path(__file__).with_name("tongues.yaml").read_text("utf-8"))


@pytest.mark.parametrize("language", TAUGHT)
def test_a_text_is_known_by_its_language(language: str) -> None:
    assert is_in(SAID[language], language)
    for other in TAUGHT:
        if other not in (language, SOURCE) and not _is_alike(language, other):
            assert not is_in(SAID[language], other), f"{language} was taken for {other}"


def _is_alike(one: str, other: str) -> bool:
    """Written in the same script: what is asked for is told apart from English, not from these."""
    latin = {code for code, said in SAID.items() if "a" in said} - {SOURCE}
    return any({one, other} <= alike for alike in (latin, {"ar", "fa"}, {"ru", "uk"}))


@pytest.mark.parametrize(
    "text",
    ["", "$x^2$", "```py\nprint('Why does it hold when the rope is pulled')\n```", "Hm?"],
)
def test_what_is_too_little_to_tell_is_let_through(text: str) -> None:
    assert is_in(text, "ja")
    assert is_in(text, "de")


def test_formulas_and_code_in_a_text_do_not_count() -> None:
    formula = r"$$\text{for all of the vectors in the space that we have seen}$$"
    assert is_in(f"{SAID['ja']} {formula} `print(the_rope)` {formula}", "ja")


async def test_an_english_text_is_not_waited_for() -> None:
    read: list[str] = []

    async def pieces() -> AsyncIterator[str]:
        for word in SAID["en"].split():
            read.append(word)
            yield word

    assert await beginning(pieces(), "en") == ""
    assert read == []
    assert len(await beginning(pieces(), "de")) < 200


async def test_a_lesson_in_the_wrong_language_is_asked_for_again(
    author: ModelAuthor, server: OpenAIServer
) -> None:
    german = f"{SAID['de']} {SAID['de']}\n"
    server.answer(Answer(text=SAID["en"] * 2), Answer(text=german))
    assert await text_of(author.write_lesson(replace(LESSON, language="de"))) == german
    first, second = (request.body["messages"] for request in server.requests)
    assert "In German" in first[0]["content"]
    assert "was not in German" not in first[1]["content"]
    assert "was not in German" in second[1]["content"]


async def test_a_model_that_does_not_know_the_language_is_said_so(
    author: ModelAuthor, server: OpenAIServer
) -> None:
    server.answer(Answer(text=SAID["en"] * 2), Answer(text=SAID["en"] * 2))
    with pytest.raises(WrongLanguageError, match="Deutsch") as caught:
        await text_of(author.write_lesson(replace(LESSON, language="de")))
    assert caught.value.retry is True


async def test_a_syllabus_in_the_wrong_language_is_sent_back(
    author: ModelAuthor, server: OpenAIServer
) -> None:
    brief = SyllabusBrief(SYLLABUS.topic, SYLLABUS.level, language="ja")
    with pytest.raises(Exception, match="usable"):
        async for _ in author.draft_syllabus(brief):
            pass
    assert any("It is not in Japanese" in str(request.body) for request in server.requests[1:])


async def test_a_question_is_asked_for_in_the_language_of_its_lesson(
    author: ModelAuthor, server: OpenAIServer
) -> None:
    brief = QuestionBrief(
        replace(LESSON, language="ja"), "", (("bowline", "Bowline"),), ("true-false",)
    )
    with pytest.raises(Exception, match="No good question"):
        await author.write_question(brief)
    assert "in Japanese" in str(server.requests[0].body["messages"])
    assert any("It is not in Japanese" in str(request.body) for request in server.requests[1:])
