"""Rows and columns: modules are tiers, and a lesson stands near what it builds on."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import ceil

Needs = Sequence[set[int]]
"""For each lesson, by its index, the earlier ones that it builds on."""


@dataclass(frozen=True, slots=True)
class Cell:
    tier: int
    row: int
    """Within the tier; a tier with more lessons than columns has several."""
    column: int


def place(tiers: Sequence[Sequence[int]], needs: Needs, most: int) -> list[Cell]:
    """A cell for each lesson, with at most so many columns.

    Within a row, what builds on another lesson of the row stands to the right of it. Otherwise
    lessons stand where their lines are short and cross little, in reading order where that is free.
    """
    columns = width(tiers, most)
    cells: dict[int, Cell] = {}
    for number, tier in enumerate(tiers):
        for row, lessons in enumerate(_rows(tier, most)):
            for lesson, column in _best(lessons, columns, needs, cells).items():
                cells[lesson] = Cell(number, row, column)
    return [cells[lesson] for lesson in sorted(cells)]


def width(tiers: Sequence[Sequence[int]], most: int) -> int:
    """How many columns a place needs."""
    return max((len(row) for tier in tiers for row in _rows(tier, most)), default=0)


def crossings(lines: Sequence[tuple[float, float]]) -> int:
    """How many of these lines between two rows cross, each from one column to another."""
    return sum(
        (first[0] - second[0]) * (first[1] - second[1]) < 0
        for first, second in combinations(lines, 2)
    )


def _rows(tier: Sequence[int], most: int) -> Iterator[Sequence[int]]:
    """Rows of about the same length."""
    rows = ceil(len(tier) / most)
    for row in range(rows):
        yield tier[len(tier) * row // rows : len(tier) * (row + 1) // rows]


def _best(
    lessons: Sequence[int], columns: int, needs: Needs, cells: dict[int, Cell]
) -> dict[int, int]:
    order = list(lessons)
    best = min(_spread(order, columns), key=lambda found: _cost(found, columns, needs, cells))
    while True:
        for left in range(len(order) - 1):
            swapped = [*order[:left], order[left + 1], order[left], *order[left + 2 :]]
            if order[left] in needs[order[left + 1]] or not _points_right(swapped, needs):
                continue
            other = min(
                _spread(swapped, columns), key=lambda found: _cost(found, columns, needs, cells)
            )
            if _cost(other, columns, needs, cells) < _cost(best, columns, needs, cells):
                order, best = swapped, other
                break
        else:
            return best


def _spread(order: Sequence[int], columns: int) -> Iterator[dict[int, int]]:
    """Every way to put lessons into columns in this order."""
    for chosen in combinations(range(columns), len(order)):
        yield dict(zip(order, chosen, strict=True))


def _points_right(order: Sequence[int], needs: Needs) -> bool:
    return not any(
        later in needs[lesson] for at, lesson in enumerate(order) for later in order[at + 1 :]
    )


def _cost(found: dict[int, int], columns: int, needs: Needs, cells: dict[int, Cell]) -> float:
    middle = (columns - 1) / 2
    cost = 0.0
    lines: list[tuple[float, float]] = []
    for lesson, column in found.items():
        # The middle decides only where nothing else does.
        cost += 0.01 * (column - middle) ** 2
        for need in needs[lesson]:
            if need in found:
                cost += column - found[need]
            else:
                lines.append((cells[need].column, column))
                cost += (cells[need].column - column) ** 2
    order = list(found)
    inversions = sum(a > b for a, b in combinations(order, 2))
    return cost + 4 * crossings(lines) + 0.5 * inversions
