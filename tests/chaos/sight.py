"""What is seen of the texts on an open page, and what is wrong with it."""

import time
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass, field, fields

from tests.chaos.learner import Learner
from tests.chaos.texts import WORD, flaws

OPEN = ("pending", "writing")


@dataclass(slots=True)
class Text:
    """A text on a page."""

    status: str
    words: int
    changes: list[float] = field(default_factory=list)
    """When its status or its number of words changed."""

    def changed_after(self, moment: float) -> float | None:
        """The first change since then."""
        at = bisect_right(self.changes, moment)
        return self.changes[at] if at < len(self.changes) else None

    @property
    def is_open(self) -> bool:
        return self.status in OPEN


class Sight:
    """A learner's view of a page: each sample of a text must begin as its author writes it."""

    def __init__(self, learner: Learner, path: str) -> None:
        self.learner = learner
        self.path = path
        self.texts: dict[str, Text] = {}
        self.counts: Counter[str] = Counter()
        self.problems: list[str] = []

    def see(self, identity: str, status: str, text: str) -> None:
        words = len(WORD.findall(text))
        known = self.texts.setdefault(identity, Text("", 0))
        if (known.status, known.words) == (status, words):
            return
        known.status, known.words = status, words
        known.changes.append(time.monotonic())
        found = flaws(text)
        for each in fields(found):
            if number := getattr(found, each.name):
                self.counts[each.name] += number
                self.problems.append(f"{each.name} {number}: {_outline(text)}")


def _outline(text: str) -> str:
    words = [f"{code}{number}" for code, number in WORD.findall(text)]
    return " ".join([*words[:3], "…", *words[-30:]])
