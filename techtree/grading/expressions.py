"""Formulas: any that is equivalent to the key is right."""

import asyncio
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from techtree.grading import feedback
from techtree.grading.limited import PROCESSES, TooHardError, processes
from techtree.grading.notation import Tree, read
from techtree.grading.tokens import UnreadableError, plain
from techtree.grading.verdicts import Grade
from techtree.items import Expression
from techtree.languages import gettext as _, marked

_threads = ThreadPoolExecutor(PROCESSES, thread_name_prefix="formula")
"""Of their own: formulas that take long keep other formulas waiting, and nothing else."""


async def grade_expression(item: Expression, answer: str, *, final: bool) -> Grade:
    """`unsure` when the answer can't be read, or can't be compared within the limits."""
    text = _right_side(answer, item)
    try:
        readings = _readings(text, item)
    except UnreadableError as error:
        asked = " ".join((_("I can't read this as a formula."), str(error), _(HOW_TO_WRITE)))
        return feedback.unsure(asked, str(error))
    if _repeats_question(text, item):
        return feedback.unsure(_(REPEATED), "the question's own formula")
    mistakes = [(m, tree) for m in item.mistakes if (tree := _tree(m.answer, item)) is not None]
    try:
        request = {
            "key": read(item.answer, item.variables),
            "answers": readings,
            "mistakes": [tree for _, tree in mistakes],
        }
        loop = asyncio.get_running_loop()
        reply = await loop.run_in_executor(_threads, processes().ask, request)
    except UnreadableError as error:
        return feedback.unsure(_(FAULTY), f"the item's own answer can't be read: {error}")
    except TooHardError:
        return feedback.unsure(_(TOO_HARD), "over the limit of time or memory")
    return _graded(item, reply, [mistake.misconception for mistake, _ in mistakes], final)


def key_problem(item: Expression) -> str | None:
    """What is wrong with the item's own formulas; None when they can be read."""
    for text in (item.answer, *(mistake.answer for mistake in item.mistakes)):
        try:
            read(text, item.variables)
        except UnreadableError as error:
            return f"`{text}` can't be read: {error}"
    return None


HOW_TO_WRITE = marked("Write it like `2*x + 1`, `sqrt(3)/2` or `x^2`, or in LaTeX.")
REPEATED = marked(
    "This is the formula of the question itself. Bring it into the form that is asked."
)
FAULTY = marked(
    "The key of this question has a fault, so your answer can't be graded. It counts neither for"
    " nor against you."
)
TOO_HARD = marked("This formula is too much to compare. Write it in a simpler form.")


def _graded(item: Expression, reply: dict[str, Any], wrong: list[str], final: bool) -> Grade:
    match reply["verdict"]:
        case "same":
            return feedback.correct(item, "equivalent")
        case "mistake":
            misconception = wrong[reply["index"]]
            detail = "equivalent to an expected mistake"
            return feedback.incorrect(item, detail, final=final, misconception=misconception)
        case "close":
            missing = _("That is close, with rounded numbers. Give the exact form.")
            return feedback.partly(item, missing, "equal within a hundredth", final=final)
        case "unfit":
            return feedback.unsure(_(TOO_HARD), reply["why"])
    return feedback.incorrect(item, "not equivalent", final=final)


def _right_side(answer: str, item: Expression) -> str:
    """The formula without `y =` or `f(x) =` before it and without a full stop behind it."""
    text = answer.strip().strip("$`").strip().rstrip(".").strip()
    left, equals, right = text.partition("=")
    if not equals or "=" in item.answer:
        return text
    name = re.fullmatch(r"\s*\\?[A-Za-z]\w*'?\s*(?:\([\w\s,]*\))?\s*", left)
    return right if name and left.strip() not in item.variables else text


def _readings(text: str, item: Expression) -> list[Tree]:
    """What the text may mean: half of x or 1/(2x); a list with its brackets left out."""
    trees = [read(text, item.variables)]
    for other in (_tree(text, item, tight=True), _tree(f"({text})", item)):
        if other is not None and other not in trees:
            trees.append(other)
    return trees


def _tree(text: str, item: Expression, *, tight: bool = False) -> Tree | None:
    try:
        return read(text, item.variables, tight=tight)
    except UnreadableError:
        return None


def _repeats_question(text: str, item: Expression) -> bool:
    """Equivalent, perhaps, yet nothing has been done: “simplify (x + 1)^2 - 1”."""
    said = _signs(text)
    return len(said) > 3 and said != _signs(item.answer) and said in _signs(item.text)


def _signs(text: str) -> str:
    return re.sub(r"[\s*{}]|\\cdot", "", plain(text))
