"""Which of a course's questions comes next."""

from dataclasses import replace
from typing import Any

import pytest

from techtree.items import ITEM, AnyItem
from techtree.status import Level
from techtree.tutor.author import NoGoodQuestionError, QuestionBrief
from techtree.tutor.library import LibraryAuthor
from techtree.tutor.library.picking import pick
from tests.tutor.conftest import LESSON

BRIEF = QuestionBrief(LESSON, "", (("bowline", "Bowline"),))


def _item(key: str, **fields: Any) -> AnyItem:
    base = {"key": key, "kind": "true-false", "concepts": ["bowline"], "text": f"Is {key} so?"}
    rest = {"explanation": "So.", "answer": True, "misconception": "You doubted."}
    return ITEM.validate_python(base | rest | fields)


ONE, TWO, OTHER = _item("one"), _item("two"), _item("other", concepts=["clove-hitch"])


def test_the_first_that_fits_and_was_not_asked() -> None:
    assert pick((OTHER, ONE, TWO), BRIEF) is ONE
    assert pick((OTHER, ONE, TWO), replace(BRIEF, avoid=(ONE.text,))) is TWO


def test_when_all_were_asked_the_one_asked_longest_ago() -> None:
    assert pick((ONE, TWO), replace(BRIEF, avoid=(TWO.text, ONE.text))) is TWO


def test_the_same_is_never_asked_twice_in_a_row() -> None:
    with pytest.raises(NoGoodQuestionError):
        pick((ONE,), replace(BRIEF, avoid=(ONE.text,)))


def test_a_question_of_another_kind_or_concept_does_not_fit() -> None:
    with pytest.raises(NoGoodQuestionError):
        pick((OTHER,), BRIEF)
    with pytest.raises(NoGoodQuestionError):
        pick((ONE,), replace(BRIEF, kinds=("choice",)))


def test_the_partner_comes_first_when_one_is_wanted() -> None:
    item = _item("first", partner="two")
    assert pick((item, ONE, TWO), replace(BRIEF, partner_of=item, avoid=(item.text,))) is TWO


async def test_a_placement_takes_the_nearest_level_that_is_left_easier_first() -> None:
    levelled = ((Level.BEGINNER, ONE), (Level.GOOD_KNOWLEDGE, TWO), (Level.ADVANCED, OTHER))
    author = LibraryAuthor(pace=0, placement=lambda topic: levelled)
    brief = replace(BRIEF, level=Level.EARLY_LEARNER)
    asked: list[AnyItem] = []
    for _ in levelled:
        texts = tuple(item.text for item in asked)
        asked.append(await author.write_question(replace(brief, avoid=texts)))
    assert asked == [ONE, TWO, OTHER]
    with pytest.raises(NoGoodQuestionError):
        await author.write_question(replace(brief, avoid=tuple(item.text for item in asked)))


async def test_a_lesson_of_the_library_asks_its_own_questions() -> None:
    author = LibraryAuthor(pace=0, questions={"knots/beginner/bowline": (ONE,)}.__getitem__)
    lesson = replace(LESSON, source="knots/beginner/bowline")
    assert await author.write_question(replace(BRIEF, lesson=lesson)) is ONE
