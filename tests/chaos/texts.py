"""Texts of numbered words, so that what a page lost, doubled or mixed up can be read off it."""

import itertools
import re
from dataclasses import dataclass
from string import ascii_lowercase
from typing import Any

from tests.fakes.openai_items import fenced
from tests.fakes.openai_script import Delivery, delivery_of
from tests.fakes.openai_server import OpenAIServer
from tests.fakes.openai_wire import Answer, Heard

WORD = re.compile(r"\b([a-z]{2})(\d{4})\b")
SHAPES = ("{}", "## {}", "- {}\n- {}", "> {}", "{}\n{}", "```\n{}\n```", "1. {}\n2. **{}**")
LINE = 8


class Author(OpenAIServer):
    """A model that writes slowly, and always the same for the same lesson or question."""

    def __init__(self, *, lesson: int, catalogue: int, reply: int) -> None:
        super().__init__()
        self._lengths = {"lesson": lesson, "catalogue": catalogue, "reply": reply}
        self._codes: dict[str, str] = {}
        self._unused = map("".join, itertools.product(ascii_lowercase, repeat=2))

    async def _complete(self, heard: Heard, *streams: Any) -> bool:
        if not self.queue and delivery_of(heard.body) is Delivery.TEXT:
            self.answer(Answer(text=self._text(heard.text)))
        return await super()._complete(heard, *streams)

    def _text(self, told: str) -> str:
        if question := fenced(told, "question"):
            return self._words(question, self._lengths["reply"])
        topic = fenced(told, "topic")
        kind = "catalogue" if topic == "catalogue" else "lesson"
        return self._words(f"{topic} {fenced(told, 'title')}", self._lengths[kind])

    def _words(self, subject: str, count: int) -> str:
        code = self._codes.setdefault(subject, "") or next(self._unused)
        self._codes[subject] = code
        return numbered(code, count)


def numbered(code: str, count: int) -> str:
    """Markdown of many kinds of block, with the words `code0001` to `code` and the count."""
    words = iter([f"{code}{number:04}" for number in range(1, count + 1)])
    blocks = []
    for shape in itertools.cycle(SHAPES):
        lines = [" ".join(itertools.islice(words, LINE)) for _ in range(shape.count("{}"))]
        if not lines[-1]:
            blocks += [line for line in lines if line]
            return "\n\n".join(blocks)
        blocks.append(shape.format(*lines))
    raise AssertionError


@dataclass(frozen=True, slots=True)
class Flaws:
    """What is wrong with a text that should be the beginning of a numbered one."""

    lost: int = 0
    doubled: int = 0
    reordered: int = 0
    mixed: int = 0


def flaws(text: str) -> Flaws:
    found = WORD.findall(text)
    numbers = [int(number) for _, number in found]
    distinct = set(numbers)
    return Flaws(
        lost=max(distinct, default=0) - len(distinct),
        doubled=len(numbers) - len(distinct),
        reordered=sum(later < earlier for earlier, later in itertools.pairwise(numbers)),
        mixed=max(len({code for code, _ in found}) - 1, 0),
    )
