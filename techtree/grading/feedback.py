"""The words of a grade: what is right, what is missing, one next step; the key only at the end."""

from techtree.grading.verdicts import Criterion, Grade, Method, Verdict
from techtree.items import AnyItem, Choice, Code, Expression, Number, Order, Short, TrueFalse
from techtree.languages import gettext as _, marked, ngettext


def correct(item: AnyItem, detail: str, note: str = "") -> Grade:
    text = joined(_("That's right."), note, item.explanation)
    return Grade(Verdict.CORRECT, 1.0, text, Method.RULE, detail=detail)


def partly(item: AnyItem, missing: str, detail: str, *, final: bool) -> Grade:
    """Half right; `missing` says which half, and what to do about the other."""
    text = joined(missing, solution(item) if final else "")
    return Grade(Verdict.PARTLY, 0.5, text, Method.RULE, detail=detail)


def incorrect(
    item: AnyItem, detail: str, *, final: bool, misconception: str | None = None, hint: str = ""
) -> Grade:
    """`misconception` or else `hint` says what is wrong."""
    opening = _("That isn't right.") if final else _("That isn't right yet.")
    about = misconception or hint
    text = joined(opening, about, solution(item) if final else "" if hint else _(NEXT[item.kind]))
    return Grade(
        Verdict.INCORRECT, 0.0, text, Method.RULE, misconception=misconception, detail=detail
    )


def unsure(asked: str, detail: str, method: Method = Method.RULE) -> Grade:
    """Neither for nor against; `asked` says what to write instead."""
    return Grade(Verdict.UNSURE, None, asked, method, detail=detail)


def given_up(item: AnyItem) -> Grade:
    text = joined(_("That's an honest answer, and it shows what to look at next."), solution(item))
    return Grade(Verdict.INCORRECT, 0.0, text, Method.RULE, detail="the learner gave up")


def solution(item: AnyItem) -> str:
    """The key and why it is right."""
    return joined(key_of(item), item.explanation)


def key_of(item: AnyItem) -> str:
    match item:
        case Choice():
            return _("The answer is: {text}").format(text=item.options[item.right].text)
        case TrueFalse():
            return _("The statement is true.") if item.answer else _("The statement is false.")
        case Number():
            amount = f"{item.answer:.12g} {item.unit}".strip()
            return _("The answer is {amount}.").format(amount=amount)
        case Expression():
            return _("The answer is `{answer}`.").format(answer=item.answer)
        case Order():
            rows = "\n".join(f"{place}. {text}" for place, text in enumerate(item.items, 1))
            return _("The right order:\n\n{rows}").format(rows=rows)
        case Short() | Code():
            return _("A full answer:\n\n{reference}").format(reference=item.reference)


def about_criteria(criteria: tuple[Criterion, ...], *, final: bool) -> str:
    """What is there, then what is missing: by name only when no try remains."""
    there = [f"- {criterion.text}" for criterion in criteria if criterion.met]
    missing = [f"- {criterion.text}" for criterion in criteria if not criterion.met]
    if final:
        left = "\n".join([_("What is missing:"), "", *missing])
    elif there:
        left = ngettext(
            "{count} of the {all} points is missing still.",
            "{count} of the {all} points are missing still.",
            len(missing),
        ).format(count=len(missing), all=len(criteria))
    else:
        left = _("What was asked for is missing still.")
    return joined("\n".join([_("Your answer has:"), "", *there]) if there else "", left)


def joined(*parts: str) -> str:
    return "\n\n".join(part.strip() for part in parts if part.strip())


NEXT = {
    "choice": marked(
        "Look at the options that are left, and say to yourself what each of them claims."
    ),
    "true-false": marked("Look for a case in which it would be otherwise."),
    "number": marked("Write down what is given and what is asked, and go through it step by step."),
    "expression": marked(
        "Put a simple number into the question and into your formula, and compare."
    ),
    "short": marked(
        "Find the passage of the lesson that this is about, and say it in your own words."
    ),
    "order": marked("Find the one that has to come first, and go on from there."),
    "code": marked("Go through your code line by line with a small example."),
}
