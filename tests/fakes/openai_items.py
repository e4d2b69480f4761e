"""What the local server says unasked about questions: arithmetic that it can make and solve."""

import re
from collections.abc import Callable
from typing import Any


def scripted_object(schema: dict[str, Any], told: str) -> dict[str, Any] | None:
    """The object that fits the schema; None for another than these."""
    fields = set(schema.get("properties", {}))
    if {"concepts", "hints", "text"} <= fields:
        return question(str(schema["properties"]["kind"]["const"]), told)
    if "next_step" in fields:
        return findings(told)
    if "reasoning" in fields:
        return solution(told)
    if fields == {"intent"}:
        return {"intent": "answer" if fenced(told, "task") else "ask"}
    return None


def question(kind: str, told: str) -> dict[str, Any]:
    """A sound item on the first of the concepts, another than those asked before."""
    before = [*lines(told, "asked-before"), *lines(told, "faults")]
    first, second = 13 + 2 * len(before), 17
    concept = lines(told, "concepts")[0].removeprefix("- ").split(":")[0]
    return {
        "key": "scripted",
        "kind": kind,
        "concepts": [concept],
        "explanation": f"Take ten times {second}, then the rest, and add the two.",
        "hints": ["Look at the two factors.", "Split one of them.", "Multiply by ten first."],
        **KINDS[kind](first, second),
    }


def solution(told: str) -> dict[str, Any]:
    """Solves what `question` makes, and only that."""
    text = fenced(told, "question-text")
    first, second = (int(number) for number in re.findall(r"\d+", text)[:2])
    options = [line.split(". ", 1) for line in lines(told, "options")]
    if "product of" in text and options:
        answer = next(place for place, value in options if value == str(first * second))
    elif options:
        answer = " ".join(place for place, value in sorted(options, key=lambda o: int(o[1])))
    elif "Is it so" in text:
        answer = "true"
    elif "formula" in text:
        answer = f"{first + second}*x"
    elif "function" in text:
        answer = f"return {first} * {second}"
    else:
        answer = "product" if "word" in text else str(first * second)
    return {"reasoning": f"{first} and {second}, step by step.", "answer": answer}


def findings(told: str) -> dict[str, Any]:
    """A criterion is met when the answer shares a longer word or a number with the reference."""
    answer, reference = fenced(told, "answer"), fenced(told, "reference")
    shared = [word for word in re.findall(r"\w{4,}|\d+", answer) if word in reference]
    count = len(lines(told, "rubric"))
    finding = {"quote": shared[0] if shared else "", "met": bool(shared), "confidence": 0.95}
    return {
        "criteria": [{"number": number, **finding} for number in range(1, count + 1)],
        "misconception": "" if shared else "You went by something else than the lesson.",
        "next_step": "" if shared else "Look at the two factors again.",
    }


def fenced(told: str, name: str) -> str:
    found = re.search(rf"<<<{name} \w+\n(.*?)\n{name} \w+>>>", told, re.DOTALL)
    return found[1] if found else ""


def lines(told: str, name: str) -> list[str]:
    return fenced(told, name).splitlines()


def _choice(first: int, second: int) -> dict[str, Any]:
    right = first * second
    wrong = {right + 10: "You counted one ten too many.", right - 10: "You lost a ten."}
    options = [{"text": str(right), "right": True}]
    options += [{"text": str(value), "misconception": why} for value, why in wrong.items()]
    return {"text": f"Which of these is the product of {first} and {second}?", "options": options}


def _number(first: int, second: int) -> dict[str, Any]:
    return {
        "text": f"How much is {first} times {second}?",
        "answer": first * second,
        "tolerance": 0,
        "mistakes": [{"answer": str(first + second), "misconception": "You added them."}],
    }


def _order(first: int, second: int) -> dict[str, Any]:
    items = [str(first + step) for step in (0, second, 3 * second)]
    text = f"Start at {first}, go on in steps of {second}. Sort what you pass by size."
    return {"text": text, "items": items, "misconception": "You took the digits one by one."}


def _true_false(first: int, second: int) -> dict[str, Any]:
    text = f"Is it so? {first} times {second} is {first * second}."
    return {"text": text, "answer": True, "misconception": "You lost a ten."}


def _expression(first: int, second: int) -> dict[str, Any]:
    text = f"Add {first} times $x$ and {second} times $x$. Give the shortest formula."
    return {"text": text, "answer": f"{first + second}*x", "variables": ["x"]}


def _short(first: int, second: int) -> dict[str, Any]:
    return {
        "text": f"Multiply {first} by {second}. Which word names what comes out?",
        "answers": ["product", "the product"],
        "reference": "It is called the product.",
        "rubric": ["Names the product."],
    }


def _code(first: int, second: int) -> dict[str, Any]:
    return {
        "text": f"Complete the function so that it multiplies {first} by {second}.",
        "language": "python",
        "starter": "def times():\n    # your line",
        "reference": f"return {first} * {second}",
        "rubric": ["Returns the two numbers multiplied."],
    }


KINDS: dict[str, Callable[[int, int], dict[str, Any]]] = {
    "choice": _choice,
    "true-false": _true_false,
    "number": _number,
    "expression": _expression,
    "short": _short,
    "order": _order,
    "code": _code,
}
