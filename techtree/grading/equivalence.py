"""The program that says whether two formulas are the same: one JSON line in, one out.

It runs by itself with little memory and is killed when it takes too long, because a short formula
can mean endless work. It gets trees, never text, so there is nothing to execute in what it is sent.
"""

import cmath
import json
import math
import os
import random
import resource
import signal
import sys
from typing import Any

import sympy

MEMORY = 512 * 1024 * 1024
"""Bytes of address space."""
SECONDS = 3
"""After which the program ends itself, should nobody be there any more to end it."""
LARGEST_EXPONENT = 1_000
LONGEST_NUMBER = 40
"""Characters."""
POINTS = 10
ENOUGH = 4
"""Points at which both formulas must have a value."""
SAME, CLOSE = 1e-12, 1e-2
"""Relative differences: of equal formulas, and of one with rounded numbers in it."""


class TooLargeError(Exception):
    """A number, exponent or argument that nobody means."""


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    compare({"key": ["+", ["name", "x"], ["num", "1"]], "answers": [["name", "x"]], "mistakes": []})
    _say({"ready": True})
    for line in sys.stdin:
        signal.alarm(SECONDS)
        try:
            reply = compare(json.loads(line))
        except MemoryError:
            # What is left of the memory can't be known: a fresh process is safer.
            os._exit(1)
        except Exception as error:
            # SymPy lets errors of many kinds through; the trees come from people.
            reply = {"verdict": "unfit", "why": repr(error)[:200]}
        signal.alarm(0)
        _say(reply)


def compare(request: dict[str, Any]) -> dict[str, Any]:
    """`same`, `mistake` with its index, `close` or `other`, for any reading of the answer."""
    key = _built(request["key"])
    answers = [_built(tree) for tree in request["answers"]]
    if any(_difference(key, answer) <= SAME for answer in answers):
        return {"verdict": "same"}
    for index, tree in enumerate(request["mistakes"]):
        mistake = _built(tree)
        if any(_difference(mistake, answer) <= SAME for answer in answers):
            return {"verdict": "mistake", "index": index}
    if any(_has_float(tree) for tree in request["answers"]) and any(
        _difference(key, answer) <= CLOSE for answer in answers
    ):
        return {"verdict": "close"}
    return {"verdict": "other"}


def _difference(key: Any, answer: Any) -> float:
    """The largest relative difference at any point; infinite between things of other kinds."""
    if isinstance(key, tuple) and isinstance(answer, tuple) and len(key) == len(answer):
        return max((_difference(a, b) for a, b in zip(key, answer, strict=True)), default=0.0)
    if key == answer:
        return 0.0
    if isinstance(key, tuple) or isinstance(answer, tuple):
        return math.inf
    differences: list[float] = []
    for point in _points(key.free_symbols | answer.free_symbols):
        wanted, got = _at(key, point), _at(answer, point)
        # Where the key has no real value nothing is asked of the answer.
        if wanted is None or (abs(wanted.imag) > SAME and not key.has(sympy.I)):
            continue
        difference = math.inf if got is None else abs(wanted - got) / max(1e-6, abs(wanted))
        differences.append(difference)
        if difference > CLOSE:
            break
    if len(differences) < ENOUGH and max(differences, default=0) <= CLOSE:
        return 0.0 if sympy.simplify(key - answer) == 0 else math.inf
    return max(differences)


def _points(symbols: set[Any]) -> list[dict[Any, Any]]:
    """The same for the same names, most of them positive, where more formulas have a value."""
    chance = random.Random(7)  # noqa: S311  these are no secrets
    names = sorted(symbols, key=str)
    return [
        {name: _some_number(chance, may_be_negative=number > POINTS // 2) for name in names}
        for number in range(POINTS)
    ]


def _some_number(chance: random.Random, *, may_be_negative: bool) -> Any:
    number = sympy.Rational(chance.randrange(11, 400), 101)
    return -number if may_be_negative and chance.random() < 0.7 else number


def _at(formula: Any, point: dict[Any, Any]) -> complex | None:
    try:
        result = complex(formula.evalf(20, subs=point))
    except (TypeError, ValueError, ArithmeticError, RecursionError):
        return None
    return result if cmath.isfinite(result) else None


def _built(tree: list[Any]) -> Any:
    match tree:
        case ["num", text]:
            if len(text) > LONGEST_NUMBER or abs(float(text)) > 1e300:
                raise TooLargeError
            return sympy.Rational(text)
        case ["name", name]:
            constants = {"pi": sympy.pi, "e": sympy.E, "i": sympy.I}
            return constants.get(name) or sympy.Symbol(name.removeprefix("var:"), real=True)
        case ["tuple", *parts]:
            return tuple(_built(part) for part in parts)
        case ["neg", inner]:
            return -_single(inner)
        case ["call", function, *arguments]:
            return _called(function, [_single(argument) for argument in arguments])
        case [operator, left, right]:
            return _joined(operator, _single(left), _single(right))
    raise ValueError("not a tree")


def _single(tree: list[Any]) -> Any:
    value = _built(tree)
    if isinstance(value, tuple):
        raise TypeError("a list where one formula belongs")
    return value


def _called(function: str, arguments: list[Any]) -> Any:
    if function in ("factorial", "binomial") and any(
        argument.is_number and abs(argument.evalf(5)) > LARGEST_EXPONENT for argument in arguments
    ):
        raise TooLargeError
    if function == "log10":
        return sympy.log(arguments[0], 10)
    return getattr(sympy, {"abs": "Abs"}.get(function, function))(*arguments)


def _joined(operator: str, left: Any, right: Any) -> Any:
    match operator:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case "/":
            return left / right
    if right.is_number and abs(right.evalf(5)) > LARGEST_EXPONENT:
        raise TooLargeError
    return left**right


def _has_float(tree: list[Any]) -> bool:
    return any(
        _has_float(part) if isinstance(part, list) else tree[0] == "num" and "." in part
        for part in tree[1:]
    )


def _say(reply: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(reply) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
