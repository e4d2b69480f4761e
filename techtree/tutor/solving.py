"""Solving a question blind, to see that its key is what somebody finds who doesn't know it."""

import random
import re
from contextlib import aclosing

from pydantic import BaseModel, Field

from techtree.grading import Verdict
from techtree.items import AnyItem, Choice, Code, Expression, Number, Order, TrueFalse
from techtree.tutor.author import Author, QuestionBrief
from techtree.tutor.grading import grade
from techtree.tutor.model import Model, Shape, Size, Task, clip
from techtree.tutor.prompts import fill

SIZE = Size(tokens=6_000, characters=12_000)


class Solution(BaseModel):
    reasoning: str = Field(description="the way to the answer, in short")
    answer: str = Field(description="in the form that is asked for, and nothing else")


async def disagreement(
    model: Model, author: Author, item: AnyItem, brief: QuestionBrief
) -> str | None:
    """Solve the item once; say how the solution differs from the key, or None when it doesn't.

    Raises `TutorError`.
    """
    view = _View(item)
    solution = await _solution(model, view, brief)
    answer = view.in_own_order(solution.answer)
    if answer is None:
        return f"Solved blind, it has no single right option: {solution.reasoning[:300]}"
    found = await grade(author, item, answer, final=True, purpose=brief.purpose)
    if found.verdict is Verdict.CORRECT:
        return None
    return (
        f"Solved blind, it came out as “{view.shown(solution.answer)[:200]}” because"
        f" {solution.reasoning[:300]}"
    )


class _View:
    """The item as somebody sees it who is to solve it: options and steps in another order."""

    def __init__(self, item: AnyItem) -> None:
        self.item = item
        self._order: list[int] = []
        if isinstance(item, Choice | Order):
            self._order = list(range(len(self._texts)))
            random.shuffle(self._order)

    @property
    def _texts(self) -> tuple[str, ...]:
        match self.item:
            case Choice():
                return tuple(option.text for option in self.item.options)
            case Order():
                return self.item.items
        return ()

    @property
    def options(self) -> str:
        return "\n".join(
            f"{place}. {self._texts[index]}" for place, index in enumerate(self._order, 1)
        )

    @property
    def starter(self) -> str:
        return self.item.starter if isinstance(self.item, Code) else ""

    @property
    def form(self) -> str:
        form = FORMS[self.item.kind]
        match self.item:
            case Number(unit=unit):
                return form + (" with its unit" if unit else " without a unit")
            case Expression(variables=names):
                return form + (", with the names " + ", ".join(names) if names else "")
        return form

    def in_own_order(self, answer: str) -> str | None:
        """The answer as grading takes it; None for “no option, or more than one”."""
        if not self._order:
            word = re.search(r"(?i)\b(true|false)\b", answer)
            return word[0] if word and isinstance(self.item, TrueFalse) else answer.strip()
        places = [int(number) for number in re.findall(r"\d+", answer)]
        if not places or not all(1 <= place <= len(self._order) for place in places):
            return None
        wanted = places[:1] if isinstance(self.item, Choice) else places
        return " ".join(str(self._order[place - 1]) for place in wanted)

    def shown(self, answer: str) -> str:
        """The answer in words instead of numbers of options."""
        own = self.in_own_order(answer) if self._order else None
        return answer if own is None else " → ".join(self._texts[int(n)] for n in own.split())


FORMS = {
    "choice": "the number of the one right option; 0 if none is right, or more than one",
    "order": "all the numbers in the right order, with spaces between them",
    "true-false": "true or false",
    "number": "a number",
    "expression": "a formula in plain notation",
    "short": "a few words, or two sentences at most",
    "code": "the completed code",
}


async def _solution(model: Model, view: _View, brief: QuestionBrief) -> Solution:
    values = {
        "text": view.item.text,
        "options": view.options,
        "starter": view.starter,
        "form": view.form,
    }
    task = Task(
        brief.purpose,
        SIZE,
        lambda room: fill("solve", values | {"lesson": clip(brief.text, room // 2)}),
    )
    shape = Shape("solution", Solution, lambda solution: solution)
    async with aclosing(model.object(task, shape)) as answers:
        async for answer in answers:
            if isinstance(answer, Solution):
                return answer
    raise AssertionError("the model's object ended without a valid one")
