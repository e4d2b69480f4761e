"""Mathematics as people type it, read into a tree: plain notation, LaTeX, or a mix of both.

Nothing is ever evaluated here, and nothing but the operations below can come out: a tree is a
number `["num", "2.5"]`, a name `["name", "x"]`, or an operation on trees, such as `["+", a, b]`,
`["neg", a]`, `["call", "sin", a]`, `["tuple", a, b]`.
"""

import re
from collections.abc import Iterable
from typing import Any

from techtree.grading.symbols import CONSTANTS, FUNCTIONS, GREEK
from techtree.grading.tokens import Token, UnreadableError, tokens_of
from techtree.languages import gettext as _

Tree = list[Any]

LONGEST = 400
"""Characters of a formula. A longer text is no formula that a person typed."""
LONGEST_NAME = 24
DEEPEST = 30
"""Brackets, powers and signs within each other."""


def read(text: str, names: Iterable[str] = (), *, tight: bool = False) -> Tree:
    """The tree of a formula in which `names` may occur. Raises `UnreadableError`.

    `tight` reads `1/2x` as 1/(2x); otherwise it is half of x.
    """
    if len(text) > LONGEST:
        raise UnreadableError(_("It is too long for a formula."))
    return _Reader(tokens_of(text), frozenset(names), tight).whole()


CLOSING = {"(": ")", "[": "]", "{": "}"}


