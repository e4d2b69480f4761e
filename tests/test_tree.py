"""The tree draws every lesson once, and a line for all that it builds on."""

import random
from itertools import pairwise
from uuid import uuid4

import pytest

from techtree.syllabi import OutlineLesson, OutlineModule
from techtree.tree import BROAD, WIDE, tree
from techtree.tree.places import crossings, place, width
from techtree.tree.prerequisites import prerequisites


def lesson(teaches: str, *builds_on: str, progress: str = "") -> OutlineLesson:
    return OutlineLesson(
        teaches.title(),
        "",
        1,
        uuid4(),
        teaches=(teaches,),
        builds_on=builds_on,
        progress=progress,
    )


def modules(*sizes: int, seed: int = 1) -> list[OutlineModule]:
    """Lessons that build on one to three of the eight before them."""
    rng = random.Random(seed)
    made: list[OutlineModule] = []
    count = 0
    for number, size in enumerate(sizes, start=1):
        lessons = []
        for _ in range(size):
            before = [f"c{each}" for each in range(max(0, count - 8), count)]
            lessons.append(lesson(f"c{count}", *rng.sample(before, min(len(before), 3))))
            count += 1
        made.append(OutlineModule(f"Module {number}", "", number, uuid4(), lessons))
    return made


def test_a_lesson_is_joined_to_what_teaches_the_concepts_it_builds_on() -> None:
    found = prerequisites([lesson("rope"), lesson("bend", "rope"), lesson("hitch", "rope")])
    assert found == [set(), {0}, {0}]


def test_what_a_prerequisite_builds_on_is_not_said_again() -> None:
    found = prerequisites([lesson("rope"), lesson("bend", "rope"), lesson("hitch", "bend", "rope")])
    assert found == [set(), {0}, {1}]


def test_concepts_that_nobody_teaches_or_that_come_later_draw_nothing() -> None:
    assert prerequisites([lesson("rope", "hitch", "nothing"), lesson("hitch")]) == [set(), set()]


@pytest.mark.parametrize("sizes", [(), (1,), (3, 3, 3), (1, 7, 2), (8, 9, 6, 7, 9, 8, 7, 6)])
def test_every_lesson_has_a_cell_of_its_own_within_the_columns(sizes: tuple[int, ...]) -> None:
    found = tree(modules(*sizes))
    for most, name in ((WIDE, "wide"), (BROAD, "broad")):
        cells = [getattr(node, name) for tier in found.tiers for node in tier.nodes]
        assert len(set(cells)) == len(cells) == sum(sizes)
        assert all(0 <= cell.column < most for cell in cells)
        assert [cell.tier for cell in cells] == sorted(cell.tier for cell in cells)


def test_every_prerequisite_has_a_line_in_each_picture() -> None:
    found = tree(modules(6, 5, 8))
    wanted = {
        (behind.number, node.number)
        for tier in found.tiers
        for node in tier.nodes
        for behind in node.builds_on
    }
    assert wanted
    assert found.broad
    for drawing in (found.spine, found.wide, found.broad):
        assert {(line.source, line.target) for line in drawing.lines} == wanted


def test_within_a_row_lines_lead_to_the_right() -> None:
    for seed in range(20):
        nodes = [node for tier in tree(modules(4, 6, 6, seed=seed)).tiers for node in tier.nodes]
        for node in nodes:
            for behind in node.builds_on:
                if (behind.wide.tier, behind.wide.row) == (node.wide.tier, node.wide.row):
                    assert behind.wide.column < node.wide.column


def test_the_same_syllabus_gives_the_same_picture() -> None:
    assert tree(modules(5, 7, 4)).wide == tree(modules(5, 7, 4)).wide


def test_lessons_that_nothing_orders_stand_so_that_no_lines_cross() -> None:
    # In reading order the lines of the second row would cross.
    needs = [set(), set(), {1}, {0}]
    cells = place([[0, 1], [2, 3]], needs, WIDE)
    lines = [(cells[need].column, cells[each].column) for each in (2, 3) for need in needs[each]]
    assert crossings([(0, 1), (1, 0)]) == 1
    assert crossings(lines) == 0


def test_two_ways_side_by_side_stay_apart() -> None:
    needs = [set(), set(), {0}, {1}, {2}, {3}]
    cells = place([[0, 1], [2, 3], [4, 5]], needs, WIDE)
    assert all(cells[each].column == cells[each - 2].column for each in range(2, 6))


def test_a_tier_of_many_lessons_has_rows_of_about_the_same_length() -> None:
    assert width([list(range(5))], WIDE) == 3
    assert width([list(range(9))], BROAD) == 5


def test_the_lines_of_a_picture_lie_within_its_height() -> None:
    found = tree(modules(3, 3))
    heights = [node.wide for tier in found.tiers for node in tier.nodes]
    assert len({(cell.tier, cell.row) for cell in heights}) == 2
    assert (found.wide.width, found.wide.height) == (300, 70 + 40 + 70)


def test_what_builds_on_something_unfinished_lies_ahead() -> None:
    lessons = [
        lesson("rope", progress="completed"),
        lesson("bend", "rope", progress="not-started"),
        lesson("hitch", "bend", progress="not-started"),
    ]
    nodes = tree([OutlineModule("Knots", "", 1, uuid4(), lessons)]).tiers[0].nodes
    assert [node.is_ahead for node in nodes] == [False, False, True]


def test_nothing_lies_ahead_where_nobodys_progress_is_shown() -> None:
    lessons = [lesson("rope"), lesson("bend", "rope")]
    nodes = tree([OutlineModule("Knots", "", 1, uuid4(), lessons)]).tiers[0].nodes
    assert not any(node.is_ahead for node in nodes)


def test_a_new_module_leaves_the_tiers_above_it_where_they_are() -> None:
    sizes = [3, 3, 3, 3]
    trees = [tree(modules(*sizes[:count])) for count in range(1, 5)]
    for before, after in pairwise(trees):
        for old, new in zip(before.tiers, after.tiers, strict=False):
            assert [node.wide for node in old.nodes] == [node.wide for node in new.nodes]
