"""The rule of a placement, tried by simulated learners."""

import random

from techtree.placements import GUESSES, KNOWS, LEVELS, MOST, Course, History, next_step
from techtree.status import Level

LEARNERS = 2_000


def place(true: int, dice: random.Random) -> tuple[Level, int]:
    """The level that is found for a learner of this level, and after how many questions."""
    history: History = []
    while (step := next_step(history)).found is None:
        knows = LEVELS.index(step.level) <= true
        history.append((step.level, dice.random() < (KNOWS if knows else GUESSES)))
    return step.found, len(history)


def test_it_starts_in_the_middle_and_moves_after_two_in_a_row() -> None:
    assert next_step([]).level == Level.EARLY_LEARNER
    right, wrong = (Level.EARLY_LEARNER, True), (Level.EARLY_LEARNER, False)
    assert next_step([right]).level == Level.EARLY_LEARNER
    assert next_step([right, wrong]).level == Level.EARLY_LEARNER
    assert next_step([right, right]).level == Level.GOOD_KNOWLEDGE
    assert next_step([wrong, wrong]).level == Level.BEGINNER


def test_consistent_answers_need_at_most_six_questions() -> None:
    for true in range(4):
        history: History = []
        while (step := next_step(history)).found is None:
            history.append((step.level, LEVELS.index(step.level) <= true))
        assert step.found == LEVELS[true]
        assert len(history) <= 6


def test_the_level_of_simulated_learners_is_right_or_one_off() -> None:
    dice = random.Random(7)
    for true in range(4):
        found = [place(true, dice) for _ in range(LEARNERS)]
        near = sum(abs(LEVELS.index(level) - true) <= 1 for level, _ in found)
        assert near / LEARNERS >= 0.95, LEVELS[true]
        assert max(asked for _, asked in found) <= MOST


def test_about_how_many_are_left_goes_down() -> None:
    assert Course([]).left in range(3, 7)
