"""Numbers as people write them: separators of any country, fractions, roots, powers of ten."""

import math
import re
from collections.abc import Iterator

from techtree.grading.notation import Tree, read
from techtree.grading.tokens import UnreadableError, plain
from techtree.languages import gettext as _

LARGEST_FACTORIAL = 170
"""The last that a float holds."""


def readings(text: str) -> list[float]:
    """Each number that `text` may mean, the likeliest first; none when it is no number.

    `1,500` is 1500 to some and 1.5 to others: both are here.
    """
    found: list[float] = []
    for spelling in _spellings(plain(text)):
        try:
            number = value(read(spelling))
        except (UnreadableError, ArithmeticError, ValueError):
            continue
        if number not in found:
            found.append(number)
    return found


def value(tree: Tree) -> float:
    """What a tree without variables is worth. Raises `UnreadableError` or `ArithmeticError`."""
    result = _value(tree)
    if isinstance(result, complex) or not math.isfinite(result):
        raise UnreadableError(_("It isn't a real number."))
    return result


def decimals(text: str) -> int | None:
    """How many decimals a plain decimal number has; None for another form."""
    match = re.fullmatch(r"[-+]?\d+(?:[.,](\d+))?", plain(text).strip().rstrip("."))
    return None if match is None else len(match[1] or "")


def _spellings(text: str) -> Iterator[str]:
    """The text with all groups of thousands joined and points before decimals, in two customs."""
    text = re.sub(r"(?<=\d)\((?=\d/\d\))", "+(", text.strip().rstrip("."))
    text = re.sub(r"(?<=\d)[' _](?=\d{3}(?!\d))", "", text)
    text = re.sub(r"^([-+]?)\s*(\d+)\s+(\d+)\s*/\s*(\d+)$", r"\1(\2+\3/\4)", text)
    english = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", text)
    if not re.search(r"\d,\d", english):
        yield english
    yield re.sub(r"(?<=\d),(?=\d)", ".", re.sub(r"(?<=\d)\.(?=\d{3}(?!\d))", "", text))


def _value(tree: Tree) -> float:
    match tree:
        case ["num", text]:
            return float(text)
        case ["name", name] if name in ("pi", "e"):
            return float(getattr(math, name))
        case ["neg", inner]:
            return -_value(inner)
        case ["call", str(function), *arguments]:
            return _called(function, [_value(argument) for argument in arguments])
        case [str(operator), left, right]:
            return _joined(operator, _value(left), _value(right))
    raise UnreadableError(_("It isn't a single number."))


def _joined(operator: str, left: float, right: float) -> float:
    match operator:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case "/":
            return left / right
        case "^":
            # A root of a negative number would come back as a complex one.
            return math.pow(left, right)
    raise UnreadableError(_("It isn't a single number."))


def _called(function: str, arguments: list[float]) -> float:
    match function, arguments:
        case "factorial", [number]:
            if number != int(number) or not 0 <= number <= LARGEST_FACTORIAL:
                raise UnreadableError(_("The factorial is too large."))
            return float(math.factorial(int(number)))
        case "abs", [number]:
            return abs(number)
        case "log", [number, base]:
            return math.log(number, base)
        case name, [number] if name in PLAIN:
            return float(getattr(math, name)(number))
    raise UnreadableError(_("{function} can't be worked out here.").format(function=function))


PLAIN = ("sqrt", "exp", "log", "log10", "sin", "cos", "tan", "asin", "acos", "atan")
