"""Questions that a model makes, and that are checked before anybody is asked them."""

import asyncio
import logging
import secrets
from contextlib import aclosing
from typing import Any

from pydantic import BaseModel

from techtree.items import (
    ITEM,
    AnyItem,
    Choice,
    Code,
    Expression,
    Number,
    Order,
    Short,
    TrueFalse,
)
from techtree.languages import english_name
from techtree.tutor.author import Author, NoGoodQuestionError, QuestionBrief
from techtree.tutor.model import Model, Shape, Size, Task, clip, newest_that_fit
from techtree.tutor.prompts import Prompt, fill
from techtree.tutor.solving import disagreement
from techtree.tutor.soundness import problems_of
from techtree.tutor.tongues import is_in

log = logging.getLogger(__name__)

SIZE = Size(tokens=5_000, characters=16_000)
"""The longest item is about 1,200 tokens; the rest is to think."""
AGAIN = 3
"""How often a rejected question is made anew."""
ASKED_BEFORE = 20
"""How many of the last questions a new one must differ from."""

SHAPES: dict[str, type[BaseModel]] = {
    "choice": Choice,
    "true-false": TrueFalse,
    "number": Number,
    "expression": Expression,
    "short": Short,
    "order": Order,
    "code": Code,
}


async def write_question(model: Model, author: Author, brief: QuestionBrief) -> AnyItem:
    """An item that passed every check.

    Raises `NoGoodQuestionError` when none did, and `TutorError` when the model fails.
    """
    rejected: list[str] = []
    for attempt in range(AGAIN + 1):
        # After two failures of one kind another may suit the concept better.
        kind = brief.kinds[(len(brief.avoid) + attempt // 2) % len(brief.kinds)]
        item = await _draft(model, brief, kind, rejected)
        problems = await problems_of(item, brief)
        if not is_in(f"{item.text} {item.explanation}", brief.lesson.language):
            problems.append(f"It is not in {english_name(brief.lesson.language)}.")
        if not problems:
            problems = await _blind(model, author, item, brief)
        if not problems:
            return item
        log.info("A question was rejected: %s", "; ".join(problems))
        rejected += [f"“{item.text[:200]}”: {problem}" for problem in problems]
    raise NoGoodQuestionError("; ".join(rejected))


async def _draft(model: Model, brief: QuestionBrief, kind: str, rejected: list[str]) -> AnyItem:
    task = Task(brief.purpose, SIZE, lambda room: question_prompt(brief, kind, rejected, room))
    shape = Shape("question", SHAPES[kind], lambda item: item)
    async with aclosing(model.object(task, shape)) as answers:
        async for answer in answers:
            if isinstance(answer, BaseModel):
                return _owned(answer)
    raise AssertionError("the model's object ended without a valid one")


def _owned(made: BaseModel) -> AnyItem:
    """The item with a key of its own, and without what only a course's file can have."""
    ours: dict[str, Any] = {"key": f"made-{secrets.token_hex(6)}", "partner": None}
    if isinstance(made, Number | Expression):
        ours["formula"] = ""
    return ITEM.validate_python(made.model_dump() | ours)


async def _blind(model: Model, author: Author, item: AnyItem, brief: QuestionBrief) -> list[str]:
    """Two who don't know the key must both find it."""
    found = await asyncio.gather(
        *[disagreement(model, author, item, brief) for _ in range(2)], return_exceptions=True
    )
    for result in found:
        if isinstance(result, BaseException):
            raise result
    return [problem for problem in found if isinstance(problem, str)][:1]


def question_prompt(brief: QuestionBrief, kind: str, rejected: list[str], room: int) -> Prompt:
    """The prompt in at most `room` tokens: the lesson is clipped first."""
    lesson = brief.lesson
    avoid = newest_that_fit([f"- {' '.join(text.split())}" for text in brief.avoid], room // 4)
    values = {
        "kind": kind,
        "level": (brief.level or lesson.level).value,
        "course": f"{lesson.syllabus}: {lesson.module}",
        "title": lesson.title,
        "language": english_name(lesson.language),
        "text": clip(brief.text, room // 3),
        "concepts": "\n".join(f"- {key}: {name}" for key, name in brief.concepts),
        "partner": brief.partner_of.text if brief.partner_of else "",
        "avoid": "\n".join(avoid[-ASKED_BEFORE:]),
        "rejected": "\n".join(f"- {reason}" for reason in rejected[-6:]),
    }
    return fill("question", values)
