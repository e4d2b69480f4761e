"""Grading: by rule where a rule can decide, else by two independent passes over a rubric."""

import asyncio
from dataclasses import replace

from techtree.grading import Criterion, Grade, Method, Verdict, by_rule, feedback
from techtree.items import AnyItem, Choice, Code, Order, Short
from techtree.languages import gettext as _, marked
from techtree.tutor.author import Author, Purpose, RubricBrief, RubricGrade
from techtree.tutor.evidence import LONGEST, is_quoted, repeats, without_orders

GRADING = Purpose("grading")
SURE = 0.6
"""The least confidence, of both passes, that a criterion is decided with."""


async def grade(
    author: Author, item: AnyItem, answer: str, *, final: bool, purpose: Purpose = GRADING
) -> Grade:
    """By rule where a rule can, else by rubric. Raises `TutorError`, of which `NoModelError`."""
    found = await by_rule(item, answer, final=final)
    if found is not None:
        return found
    # Only these two kinds leave something to a rubric.
    assert isinstance(item, Short | Code)  # noqa: S101
    return await by_rubric(author, item, answer, final=final, purpose=purpose)


async def by_rubric(
    author: Author, item: Short | Code, answer: str, *, final: bool, purpose: Purpose = GRADING
) -> Grade:
    """Two passes; where they disagree or aren't sure, the verdict is `unsure`.

    Raises `TutorError` when the model fails, and `NoModelError` when there is none.
    """
    brief = RubricBrief(_asked(item), item.rubric, item.reference, answer, purpose=purpose)
    return await _judged(author, item, brief, final=final)


async def contested(
    author: Author,
    item: AnyItem,
    answer: str,
    argument: str,
    *,
    purpose: Purpose = GRADING,
) -> Grade:
    """A fresh look at an answer of any kind, with what the learner says for it.

    `answer` is as `by_rule` takes it. The feedback holds the key only when the answer is right
    after all: a try may remain. Raises like `by_rubric`.
    """
    rubric = item.rubric if isinstance(item, Short | Code) else (RIGHT[item.kind],)
    said = _in_words(item, answer)
    reference = feedback.solution(item)
    argument = without_orders(argument[:LONGEST])
    brief = RubricBrief(_asked(item), rubric, reference, said, argument, purpose)
    return await _judged(author, item, brief, final=False)


def by_learner(item: Short | Code, met: tuple[bool, ...]) -> Grade:
    """The grade a learner gave, one mark for each line of the rubric."""
    criteria = tuple(Criterion(text, mark) for text, mark in zip(item.rubric, met, strict=True))
    return _scored(item, criteria, RubricGrade(criteria), Method.SELF, final=True)


RIGHT = {
    "choice": "The chosen option is a right answer to the question as it is asked.",
    "true-false": "The answer is right for the statement as it is worded.",
    "number": "The answer has the value, and the unit if one is asked, that the question asks for.",
    "expression": "The answer is equivalent to the reference, or equally right as an answer.",
    "order": "The order is right, or as right as the reference for the question as it is asked.",
}


def _asked(item: AnyItem) -> str:
    if isinstance(item, Choice):
        options = "\n".join(f"- {option.text}" for option in item.options)
        return f"{item.text}\n\n{options}"
    if isinstance(item, Code):
        return f"{item.text}\n\n```{item.language}\n{item.starter}\n```"
    return item.text


def _in_words(item: AnyItem, answer: str) -> str:
    """What the form sent as indices, as the learner saw it."""
    match item:
        case Choice():
            texts: tuple[str, ...] = tuple(option.text for option in item.options)
        case Order():
            texts = item.items
        case _:
            return answer
    places = [int(place) for place in answer.split() if place.isdecimal()]
    chosen = [texts[place] for place in places if place < len(texts)]
    return "\n".join(chosen) or answer


