"""Rubrics: what the model is told about an answer, and what one pass of it found."""

from contextlib import aclosing

from pydantic import BaseModel, Field

from techtree.grading import Criterion
from techtree.tutor.author import RubricBrief, RubricGrade
from techtree.tutor.model import Model, Shape, Size, Task, UnusableError, clip
from techtree.tutor.prompts import Prompt, fill

SIZE = Size(tokens=3_000, characters=8_000)
"""Five criteria with their quotes are about 600 tokens; the rest is to think."""


class Finding(BaseModel):
    """The order of the fields makes a model look before it judges."""

    number: int = Field(description="of the criterion, from 1")
    quote: str = Field(
        description="the words of the answer that bear on it, copied letter by letter; empty if "
        "there are none"
    )
    met: bool
    confidence: float = Field(ge=0, le=1, description="how sure you are, from 0 to 1")


class Findings(BaseModel):
    criteria: list[Finding] = Field(description="one for each criterion, in order")
    misconception: str = Field(
        default="", max_length=400, description="to the learner; empty if nothing is wrong"
    )
    next_step: str = Field(
        default="", max_length=300, description="one sentence; doesn't tell the answer"
    )


async def judge(model: Model, brief: RubricBrief) -> RubricGrade:
    """One pass. Raises `TutorError`."""

    def checked(findings: Findings) -> Findings:
        numbers = [finding.number for finding in findings.criteria]
        if numbers != list(range(1, len(brief.rubric) + 1)):
            wanted = len(brief.rubric)
            raise UnusableError([f"`criteria` must have the numbers 1 to {wanted}, each once"])
        return findings

    task = Task(brief.purpose, SIZE, lambda room: rubric_prompt(brief, room))
    async with aclosing(model.object(task, Shape("findings", Findings, checked))) as answers:
        async for answer in answers:
            if isinstance(answer, Findings):
                return _grade(answer, brief)
    raise AssertionError("the model's object ended without a valid one")


def rubric_prompt(brief: RubricBrief, room: int) -> Prompt:
    """The prompt; only an answer or argument that takes up the whole room is clipped."""
    values = {
        "text": brief.question,
        "rubric": "\n".join(f"{place}. {line}" for place, line in enumerate(brief.rubric, 1)),
        "reference": brief.reference,
        "answer": clip(brief.answer, room // 2),
        "argument": clip(brief.argument, room // 8),
    }
    return fill("grade", values)


def _grade(findings: Findings, brief: RubricBrief) -> RubricGrade:
    criteria = tuple(
        Criterion(text, finding.met, finding.quote, finding.confidence)
        for text, finding in zip(brief.rubric, findings.criteria, strict=True)
    )
    return RubricGrade(criteria, findings.misconception.strip(), findings.next_step.strip())
