"""Items: questions with their keys, as a course's file or a model gives them.

An item never reaches a browser. What a learner may see of it is chosen where pages are made.
"""

from fractions import Fraction
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

Markdown = Annotated[str, Field(min_length=1, max_length=4_000)]
Line = Annotated[str, Field(min_length=1, max_length=300, pattern=r"^[^\n]+$")]
Key = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]

HINTS = 3
"""A nudge, a strategy, the next step. The explanation serves as the worked example."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Item(_Strict):
    key: Key
    """Names the item within its course and level."""
    concepts: Annotated[tuple[Key, ...], Field(min_length=1, max_length=4)]
    """Keys of the syllabus's concepts that the item gives evidence of."""
    text: Markdown
    explanation: Markdown
    """Why the key is right; shown after grading."""
    hints: Annotated[tuple[Markdown, ...], Field(max_length=HINTS)] = ()
    """From a nudge to the next step."""
    partner: Key | None = None
    """An isomorphic item: the same thought with other numbers or another story."""


class Option(_Strict):
    text: Markdown
    right: bool = False
    misconception: Markdown | None = None
    """What somebody who chooses this believes, said to them: “You took …”. Wrong options only."""


class Mistake(_Strict):
    """A wrong answer that is worth a reply of its own."""

    answer: Line
    misconception: Markdown


class Choice(_Item):
    kind: Literal["choice"]
    options: Annotated[tuple[Option, ...], Field(min_length=2, max_length=6)]

    @model_validator(mode="after")
    def _has_one_key(self) -> Self:
        if sum(option.right for option in self.options) != 1:
            raise ValueError("exactly one option must be right")
        if len({" ".join(option.text.lower().split()) for option in self.options}) != len(
            self.options
        ):
            raise ValueError("two options are the same")
        if any(option.right == bool(option.misconception) for option in self.options):
            raise ValueError("each wrong option needs a misconception, and the right one has none")
        return self

    @property
    def right(self) -> int:
        """The index of the keyed option."""
        return next(index for index, option in enumerate(self.options) if option.right)


class TrueFalse(_Item):
    kind: Literal["true-false"]
    answer: bool
    misconception: Markdown
    """Behind the wrong answer."""


class Number(_Item):
    """A number, with a unit if there is one."""

    kind: Literal["number"]
    answer: float
    unit: Annotated[str, Field(max_length=40)] = ""
    """As pint reads it, such as `m/s`; empty for a bare number. `%` is a unit."""
    tolerance: Annotated[float, Field(ge=0, le=0.2)] = 0.01
    """How far from the answer is still right, as a share of it; of 1 when the answer is 0."""
    formula: Annotated[str, Field(max_length=300)] = ""
    """A SymPy expression that has the answer as its value, for the check of courses."""
    mistakes: tuple[Mistake, ...] = ()

    @property
    def exact(self) -> Fraction:
        return Fraction(str(self.answer))


class Expression(_Item):
    """A formula; any equivalent one is right."""

    kind: Literal["expression"]
    answer: Line
    """In plain notation: `2*x + 1`, `sqrt(3)/2`, `exp(-t)`."""
    variables: Annotated[tuple[str, ...], Field(max_length=6)] = ()
    """The names that may occur, all standing for real numbers."""
    formula: Annotated[str, Field(max_length=300)] = ""
    """A SymPy expression with the answer as its value, such as `diff(x**2 + x, x)`."""
    mistakes: tuple[Mistake, ...] = ()


class Short(_Item):
    """A few words or sentences."""

    kind: Literal["short"]
    answers: Annotated[tuple[Line, ...], Field(min_length=1, max_length=20)]
    """Accepted without further thought when they equal the learner's, case and marks aside."""
    reference: Markdown
    """A full answer in the author's words."""
    rubric: Annotated[tuple[Line, ...], Field(min_length=1, max_length=5)]
    """What an answer must contain, each criterion by itself."""
    mistakes: tuple[Mistake, ...] = ()


class Order(_Item):
    """Steps or things to be put in order."""

    kind: Literal["order"]
    items: Annotated[tuple[Line, ...], Field(min_length=3, max_length=7)]
    """In the right order."""
    misconception: Markdown
    """Behind the most likely wrong order."""

    @model_validator(mode="after")
    def _has_no_twins(self) -> Self:
        if len(set(self.items)) != len(self.items):
            raise ValueError("two of the items are the same")
        return self


class Code(_Item):
    """Code to complete. It is read, never executed."""

    kind: Literal["code"]
    language: Annotated[str, Field(pattern=r"^[a-z0-9+#-]{1,20}$")]
    starter: Annotated[str, Field(max_length=4_000)]
    reference: Markdown
    """One right completion."""
    rubric: Annotated[tuple[Line, ...], Field(min_length=1, max_length=5)]


Item = Annotated[
    Choice | TrueFalse | Number | Expression | Short | Order | Code, Field(discriminator="kind")
]
AnyItem = Choice | TrueFalse | Number | Expression | Short | Order | Code

ITEM: TypeAdapter[AnyItem] = TypeAdapter(Item)
"""Reads and writes items as JSON: `ITEM.validate_python`, `ITEM.dump_json`."""
