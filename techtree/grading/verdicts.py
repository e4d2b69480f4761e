"""What grading says: a verdict, a score where there is one, and words for the learner."""

from dataclasses import dataclass, field
from enum import StrEnum

from techtree.languages import marked

DONT_KNOW = marked("I don't know")
"""The answer that the button of this name sends; `by_rule` knows it in other words, too."""


class Verdict(StrEnum):
    CORRECT = "correct"
    PARTLY = "partly"
    INCORRECT = "incorrect"
    UNSURE = "unsure"
    """Not enough to go by. No penalty: the learner is asked to say more."""
    UNGRADED = "ungraded"
    """Nobody could look at it yet."""


class Method(StrEnum):
    """How a verdict was found."""

    RULE = "rule"
    RUBRIC = "rubric"
    SELF = "self"
    """The learner compared the answer with the rubric."""
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Criterion:
    """One line of a rubric, and what was found for it."""

    text: str
    met: bool
    quote: str = ""
    """Verbatim from the answer; empty when nothing in it speaks for the criterion."""
    confidence: float = 1.0
    """0 to 1."""


@dataclass(frozen=True, slots=True)
class Grade:
    verdict: Verdict
    score: float | None
    """0 to 1; None with `unsure` and `ungraded`, which count neither for nor against."""
    feedback: str
    """Markdown for the learner: what is right, what is missing, one next step."""
    method: Method
    misconception: str | None = None
    """What is likely behind a wrong answer, said to the learner. Already part of `feedback`."""
    detail: str = ""
    """For the operator: how it was decided."""
    criteria: tuple[Criterion, ...] = field(default=())

    def __post_init__(self) -> None:
        without = self.verdict in (Verdict.UNSURE, Verdict.UNGRADED)
        if without != (self.score is None):
            raise ValueError(f"a score of {self.score} doesn't go with {self.verdict}")
        if self.score is not None and not 0 <= self.score <= 1:
            raise ValueError(f"a score is from 0 to 1, not {self.score}")
