"""The picture of a syllabus: where each lesson stands, and the lines from what it builds on."""

from collections.abc import Sequence
from dataclasses import dataclass

from techtree.syllabi import OutlineLesson, OutlineModule
from techtree.tree.lines import Drawing, draw_columns, draw_spine
from techtree.tree.places import Cell, place
from techtree.tree.prerequisites import prerequisites

WIDE, BROAD = 4, 6
"""Lessons side by side at most, beside the names of the modules: on a laptop, on a large screen."""


@dataclass(frozen=True, slots=True)
class Node:
    """A lesson in the picture."""

    number: int
    """Its place in reading order, from 1."""
    lesson: OutlineLesson
    builds_on: "tuple[Node, ...]"
    wide: Cell
    broad: Cell

    @property
    def is_ahead(self) -> bool:
        """Something that it builds on is neither complete nor known: a hint, never a wall."""
        return bool(self.lesson.progress) and not all(
            each.lesson.progress == "completed" or each.lesson.is_known for each in self.builds_on
        )


@dataclass(frozen=True, slots=True)
class Tier:
    module: OutlineModule
    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Tree:
    tiers: tuple[Tier, ...]
    spine: Drawing
    """For a narrow page: one lesson below the other."""
    wide: Drawing
    broad: Drawing | None
    """None where it would be the same as `wide`."""


def tree(modules: Sequence[OutlineModule]) -> Tree:
    """Lay out a syllabus. The same syllabus gives the same picture."""
    lessons = [lesson for module in modules for lesson in module.lessons]
    needs = prerequisites(lessons)
    tiers: list[list[int]] = []
    for module in modules:
        first = sum(map(len, tiers))
        tiers.append(list(range(first, first + len(module.lessons))))
    wide = place(tiers, needs, WIDE)
    broad = place(tiers, needs, BROAD)
    nodes: list[Node] = []
    for index, lesson in enumerate(lessons):
        behind = tuple(nodes[each] for each in sorted(needs[index]))
        nodes.append(Node(index + 1, lesson, behind, wide[index], broad[index]))
    return Tree(
        tuple(
            Tier(module, tuple(nodes[index] for index in tier))
            for module, tier in zip(modules, tiers, strict=True)
        ),
        draw_spine(tiers, needs),
        draw_columns(wide, needs),
        draw_columns(broad, needs) if max(map(len, tiers), default=0) > WIDE else None,
    )
