"""What a chat message is taken for."""

import pytest

from techtree.tutor.author import Intent, TutorError
from techtree.tutor.intent import by_signs, intent_of
from techtree.tutor.library import LibraryAuthor
from techtree.tutor.model_author import ModelAuthor
from tests.fakes.author import FakeAuthor
from tests.fakes.openai_server import OpenAIServer

TASK = "Why does a bowline hold?"


@pytest.mark.parametrize(
    ("message", "intent"),
    [
        ("What is a vector?", Intent.ASK),
        ("why is it 5", Intent.ASK),
        ("I don't understand", Intent.ASK),
        ("is it 5?", Intent.ASK),
        ("explain the test", Intent.ASK),
        ("show me a test case", Intent.ASK),
        ("hint", Intent.ASK),
        ("Give me an exercise", Intent.EXERCISE),
        ("another exercise please", Intent.EXERCISE),
        ("Can I practise this?", Intent.EXERCISE),
        ("Test me", Intent.ASSESSMENT),
        ("Let's do a test", Intent.ASSESSMENT),
        ("quiz me on this", Intent.ASSESSMENT),
        ("5 km", Intent.ANSWER),
        ("3/4", Intent.ANSWER),
        ("x = 3", Intent.ANSWER),
        ("2x+1", Intent.ANSWER),
        ("b", Intent.ANSWER),
        ("I think it is the second one", Intent.ANSWER),
        ("because lengths add", Intent.ANSWER),
        ("I don't know", Intent.ANSWER),
    ],
)
def test_plain_signs_are_enough(message: str, intent: Intent) -> None:
    assert by_signs(message, has_task=True) is intent


@pytest.mark.parametrize("message", ["5 km", "b", "I think it is the second one", "lengths add"])
def test_nothing_is_an_answer_without_a_task(message: str) -> None:
    assert by_signs(message, has_task=False) is Intent.ASK


async def test_only_what_shows_no_sign_goes_to_the_author() -> None:
    author = FakeAuthor(intents=[Intent.ANSWER])
    assert await intent_of(author, "What?", task=TASK) is Intent.ASK
    assert author.briefs == []
    assert await intent_of(author, "the rope presses on itself", task=TASK) is Intent.ANSWER
    assert len(author.briefs) == 1


async def test_a_model_that_fails_means_a_question() -> None:
    author = FakeAuthor(intents=[TutorError("away", retry=True)])
    assert await intent_of(author, "the rope presses on itself", task=TASK) is Intent.ASK


async def test_the_library_takes_a_statement_for_an_answer() -> None:
    author = LibraryAuthor(pace=0)
    assert await intent_of(author, "the rope presses on itself", task=TASK) is Intent.ANSWER
    assert await intent_of(author, "the rope presses on itself") is Intent.ASK


async def test_a_model_sorts_what_is_fenced(author: ModelAuthor, server: OpenAIServer) -> None:
    message = "the rope presses on itself"
    assert await intent_of(author, message, task=TASK) is Intent.ANSWER
    (heard,) = server.requests
    assert heard.text.index("<<<message ") < heard.text.index(message)
