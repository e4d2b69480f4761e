"""Numbers with and without a unit: read, converted, and compared within the tolerance."""

import re
from typing import NamedTuple

from techtree.grading import feedback, units
from techtree.grading.notation import LONGEST
from techtree.grading.tokens import plain
from techtree.grading.values import decimals, readings
from techtree.grading.verdicts import Grade
from techtree.items import Number
from techtree.languages import gettext as _, marked

FUZZ = 1e-9
"""Relative: what a float may be off without anybody's mistake."""
PERCENT = ("%", "percent", "per cent")


def grade_number(item: Number, answer: str, *, final: bool) -> Grade:
    """`unsure` when there is no number in the answer."""
    read = _read(answer) if len(answer) <= LONGEST else []
    if not read:
        return feedback.unsure(_(HOW_TO_WRITE), "no number could be read")
    for mistake in item.mistakes:
        if _equals_mistake(item, read, mistake.answer):
            return feedback.incorrect(
                item,
                f"the expected mistake {mistake.answer!r}",
                final=final,
                misconception=mistake.misconception,
            )
    # Where the same digits mean different numbers, the learner means the one that is right.
    grades = [_grade(item, number, final) for number in read]
    return max(grades, key=lambda grade: (grade.score or 0, grade.score is None))


HOW_TO_WRITE = marked(
    "I can't read a number in this. Write one number, such as `3.5`, `7/2` or `2.1e-3`, with its"
    " unit behind it if there is one."
)


class Measured(NamedTuple):
    number: float
    unit: str
    text: str
    """The number as it was typed."""


def _read(answer: str) -> list[Measured]:
    """All that an answer may mean."""
    text = _bare(answer)
    if whole := readings(text):
        if text.endswith("%"):
            return [Measured(number, "%", text[:-1]) for number in readings(text[:-1])]
        return [Measured(number, "", text) for number in whole]
    for start in (match.start() for match in re.finditer(r"(?<![A-Za-z\\])[A-Za-z°%\\µμΩ]", text)):
        unit = text[start:].strip()
        if (numbers := readings(text[:start])) and _may_be_unit(unit):
            return [Measured(number, unit, text[:start]) for number in numbers]
    return []


def _bare(answer: str) -> str:
    """The answer without “the answer is”, a currency's sign, or what stands before the last `=`."""
    text = plain(answer).strip().rstrip(".!").strip()
    text = re.split(r"=|≈|\\approx", text)[-1].strip()
    text = re.sub(LEAD_IN, "", text, flags=re.IGNORECASE)
    return re.sub(r"^[€$£¥]\s*|\s*[€$£¥]$", "", text)


LEAD_IN = (
    r"^(?:(?:so|then|hence|i think|i get|i got|my answer is|the answer is|the result is|it is|it's"
    r"|it has|is|equals|about|approximately|approx\.?|roughly|around|exactly|circa|ca\.|~|\\sim)"
    r"\s*)+"
)


def _may_be_unit(text: str) -> bool:
    if units.known(text) is not None:
        return True
    words = text.casefold().split()
    return (
        0 < len(words) <= 3
        and all(re.fullmatch(r"[^\W\d_]+", word) for word in words)
        and not {"or", "and", "not", "is", "isn", "no", "wrong", "if", "but"} & set(words)
    )


def _equals_mistake(item: Number, read: list[Measured], mistake: str) -> bool:
    return any(
        _is_close(said.number, wrong.number, 0 if _fits(item, wrong.number) else item.tolerance)
        and not _is_close(said.number, item.answer, 0)
        and (said.unit or wrong.unit) in ("", wrong.unit or item.unit)
        for wrong in _read(mistake)
        for said in read
    )


