"""Questions from a model: made, checked, solved blind, and refused when they aren't good."""

import json
from dataclasses import replace
from typing import Any

import pytest

from techtree.tutor.author import KINDS, NoGoodQuestionError, QuestionBrief, TutorError
from techtree.tutor.model_author import ModelAuthor
from tests.fakes.openai_items import question, solution
from tests.fakes.openai_server import OpenAIServer
from tests.fakes.openai_wire import Answer
from tests.tutor.conftest import LESSON, Ledger

BRIEF = QuestionBrief(LESSON, "A bowline is a loop.", (("bowline", "Bowline"),), kinds=("choice",))
TOLD = "<<<concepts 1\n- bowline: Bowline\nconcepts 1>>>"


@pytest.mark.parametrize("kind", KINDS)
async def test_a_sound_question_of_each_kind_passes_its_checks(
    author: ModelAuthor, server: OpenAIServer, kind: str
) -> None:
    item = await author.write_question(replace(BRIEF, kinds=(kind,)))
    assert item.kind == kind
    assert item.concepts == ("bowline",)
    assert item.key != "scripted"
    assert sum("You solve one question" in heard.text for heard in server.requests) == 2


async def test_whoever_solves_it_sees_neither_key_nor_explanation(
    author: ModelAuthor, server: OpenAIServer
) -> None:
    item = await author.write_question(BRIEF)
    solving = [h.text for h in server.requests if "You solve one question" in h.text]
    assert len(solving) == 2
    for text in solving:
        assert item.text in text
        assert item.explanation not in text
        assert "You lost a ten" not in text


async def test_a_question_solved_otherwise_is_made_anew_with_the_reason(
    author: ModelAuthor, server: OpenAIServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Else by chance both could be shown the right option in the place that they choose.
    monkeypatch.setattr("random.shuffle", list.reverse)
    wrong = _made(options=[_right("220"), _wrong("221"), _wrong("231")])
    server.answer(_says(wrong), _solved("2"), _solved("2"))
    item = await author.write_question(BRIEF)
    assert "220" not in str(item)
    again = next(h.text for h in server.requests[3:] if "You write one question" in h.text)
    assert "Solved blind, it came out as" in again


async def test_one_of_two_solvers_who_disagrees_is_enough(
    author: ModelAuthor, server: OpenAIServer
) -> None:
    made = _made()
    server.answer(_says(made), _solved("0"), Answer())
    await author.write_question(BRIEF)
    assert len([h for h in server.requests if "You write one question" in h.text]) == 2


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"concepts": ["clove-hitch"]}, "clove-hitch"),
        ({"hints": []}, "no hints"),
        ({"hints": ["Is it 221 perhaps?"]}, "hint contains the answer"),
        ({"text": "Which is 13 times 17, that is 221?"}, "text contains its answer"),
        ({"text": "What is $13 \\cdot {17$?"}, "braces"),
        ({"text": "What is $13 times 17?"}, "no closing"),
        ({"explanation": "It is \\frac{1}{2}."}, "outside of"),
    ],
)
async def test_a_fault_of_form_is_told_to_the_model(
    author: ModelAuthor, server: OpenAIServer, change: dict[str, Any], reason: str
) -> None:
    server.answer(_says(_made(**change)))
    await author.write_question(BRIEF)
    assert reason in server.requests[1].text


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (["A loop that holds", "A loop that slips", "All of the above"], "stand for others"),
        (["A loop that holds", "A loop that slips", "None of these"], "stand for others"),
        (
            [
                "A loop that holds under any load and can be untied after it",
                "Yes",
                "No",
            ],
            "far longer",
        ),
        (["Sailors untying bowlines", "Hikers at a stove", "Cooks at a fire"], "repeats words"),
    ],
)
async def test_an_option_that_gives_itself_away_is_refused(
    author: ModelAuthor, server: OpenAIServer, options: list[str], reason: str
) -> None:
    texts = [_right(options[0]), *map(_wrong, options[1:])]
    text = "Who would be untying most bowlines among sailors and others?"
    server.answer(_says(_made(text=text, options=texts)))
    await author.write_question(BRIEF)
    assert reason in server.requests[1].text


async def test_a_repeat_of_an_earlier_question_is_refused(
    author: ModelAuthor, server: OpenAIServer
) -> None:
    asked = question("choice", TOLD)["text"]
    server.answer(_says(question("choice", TOLD)))
    item = await author.write_question(replace(BRIEF, avoid=(asked,)))
    assert item.text != asked
    assert "repeats a question" in server.requests[1].text


@pytest.mark.parametrize(
    ("kind", "change", "reason"),
    [
        ("number", {"unit": "blinks per sneeze"}, "convert the unit"),
        ("number", {"mistakes": [{"answer": "221.0", "misconception": "You did."}]}, "a mistake"),
        ("expression", {"mistakes": [{"answer": "x*30", "misconception": "You."}]}, "a mistake"),
        ("expression", {"answer": "30 \\clubsuit x"}, "can't be graded as right"),
        ("short", {"mistakes": [{"answer": "Product!", "misconception": "You."}]}, "a mistake"),
    ],
)
async def test_a_key_that_grading_would_not_follow_is_refused(
    author: ModelAuthor, server: OpenAIServer, kind: str, change: dict[str, Any], reason: str
) -> None:
    server.answer(_says(question(kind, TOLD) | change))
    item = await author.write_question(replace(BRIEF, kinds=(kind,)))
    assert item.kind == kind
    assert reason in server.requests[1].text


async def test_after_three_more_tries_there_is_no_good_question(
    author: ModelAuthor, server: OpenAIServer
) -> None:
    server.answer(*[_says(_made(hints=[]))] * 4)
    with pytest.raises(NoGoodQuestionError, match="No good question could be made"):
        await author.write_question(BRIEF)
    assert len(server.requests) == 4


async def test_an_outage_while_solving_is_an_outage_and_no_rejection(
    author: ModelAuthor, server: OpenAIServer, waits: list[float], ledger: Ledger
) -> None:
    server.answer(Answer(), *[Answer(status=500)] * 8)
    with pytest.raises(TutorError) as caught:
        await author.write_question(BRIEF)
    assert not isinstance(caught.value, NoGoodQuestionError)
    assert caught.value.retry


def _made(**changes: Any) -> dict[str, Any]:
    return question("choice", TOLD) | changes


def _right(text: str) -> dict[str, Any]:
    return {"text": text, "right": True}


def _wrong(text: str) -> dict[str, Any]:
    return {"text": text, "misconception": "You took one for the other."}


def _says(value: dict[str, Any]) -> Answer:
    return Answer(text=json.dumps(value))


def _solved(answer: str) -> Answer:
    return _says({"reasoning": "It seemed so.", "answer": answer})


def test_the_scripted_solver_finds_the_scripted_key() -> None:
    made = question("number", TOLD)
    assert solution(f"<<<question-text 1\n{made['text']}\nquestion-text 1>>>")["answer"] == "221"
