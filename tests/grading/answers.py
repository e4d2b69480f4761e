"""The labelled answers, read from the files beside this one."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from techtree.grading import Criterion, Verdict
from techtree.items import ITEM, AnyItem
from techtree.tutor.author import RubricGrade

FOLDER = Path(__file__).parent / "answers"


@dataclass(frozen=True)
class Labelled:
    """An answer, the verdicts that are fair, and what a model was recorded to say of it."""

    item: AnyItem
    answer: str
    expect: frozenset[Verdict]
    about: str
    """Why it is here: `paraphrase`, `units`, `injection`."""
    passes: tuple[RubricGrade, ...] = ()
    """Two, or none when the answer never gets to a model."""

    @property
    def name(self) -> str:
        return f"{self.item.key}: {self.answer[:60]!r}"


@cache
def labelled() -> tuple[Labelled, ...]:
    return tuple(_all())


def _all() -> Iterator[Labelled]:
    for path in sorted(FOLDER.glob("*.yaml")):
        for group in yaml.safe_load(path.read_text("utf-8")):
            item = ITEM.validate_python(group["item"])
            for entry in group["answers"]:
                yield _one(item, **entry)


def _one(
    item: AnyItem,
    *,
    answer: object,
    expect: str | list[str],
    about: str,
    passes: list[Any] | None = None,
    noise: int = 0,
) -> Labelled:
    text = str(answer)
    if noise:
        text = (text * (noise // len(text) + 1))[:noise]
    verdicts = [expect] if isinstance(expect, str) else expect
    recorded = [_pass(item, marks) for marks in passes or []]
    return Labelled(
        item,
        text,
        frozenset(map(Verdict, verdicts)),
        about,
        tuple(recorded * 2 if len(recorded) == 1 else recorded),
    )


def _pass(item: AnyItem, marks: list[list[Any]]) -> RubricGrade:
    rubric: tuple[str, ...] = item.rubric  # type: ignore[union-attr]
    return RubricGrade(
        tuple(
            Criterion(text, met, quote, confidence)
            for text, (met, quote, confidence) in zip(rubric, marks, strict=True)
        ),
        next_step="Look at the lesson's example again.",
    )
