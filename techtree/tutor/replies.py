"""Replies: what the model is told about the lesson, the talk so far and the question."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

from techtree.languages import english_name
from techtree.tutor.author import ReplyBrief
from techtree.tutor.model import Model, Size, Task, clip, newest_that_fit, tokens_in
from techtree.tutor.prompts import Prompt, fill

SIZE = Size(tokens=4_000, characters=5_000)
"""250 words are about 600 tokens and 1,800 characters; the rest is for thinking and formulas."""

INSTRUCTIONS = 900
"""Tokens, by our estimate, that the instructions take."""


async def reply(model: Model, brief: ReplyBrief) -> AsyncGenerator[str, None]:
    """Yield the tutor's Markdown in pieces."""
    task = Task(brief.purpose, SIZE, lambda room: reply_prompt(brief, room))
    async with aclosing(model.text(task)) as pieces:
        async for piece in pieces:
            yield piece


def reply_prompt(brief: ReplyBrief, room: int) -> Prompt:
    """The prompt in at most `room` tokens.

    The question stays, then the newest of the talk, then the lesson from its beginning.
    """
    question = clip(brief.question, room // 4)
    spare = room - tokens_in(_filled(brief, question, "", ()).request) - INSTRUCTIONS
    turns = [f"{turn.role.capitalize()}: {turn.text}" for turn in brief.history]
    talk = newest_that_fit(turns, max(spare - tokens_in(brief.text), spare // 2))
    text = clip(brief.text, max(0, spare - sum(tokens_in(turn) + 1 for turn in talk)))
    return _filled(brief, question, text, talk)


def _filled(brief: ReplyBrief, question: str, text: str, talk: Sequence[str]) -> Prompt:
    lesson = brief.lesson
    values = {
        "level": lesson.level.value,
        "course": f"{lesson.syllabus}: {lesson.module}",
        "title": lesson.title,
        "language": english_name(lesson.language),
        "text": text,
        "history": "\n\n".join(talk),
        "question": question,
    }
    return fill("reply", values)