class _Reader:
    """Precedence climbing over the tokens."""

    def __init__(self, tokens: list[Token], names: frozenset[str], tight: bool) -> None:
        self._tokens = tokens
        self._names = names
        self._folded = {name.casefold(): name for name in names}
        self._tight = tight
        self._at = 0
        self._depth = 0

    def whole(self) -> Tree:
        if self._next.kind == "end":
            raise UnreadableError(_("There is nothing in it."))
        parts = [self._sum()]
        while self._take(","):
            parts.append(self._sum())
        if self._next.kind != "end":
            raise UnreadableError(
                _("“{text}” stands where it can't be read.").format(text=self._next.text)
            )
        return parts[0] if len(parts) == 1 else ["tuple", *parts]

    @property
    def _next(self) -> Token:
        return self._tokens[self._at]

    def _take(self, *texts: str) -> str | None:
        if self._next.kind == "op" and self._next.text in texts:
            self._at += 1
            return self._tokens[self._at - 1].text
        return None

    def _expect(self, text: str) -> None:
        if not self._take(text):
            raise UnreadableError(_("A “{text}” is missing.").format(text=text))

    def _sum(self) -> Tree:
        self._depth += 1
        if self._depth > DEEPEST:
            raise UnreadableError(_("It has too many brackets within each other."))
        left = self._product()
        while operator := self._take("+", "-"):
            left = [operator, left, self._product()]
        self._depth -= 1
        return left

    def _product(self) -> Tree:
        left = self._run() if self._tight else self._signed()
        while True:
            if operator := self._take("*", "/"):
                left = [operator, left, self._run() if self._tight else self._signed()]
            elif not self._tight and self._starts_factor():
                left = ["*", left, self._power()]
            else:
                return left

    def _run(self) -> Tree:
        """Factors side by side, such as 2x."""
        left = self._signed()
        while self._starts_factor():
            left = ["*", left, self._power()]
        return left

    def _starts_factor(self) -> bool:
        token = self._next
        if token.kind == "num":
            # “2 3” is no product that anybody means, but “x 2” or “(a) 2” may be.
            return self._tokens[self._at - 1].kind != "num"
        return token.kind == "name" or (token.kind == "op" and token.text in "([{")

    def _signed(self) -> Tree:
        self._depth += 1
        if self._depth > DEEPEST:
            raise UnreadableError(_("It has too many signs in a row."))
        sign = self._take("-", "+")
        tree = self._signed() if sign else self._power()
        self._depth -= 1
        return ["neg", tree] if sign == "-" else tree

    def _power(self) -> Tree:
        base = self._marked(self._atom())
        return ["^", base, self._signed()] if self._take("^") else base

    def _marked(self, tree: Tree) -> Tree:
        while mark := self._take("!", "%"):
            tree = ["call", "factorial", tree] if mark == "!" else ["/", tree, ["num", "100"]]
        return tree

    def _atom(self) -> Tree:
        token = self._next
        self._at += 1
        if token.kind == "num":
            return ["num", token.text]
        if token.kind == "name":
            return self._named(token.text)
        if token.kind == "op" and token.text in CLOSING:
            return self._bracket(CLOSING[token.text])
        if token.text == "|":
            inner = self._sum()
            self._expect("|")
            return ["call", "abs", inner]
        raise UnreadableError(
            _("“{text}” stands where a number or a name is needed.").format(text=token.text)
            if token.text
            else _("It ends too early.")
        )

    def _bracket(self, closing: str) -> Tree:
        parts = [self._sum()]
        while self._take(","):
            parts.append(self._sum())
        self._expect(closing)
        return parts[0] if len(parts) == 1 else ["tuple", *parts]

    def _named(self, text: str) -> Tree:
        name = text.replace("{", "").replace("}", "")
        if len(name) > LONGEST_NAME:
            raise UnreadableError(
                _("“{name}…” is no name in a formula.").format(name=name[:LONGEST_NAME])
            )
        if name in ("frac", "binom") and name not in self._names:
            first, second = self._braced(), self._braced()
            return ["/", first, second] if name == "frac" else ["call", "binomial", first, second]
        if (known := self._known(name)) is not None:
            return known
        base, _mark, foot = name.partition("_")
        if base == "log" and foot:
            return ["call", "log", self._argument(), self._foot(foot)]
        # “xy” is x times y where those are names; the first goes back as a factor of its own.
        for length in range(len(name) - 1, 0, -1):
            if self._is_known(name[:length]) and self._splits(name[length:]):
                rest = Token("num" if name[length].isdigit() else "name", name[length:])
                self._tokens.insert(self._at, rest)
                return self._known(name[:length]) or []
        raise UnreadableError(
            _("“{name}” isn't a name that occurs in this question.").format(name=name)
        )

    def _known(self, name: str) -> Tree | None:
        """A variable, a function with its argument, or a constant; None for another name."""
        variable = name if name in self._names else None
        if variable is None and (name in FUNCTIONS or name in CONSTANTS):
            return self._call(FUNCTIONS[name]) if name in FUNCTIONS else ["name", CONSTANTS[name]]
        variable = variable or self._alias(name)
        return ["name", variable] if variable else None

    def _alias(self, name: str) -> str | None:
        """The variable that is meant by another spelling: X for x, λ for lambda, x1 for x_1."""
        spelt = GREEK.get(name, name)
        for spelling in (spelt, spelt.replace("_", ""), re.sub(r"(?<=[a-z])(\d)", r"_\1", spelt)):
            if spelling in self._names or spelling.casefold() in self._folded:
                return spelling if spelling in self._names else self._folded[spelling.casefold()]
        letters = {letter: word for word, letter in GREEK.items() if len(letter) == 1}
        return letters[name] if letters.get(name) in self._names else None

    def _is_known(self, name: str) -> bool:
        return name in FUNCTIONS or name in CONSTANTS or self._alias(name) is not None

    def _splits(self, name: str) -> bool:
        if not name or name.isdigit() or self._is_known(name):
            return True
        return any(
            self._is_known(name[:length]) and self._splits(name[length:])
            for length in range(len(name) - 1, 0, -1)
        )

    def _call(self, function: str) -> Tree:
        power = self._signed() if self._take("^") else None
        if function == "sqrt" and self._take("["):
            root = self._sum()
            self._expect("]")
            return ["^", self._argument(), ["/", ["num", "1"], root]]
        tree = ["call", function, *self._arguments(function)]
        if power is None:
            return tree
        if power == ["neg", ["num", "1"]] and function in ("sin", "cos", "tan"):
            return ["call", f"a{function}", *tree[2:]]
        return ["^", tree, power]

    def _arguments(self, function: str) -> list[Tree]:
        if self._next.text in CLOSING and self._next.kind == "op":
            inner = self._atom()
            return inner[1:] if inner[0] == "tuple" else [inner]
        return [self._power() if function == "sqrt" else self._argument()]

    def _argument(self) -> Tree:
        """What a function without brackets takes: `sin 2x` is the sine of 2x."""
        if self._next.text in CLOSING and self._next.kind == "op":
            return self._atom()
        left = self._signed()
        while self._starts_factor() and self._next.text not in FUNCTIONS:
            left = ["*", left, self._power()]
        return left

    def _braced(self) -> Tree:
        if self._take("{"):
            return self._bracket("}")
        return self._atom()

    def _foot(self, foot: str) -> Tree:
        return ["num", foot] if foot.isdigit() else (self._known(foot) or ["name", foot])