async def _judged(author: Author, item: AnyItem, brief: RubricBrief, *, final: bool) -> Grade:
    if len(brief.answer) > LONGEST:
        return feedback.unsure(_(TOO_LONG), f"{len(brief.answer)} characters", Method.RUBRIC)
    if repeats(brief.answer, brief.question) and not isinstance(item, Choice):
        return feedback.unsure(_(ECHO), "the question given back", Method.RUBRIC)
    shown = replace(brief, answer=without_orders(brief.answer))
    if not shown.answer.strip():
        return feedback.unsure(_(ORDERS_ONLY), "it only tells how to grade it", Method.RUBRIC)
    passes = await asyncio.gather(*[author.grade(shown) for _ in range(2)], return_exceptions=True)
    first, second = (_raised(result) for result in passes)
    criteria = [
        _agreed(one, other, shown.answer)
        for one, other in zip(first.criteria, second.criteria, strict=True)
    ]
    if doubtful := [criterion for criterion in criteria if criterion.confidence < SURE]:
        return _unsure(tuple(criteria), doubtful, first)
    found = _scored(item, tuple(criteria), first, Method.RUBRIC, final=final)
    if shown != brief and found.verdict is Verdict.INCORRECT:
        # What was left out may have been meant as an answer after all.
        return feedback.unsure(_(ORDERS_ONLY), "some of it tells how to grade it", Method.RUBRIC)
    return found


ORDERS_ONLY = marked(
    "Some of this tells whoever grades it what to do, and was left out. Write only your answer to"
    " the question."
)
TOO_LONG = marked("This is more than can be graded. Say it in a few sentences.")
ECHO = marked("These are the question's own words. Say what you think in yours.")


def _raised(result: RubricGrade | BaseException) -> RubricGrade:
    if isinstance(result, BaseException):
        raise result
    return result


def _agreed(one: Criterion, other: Criterion, answer: str) -> Criterion:
    """What both passes say of a criterion; the confidence is 0 where it can't be relied on."""
    sure = min(one.confidence, other.confidence)
    if one.met != other.met:
        return replace(one, met=False, confidence=0, quote=_quote(one, answer))
    if not one.met:
        return replace(one, confidence=sure, quote=_quote(one, answer))
    if is_quoted(one.quote, answer) and is_quoted(other.quote, answer):
        return replace(one, confidence=sure)
    # What isn't in the answer proves nothing, for or against it.
    return replace(one, met=False, quote="", confidence=0)


def _quote(criterion: Criterion, answer: str) -> str:
    return criterion.quote if is_quoted(criterion.quote, answer) else ""


def _unsure(
    criteria: tuple[Criterion, ...], doubtful: list[Criterion], found: RubricGrade
) -> Grade:
    quote = next((" ".join(c.quote.split()) for c in doubtful if c.quote), "")
    more = (
        _("Say more about “{quote}”.").format(quote=quote)
        if quote
        else _("Say a little more, in your own words.")
    )
    text = feedback.joined(
        _("I can't tell yet whether this is right, so it counts neither for nor against you."),
        more,
        found.next_step,
    )
    detail = f"{len(doubtful)} of {len(criteria)} criteria are in doubt"
    return Grade(Verdict.UNSURE, None, text, Method.RUBRIC, detail=detail, criteria=criteria)


def _scored(
    item: AnyItem,
    criteria: tuple[Criterion, ...],
    found: RubricGrade,
    method: Method,
    *,
    final: bool,
) -> Grade:
    met = sum(criterion.met for criterion in criteria)
    score = met / len(criteria)
    verdict = Verdict.CORRECT if score == 1 else Verdict.PARTLY if met else Verdict.INCORRECT
    misconception = found.misconception or None if verdict is not Verdict.CORRECT else None
    parts = [_("That's right.") if score == 1 else "", misconception or ""]
    if verdict is not Verdict.CORRECT:
        parts = [feedback.about_criteria(criteria, final=final), *parts, found.next_step]
    if final or score == 1:
        parts.append(feedback.solution(item))
    return Grade(
        verdict,
        score,
        feedback.joined(*parts),
        method,
        misconception,
        f"{met} of {len(criteria)} criteria",
        criteria,
    )
