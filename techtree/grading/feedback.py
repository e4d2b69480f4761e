"""The words of a grade: what is right, what is missing, one next step; the key only at the end."""

from techtree.grading.verdicts import Criterion, Grade, Method, Verdict
from techtree.items import AnyItem, Choice, Code, Expression, Number, Order, Short, TrueFalse


def correct(item: AnyItem, detail: str, note: str = "") -> Grade:
    text = joined("That's right.", note, item.explanation)
    return Grade(Verdict.CORRECT, 1.0, text, Method.RULE, detail=detail)


def partly(item: AnyItem, missing: str, detail: str, *, final: bool) -> Grade:
    """Half right; `missing` says which half, and what to do about the other."""
    text = joined(missing, solution(item) if final else "")
    return Grade(Verdict.PARTLY, 0.5, text, Method.RULE, detail=detail)


def incorrect(
    item: AnyItem, detail: str, *, final: bool, misconception: str | None = None, hint: str = ""
) -> Grade:
    """`misconception` or else `hint` says what is wrong."""
    opening = "That isn't right." if final else "That isn't right yet."
    about = misconception or hint
    text = joined(opening, about, solution(item) if final else "" if hint else NEXT[item.kind])
    return Grade(
        Verdict.INCORRECT, 0.0, text, Method.RULE, misconception=misconception, detail=detail
    )


def unsure(asked: str, detail: str, method: Method = Method.RULE) -> Grade:
    """Neither for nor against; `asked` says what to write instead."""
    return Grade(Verdict.UNSURE, None, asked, method, detail=detail)


def given_up(item: AnyItem) -> Grade:
    text = joined("That's an honest answer, and it shows what to look at next.", solution(item))
    return Grade(Verdict.INCORRECT, 0.0, text, Method.RULE, detail="the learner gave up")


def solution(item: AnyItem) -> str:
    """The key and why it is right."""
    return joined(key_of(item), item.explanation)


def key_of(item: AnyItem) -> str:
    match item:
        case Choice():
            return f"The answer is: {item.options[item.right].text}"
        case TrueFalse():
            return f"The statement is {'true' if item.answer else 'false'}."
        case Number():
            return f"The answer is {item.answer:.12g}{f' {item.unit}' if item.unit else ''}."
        case Expression():
            return f"The answer is `{item.answer}`."
        case Order():
            rows = "\n".join(f"{place}. {text}" for place, text in enumerate(item.items, 1))
            return f"The right order:\n\n{rows}"
        case Short() | Code():
            return f"A full answer:\n\n{item.reference}"


def about_criteria(criteria: tuple[Criterion, ...], *, final: bool) -> str:
    """What is there, then what is missing: by name only when no try remains."""
    there = [f"- {criterion.text}" for criterion in criteria if criterion.met]
    missing = [f"- {criterion.text}" for criterion in criteria if not criterion.met]
    count = f"{len(missing)} of the {len(criteria)} points" if there else "What was asked for"
    return joined(
        "\n".join(["Your answer has:", "", *there]) if there else "",
        "\n".join(["What is missing:", "", *missing])
        if final
        else f"{count} {'is' if len(missing) == 1 or not there else 'are'} missing still.",
    )


def joined(*parts: str) -> str:
    return "\n\n".join(part.strip() for part in parts if part.strip())


NEXT = {
    "choice": "Look at the options that are left, and say to yourself what each of them claims.",
    "true-false": "Look for a case in which it would be otherwise.",
    "number": "Write down what is given and what is asked, and go through it step by step.",
    "expression": "Put a simple number into the question and into your formula, and compare.",
    "short": "Find the passage of the lesson that this is about, and say it in your own words.",
    "order": "Find the one that has to come first, and go on from there.",
    "code": "Go through your code line by line with a small example.",
}
