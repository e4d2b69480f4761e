"""What makes a made question unfit to be asked, as far as its words and its key show."""

import re
from collections.abc import Iterator
from statistics import median

from rapidfuzz import fuzz

from techtree.grading import Verdict, by_rule, units
from techtree.grading.words import normalised
from techtree.items import AnyItem, Choice, Code, Expression, Number, Order, Short, TrueFalse
from techtree.tutor.author import QuestionBrief
from techtree.tutor.markup import maths_problem

LONG = 1.6
"""How many times the median length of the others a right option may have."""
SHORT_OPTION = 25
"""Characters; up to here lengths say nothing."""
REPEAT = 90
"""Of 100: from here on, two texts with the same numbers are the same question."""


async def problems_of(item: AnyItem, brief: QuestionBrief) -> list[str]:
    """Each reason, said to whoever makes the question; none when it is sound."""
    problems = [*_unfitting(item, brief), *_unreadable(item), *_given_away(item)]
    if isinstance(item, Choice):
        problems += _obvious(item)
    if any(_is_repeat(item.text, earlier) for earlier in brief.avoid):
        problems.append("It repeats a question that has just been asked; ask something else.")
    return problems or await _key_problems(item)


def _unfitting(item: AnyItem, brief: QuestionBrief) -> Iterator[str]:
    known = {key for key, _ in brief.concepts}
    if strange := set(item.concepts) - known:
        yield f"`concepts` has {sorted(strange)}; take keys from {sorted(known)}."
    if item.kind not in brief.kinds:
        yield f"It is of the kind {item.kind}; {', '.join(brief.kinds)} is wanted."
    if isinstance(item, Expression) and not all(map(NAME.fullmatch, item.variables)):
        yield "`variables` are names such as x, t or lambda."
    if not item.hints:
        yield "It has no hints; write three, from a nudge to the next step."


NAME = re.compile(r"[A-Za-z]\w{0,20}")


def _unreadable(item: AnyItem) -> Iterator[str]:
    for text in _shown(item):
        if problem := maths_problem(text):
            yield f"In “{text[:60]}”: {problem}."


def _shown(item: AnyItem) -> Iterator[str]:
    yield from (item.text, item.explanation, *item.hints)
    match item:
        case Choice():
            yield from (option.text for option in item.options)
            yield from (option.misconception or "" for option in item.options)
        case Order():
            yield from item.items
        case Short():
            yield item.reference


def _given_away(item: AnyItem) -> Iterator[str]:
    """Keys that can be read off the question or its hints."""
    for key in _keys(item):
        if _contains(item.text, key) and not isinstance(item, Number):
            yield f"The question's text contains its answer, “{key}”."
        if any(_contains(hint, key) for hint in item.hints):
            yield f"A hint contains the answer, “{key}”; hints only lead to it."


def _keys(item: AnyItem) -> tuple[str, ...]:
    match item:
        case Choice():
            text = item.options[item.right].text
            return (text,) if len(normalised(text)) > 2 else ()
        case Number():
            # Small whole numbers are in many hints without being the answer.
            small = item.answer == int(item.answer) and abs(item.answer) <= 12
            return () if small else (f"{item.answer:.12g}",)
        case Expression():
            return (item.answer,) if len(item.answer) > 2 else ()
        case Short():
            return tuple(answer for answer in item.answers if len(normalised(answer)) > 2)
    return ()


def _contains(text: str, key: str) -> bool:
    words = re.escape(normalised(key))
    return re.search(rf"(?<![\w.]){words}(?![\w.])", normalised(text)) is not None


def _obvious(item: Choice) -> Iterator[str]:
    """Signs by which the right option can be told without knowing anything."""
    texts = [normalised(option.text) for option in item.options]
    if any(COMBINING.search(text) for text in texts):
        yield "No option may stand for others, as “all of the above” and “both a and b” do."
    others = [text for index, text in enumerate(texts) if index != item.right]
    right = texts[item.right]
    if len(right) > max(SHORT_OPTION, LONG * median(map(len, others))):
        yield "The right option is far longer than the others; make all of them about as long."
    stem = _telling(item.text)
    only_right = (stem & _telling(right)) - set().union(*map(_telling, others))
    if len(only_right) > 1:
        words = ", ".join(sorted(only_right))
        yield f"Only the right option repeats words of the question ({words}); reword it."
    if any(fuzz.ratio(right, other) > 97 for other in others if len(right) > 20):
        yield "A wrong option reads like the right one; make the difference plain."


COMBINING = re.compile(
    r"\b(?:all|none|any|both|neither|some|two|each)\b(?:\s+\w+){0,2}"
    r"\s+(?:above|below|options?|these|others?|choices?)\b|\bboth [a-f] and [a-f]\b"
    r"|^(?:all|none|both|neither)(?: of (?:them|these))?$"
)


def _telling(text: str) -> set[str]:
    """The words long enough to be about something, without their endings."""
    return {word[:7] for word in re.findall(r"[^\W\d_]{6,}", normalised(text))}


def _is_repeat(text: str, earlier: str) -> bool:
    """With other numbers the same words are another question."""
    if sorted(re.findall(r"\d+", text)) != sorted(re.findall(r"\d+", earlier)):
        return False
    return fuzz.token_sort_ratio(normalised(text), normalised(earlier)) >= REPEAT


async def _key_problems(item: AnyItem) -> list[str]:
    """Whether the item's own key is graded as right, and its expected mistakes as wrong."""
    key, mistakes = _own_answers(item)
    problems = []
    if isinstance(item, Number) and item.unit and units.known(item.unit) is None:
        problems.append(f"Nobody can convert the unit “{item.unit}”; take a usual one, or none.")
    if key is not None:
        grade = await by_rule(item, key, final=False)
        if grade is None or grade.verdict is not Verdict.CORRECT:
            said = grade.detail if grade else "it isn't among the accepted answers"
            problems.append(f"Its own answer “{key}” can't be graded as right: {said}.")
    for mistake in mistakes:
        grade = await by_rule(item, mistake, final=False)
        if grade is not None and grade.verdict in (Verdict.CORRECT, Verdict.PARTLY):
            problems.append(f"“{mistake}” is listed as a mistake, but it isn't wrong.")
    return problems


def _own_answers(item: AnyItem) -> tuple[str | None, tuple[str, ...]]:
    match item:
        case Number():
            key = f"{item.answer!r} {item.unit}".strip()
            return key, tuple(mistake.answer for mistake in item.mistakes)
        case Expression():
            return item.answer, tuple(mistake.answer for mistake in item.mistakes)
        case Short():
            return item.answers[0], tuple(mistake.answer for mistake in item.mistakes)
        case Choice() | TrueFalse() | Order() | Code():
            return None, ()
