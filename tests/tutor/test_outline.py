"""Which syllabi are accepted, which small defects are tidied, and which go back."""

from collections.abc import Callable
from typing import Any

import pytest

from techtree.tutor.outline import Outline, problems_of, tidied
from tests.fakes.openai_script import syllabus

Change = Callable[[dict[str, Any]], object]


def _outline(change: Change = lambda _: None, modules: int = 3, lessons: int = 3) -> Outline:
    value = syllabus("Knots", modules=modules, lessons=lessons)
    change(value)
    return tidied(Outline.model_validate(value))


@pytest.mark.parametrize("modules", [2, 8])
@pytest.mark.parametrize("lessons", [3, 10])
def test_the_smallest_and_the_largest_syllabus_are_accepted(modules: int, lessons: int) -> None:
    assert problems_of(_outline(modules=modules, lessons=lessons)) == []


@pytest.mark.parametrize(
    ("counts", "problem"),
    [
        ((1, 3), "There are 1 modules"),
        ((9, 3), "There are 9 modules"),
        ((3, 2), "has 2 lessons"),
        ((3, 11), "has 11 lessons"),
    ],
)
def test_too_few_and_too_many_go_back(counts: tuple[int, int], problem: str) -> None:
    modules, lessons = counts
    assert problem in " ".join(problems_of(_outline(modules=modules, lessons=lessons)))


def _lesson(value: dict[str, Any], module: int, lesson: int) -> dict[str, Any]:
    found: dict[str, Any] = value["modules"][module]["lessons"][lesson]
    return found


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda v: v.update(title=" \n"), "The syllabus has no title"),
        (lambda v: v["modules"][1].update(summary=""), "Module 2 has no summary"),
        (lambda v: _lesson(v, 0, 2).update(title=""), "Lesson 3 of module 1 has no title"),
        (lambda v: _lesson(v, 1, 0).update(summary=" "), "Lesson 1 of module 2 has no summary"),
        (lambda v: _lesson(v, 1, 0).update(teaches=[" "]), "teaches no concept"),
        (lambda v: _lesson(v, 1, 0).update(title="x" * 121), "a title of more than 120"),
        (
            lambda v: v["modules"][0].update(title=v["modules"][1]["title"].upper()),
            "2 modules have",
        ),
        (lambda v: _lesson(v, 2, 0).update(title=_lesson(v, 0, 0)["title"]), "2 lessons have"),
        (lambda v: _lesson(v, 0, 0).update(builds_on=["concept-9"]), "builds on `concept-9`"),
        (lambda v: v["concepts"][0].update(builds_on=["concept-9"]), "in a circle"),
    ],
)
def test_what_has_no_sensible_repair_goes_back(change: Change, problem: str) -> None:
    problems = problems_of(_outline(change))
    assert problem in " ".join(problems)


def test_a_circle_is_named_step_by_step() -> None:
    def change(value: dict[str, Any]) -> None:
        value["concepts"][0]["builds_on"] = ["concept-2"]

    (problem,) = problems_of(_outline(change))
    assert "`concept-1`" in problem
    assert "`concept-2`" in problem
    assert "`concept-3`" not in problem


def test_spaces_and_numbering_are_tidied() -> None:
    def change(value: dict[str, Any]) -> None:
        value["modules"][0].update(title=" Module 1:  Seeing\n it ", summary=" One\nline. ")
        value["modules"][1].update(title="2. Doing it")
        _lesson(value, 0, 0).update(title="Lesson 1.1 - Rope")

    outline = _outline(change)
    assert [module.title for module in outline.modules[:2]] == ["Seeing it", "Doing it"]
    assert outline.modules[0].summary == "One line."
    assert outline.lessons[0].title == "Rope"
    assert problems_of(outline) == []


def test_numbering_stays_where_only_it_tells_titles_apart() -> None:
    def change(value: dict[str, Any]) -> None:
        for number, module in enumerate(value["modules"], start=1):
            module["title"] = f"Part {number}: Knots"

    outline = _outline(change)
    assert [module.title for module in outline.modules] == [
        f"Part {number}: Knots" for number in (1, 2, 3)
    ]


def test_keys_in_another_spelling_are_the_same_concept() -> None:
    def change(value: dict[str, Any]) -> None:
        value["concepts"].append({"key": "Concept 1", "name": "Again", "builds_on": []})
        _lesson(value, 0, 0).update(teaches=["Concept_1", "concept-1"])
        _lesson(value, 0, 1).update(builds_on=["CONCEPT 1"])

    outline = _outline(change)
    assert len(outline.concepts) == 9
    assert outline.lessons[0].teaches == ["concept-1"]
    assert outline.lessons[1].builds_on == ["concept-1"]
    assert problems_of(outline) == []


def test_references_that_lead_nowhere_are_dropped() -> None:
    def change(value: dict[str, Any]) -> None:
        value["concepts"].append({"key": "untaught", "name": "Untaught", "builds_on": []})
        value["concepts"][1]["builds_on"] = ["concept-1", "concept-2", "untaught", "nowhere"]
        _lesson(value, 0, 1).update(builds_on=["concept-1", "untaught", "nowhere", "concept-2"])

    outline = _outline(change)
    assert "untaught" not in [concept.key for concept in outline.concepts]
    assert outline.concepts[1].builds_on == ["concept-1"]
    assert outline.lessons[1].builds_on == ["concept-1"]
    assert problems_of(outline) == []


def test_a_concept_that_only_a_lesson_names_is_added() -> None:
    def change(value: dict[str, Any]) -> None:
        _lesson(value, 2, 2)["teaches"].append("square-knot")

    outline = _outline(change)
    assert outline.concepts[-1].name == "square knot"
    assert problems_of(outline) == []