def _grade(item: Number, said: Measured, final: bool) -> Grade:
    if item.unit.strip() in PERCENT:
        return _grade_percent(item, said, final)
    if not item.unit:
        return _grade_bare(item, said, final)
    asked, given = units.known(item.unit), units.known(said.unit)
    if asked is None or given is None:
        return _grade_other_word(item, said, final)
    number = units.convert(said.number, given, asked)
    # Somebody who types KM/H means km/h, though pint reads something else.
    if number is None and said.unit.casefold() == item.unit.casefold():
        number = said.number
    detail = f"read as {said.number:g} {said.unit}"
    if number is None:
        hint = _("“{unit}” measures {given}; {asked} is asked.").format(
            unit=said.unit, given=units.measures(given), asked=units.measures(asked)
        )
        return feedback.incorrect(item, detail, final=final, hint=hint)
    if _fits(item, said.number) and not _fits(item, number):
        hint = _("Look at the unit again: is it really “{unit}”?").format(unit=said.unit)
        return feedback.incorrect(item, detail, final=final, hint=hint)
    return _right_unit(item, said, number, f"{detail}, {number:g} {item.unit}", final)


def _grade_other_word(item: Number, said: Measured, final: bool) -> Grade:
    """There is no unit, or none that pint knows."""
    detail = f"read as {said.number:g} {said.unit or '(no unit)'}"
    if units.same_words(said.unit, item.unit):
        return _right_unit(item, said, said.number, detail, final)
    if not _fits(item, said.number):
        return _wrong_number(item, said.number, detail, final)
    if not said.unit:
        missing = _("The number is right. Which unit is it in?")
        return feedback.partly(item, missing, detail, final=final)
    asked = _("The number is right. I don't know the unit “{unit}”: write it another way.").format(
        unit=said.unit
    )
    return feedback.unsure(asked, detail)


def _grade_bare(item: Number, said: Measured, final: bool) -> Grade:
    if said.unit not in PERCENT:
        # A word behind it, such as “apples” or “metres”, takes nothing from a right number.
        return _right_unit(item, said, said.number, f"read as {said.number:g}", final)
    detail = f"read as {said.number:g} %"
    if _fits(item, said.number) and not _fits(item, said.number / 100):
        missing = _("The digits are right. The answer is a number, though, not a percentage.")
        return feedback.partly(item, missing, detail, final=final)
    return _right_unit(item, said, said.number / 100, detail, final)


def _grade_percent(item: Number, said: Measured, final: bool) -> Grade:
    detail = f"read as {said.number:g} {said.unit}"
    if not said.unit and _fits(item, said.number * 100):
        return feedback.correct(item, f"{detail}, a share of 1")
    if said.unit not in ("", *PERCENT) and units.known(said.unit) is not None:
        hint = _("“{unit}” is no percentage.").format(unit=said.unit)
        return feedback.incorrect(item, detail, final=final, hint=hint)
    return _right_unit(item, said, said.number, detail, final)


def _right_unit(item: Number, said: Measured, number: float, detail: str, final: bool) -> Grade:
    if _fits(item, number):
        return feedback.correct(item, detail)
    places = decimals(said.text)
    if places is not None and number == said.number == round(item.answer, places) != 0:
        missing = _("That is the right number, rounded too far. Give it more exactly.")
        return feedback.partly(item, missing, f"{detail}, rounded to {places}", final=final)
    return _wrong_number(item, number, detail, final)


def _wrong_number(item: Number, number: float, detail: str, final: bool) -> Grade:
    hint = ""
    if item.answer and _fits(item, -number):
        hint = _("Look at the sign again.")
    elif item.answer and any(_fits(item, number * 10.0**power) for power in (*DOWN, *UP)):
        hint = "Look at the powers of ten again."
    return feedback.incorrect(item, detail, final=final, hint=hint)


DOWN, UP = range(-6, 0), range(1, 7)


def _fits(item: Number, number: float) -> bool:
    return _is_close(number, item.answer, item.tolerance)


def _is_close(number: float, key: float, tolerance: float) -> bool:
    scale = abs(key) or 1.0
    return abs(number - key) <= (tolerance + FUZZ) * scale
