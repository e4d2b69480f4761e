"""Sorting a chat message by a model, where its words alone don't show what it wants."""

from contextlib import aclosing

from pydantic import BaseModel

from techtree.tutor.author import Intent, IntentBrief
from techtree.tutor.model import Model, Shape, Size, Task, clip
from techtree.tutor.prompts import fill

SIZE = Size(tokens=1_000, characters=500)
"""One word; the rest is to think."""


class Classified(BaseModel):
    intent: Intent


async def classify(model: Model, brief: IntentBrief) -> Intent:
    """What a model makes of the message. Raises `TutorError`."""
    values = {"message": clip(brief.message, 700), "task": clip(brief.task, 700)}
    task = Task(brief.purpose, SIZE, lambda room: fill("intent", values))
    shape = Shape("intent", Classified, lambda found: found)
    async with aclosing(model.object(task, shape)) as answers:
        async for answer in answers:
            if isinstance(answer, Classified):
                return answer.intent
    raise AssertionError("the model's object ended without a valid one")
