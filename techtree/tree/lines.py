"""The lines of the picture, as paths of an SVG that is stretched over the lessons.

Heights are tenths of a rem, as the style sheet has them. A column is 100 wide, whatever the page's
width, so only curves without a shape of their own are drawn: nothing looks stretched.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from techtree.tree.places import Cell, Needs

# One lesson's height, and the room below it: in its tier, and at the tier's end.
NODE, GAP, TIER_GAP = 70, 25, 40
MARGIN = 8
"""Left and right of a lesson within its column."""

# On a narrow page: the height of a module's name and of a lesson, and where its dot is.
HEAD, ITEM, DOT = 80, 80, 20
RAIL, LANE, LANES = 20, 4, 4


@dataclass(frozen=True, slots=True)
class Line:
    """From a lesson to one that builds on it, both by their numbers in reading order."""

    source: int
    target: int
    path: str


@dataclass(frozen=True, slots=True)
class Drawing:
    width: int
    height: int
    lines: tuple[Line, ...]


def draw_columns(cells: Sequence[Cell], needs: Needs) -> Drawing:
    """Lines from the bottom of a lesson to the top of what builds on it, or to its right."""
    rows = sorted({(cell.tier, cell.row) for cell in cells})
    tops: dict[tuple[int, int], int] = {}
    height = 0
    for before, row in zip([None, *rows], rows, strict=False):
        if before is not None:
            height += GAP if before[0] == row[0] else TIER_GAP
        tops[row] = height
        height += NODE
    columns = max((cell.column for cell in cells), default=-1) + 1
    router = _Router(rows, tops, columns)
    return Drawing(
        columns * 100,
        height,
        tuple(
            Line(source + 1, target + 1, router.path(cells[source], cells[target]))
            for target, sources in enumerate(needs)
            for source in sorted(sources)
        ),
    )


class _Router:
    """Leads lines around the lessons between their ends."""

    def __init__(
        self, rows: list[tuple[int, int]], tops: dict[tuple[int, int], int], columns: int
    ) -> None:
        self._rows, self._tops, self._columns = rows, tops, columns
        self._used: Counter[int] = Counter()

    def path(self, source: Cell, target: Cell) -> str:
        above, below = (source.tier, source.row), (target.tier, target.row)
        start, end = _middle(source), _middle(target)
        bottom, top = self._tops[above] + NODE, self._tops[below]
        if above == below:
            return self._beside(source, target, bottom)
        between = self._rows[self._rows.index(above) + 1 : self._rows.index(below)]
        if not between:
            return f"M{start} {bottom}{_curve(start, bottom, end, top)}"
        lane = self._lane(start, end)
        enter, leave = self._tops[between[0]], self._tops[between[-1]] + NODE
        return (
            f"M{start} {bottom}{_curve(start, bottom, lane, enter)}"
            f"V{leave}{_curve(lane, leave, end, top)}"
        )

    def _beside(self, source: Cell, target: Cell, bottom: int) -> str:
        if target.column == source.column + 1:
            right, left = source.column * 100 + 100 - MARGIN, target.column * 100 + MARGIN
            return f"M{right} {bottom - NODE // 2}H{left}"
        start, end, deep = _middle(source) + 12, _middle(target) - 12, bottom + GAP * 4 // 5
        return f"M{start} {bottom}C{start} {deep} {end} {deep} {end} {bottom}"

    def _lane(self, start: int, end: int) -> int:
        """Between two columns, where the detour is shortest and few others are."""
        lanes = range(0, self._columns + 1)
        best = min(
            lanes,
            key=lambda lane: (
                abs(start - lane * 100) + abs(end - lane * 100) + 10 * self._used[lane]
            ),
        )
        used = self._used[best]
        self._used[best] += 1
        # Inside the picture at its edges, to both sides elsewhere.
        side = 1 if best == 0 else -1 if best == self._columns else (-1) ** used
        return best * 100 + side * min(MARGIN - 2, 2 * ((used + 1) // 2))


def draw_spine(tiers: Sequence[Sequence[int]], needs: Needs) -> Drawing:
    """Lines beside a list: straight to the next lesson, in an arc past those between."""
    places: list[int] = []
    height = 0
    for tier in tiers:
        height += HEAD
        for _ in tier:
            places.append(height + DOT)
            height += ITEM
    lanes = _lanes(needs)
    lines = []
    for target, sources in enumerate(needs):
        for source in sorted(sources):
            start, end = places[source], places[target]
            if target == source + 1:
                path = f"M{RAIL} {start}V{end}"
            else:
                out = RAIL - LANE * (1 + lanes[source, target])
                path = (
                    f"M{RAIL} {start}Q{out} {start} {out} {start + 14}"
                    f"V{end - 14}Q{out} {end} {RAIL} {end}"
                )
            lines.append(Line(source + 1, target + 1, path))
    return Drawing(RAIL + 10, height, tuple(lines))


def _lanes(needs: Needs) -> dict[tuple[int, int], int]:
    """Short arcs lie inside long ones; those that share a stretch lie side by side."""
    arcs = sorted(
        ((source, target) for target, sources in enumerate(needs) for source in sources),
        key=lambda arc: (arc[1] - arc[0], arc),
    )
    lanes: dict[tuple[int, int], int] = {}
    for arc in arcs:
        if arc[1] == arc[0] + 1:
            continue
        taken = {lane for other, lane in lanes.items() if other[0] < arc[1] and arc[0] < other[1]}
        lanes[arc] = next(lane for lane in range(len(arcs) + 1) if lane not in taken)
    return {arc: min(lane, LANES - 1) for arc, lane in lanes.items()}


def _middle(cell: Cell) -> int:
    return cell.column * 100 + 50


def _curve(x: int, y: int, to_x: int, to_y: int) -> str:
    half = (y + to_y) // 2
    return f"C{x} {half} {to_x} {half} {to_x} {to_y}"
