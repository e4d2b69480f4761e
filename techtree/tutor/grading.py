"""Grading by rubric: two independent passes of an author over one answer."""

from techtree.grading import Grade
from techtree.items import AnyItem, Code, Short
from techtree.tutor.author import Author, Purpose

GRADING = Purpose("grading")


async def grade(
    author: Author, item: AnyItem, answer: str, *, final: bool, purpose: Purpose = GRADING
) -> Grade:
    """By rule where a rule can, else by rubric. Raises `TutorError`, of which `NoModelError`."""
    raise NotImplementedError


async def by_rubric(
    author: Author, item: Short | Code, answer: str, *, final: bool, purpose: Purpose = GRADING
) -> Grade:
    """Two passes; where they disagree or aren't sure, the verdict is `unsure`.

    Raises `TutorError` when the model fails, and `NoModelError` when there is none.
    """
    raise NotImplementedError


async def contested(
    author: Author, item: AnyItem, answer: str, argument: str, *, purpose: Purpose = GRADING
) -> Grade:
    """A fresh look at an answer of any kind, with what the learner says for it."""
    raise NotImplementedError


def by_learner(item: Short | Code, met: tuple[bool, ...]) -> Grade:
    """The grade a learner gave, one mark for each line of the rubric."""
    raise NotImplementedError
