"""What a learner has reached: computed from the answers whenever it is shown, stored nowhere."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import IntEnum, StrEnum
from typing import Any

from techtree.accounts import Learner
from techtree.grading import Verdict
from techtree.languages import gettext as _, marked
from techtree.status import Level
from techtree.syllabi import OutlineModule, Syllabus


class LessonState(StrEnum):
    NOT_STARTED = "not-started"
    IN_PROGRESS = "in-progress"
    COMPLETED = "completed"

    @property
    def label(self) -> str:
        return _(_STATES[self])


class Mastery(IntEnum):
    """Of one concept."""

    NONE = 0
    SEEN = 1
    BRONZE = 2
    """Seen, and once right unaided."""
    SILVER = 3
    """The quiz of a lesson on it was passed."""
    GOLD = 4
    """Right again on a later day, among questions on other concepts."""

    @property
    def label(self) -> str:
        return _(_MASTERY[self])


_STATES = {
    LessonState.NOT_STARTED: marked("Not started"),
    LessonState.IN_PROGRESS: marked("In progress"),
    LessonState.COMPLETED: marked("Completed"),
}
_MASTERY = {
    Mastery.NONE: marked("Not seen"),
    Mastery.SEEN: marked("Seen"),
    Mastery.BRONZE: marked("Bronze"),
    Mastery.SILVER: marked("Silver"),
    Mastery.GOLD: marked("Gold"),
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """An answer that stands."""

    at: datetime
    concepts: tuple[str, ...]
    verdict: Verdict
    help: int = 0
    syllabus: uuid.UUID | None = None

    @property
    def unaided(self) -> bool:
        return self.verdict is Verdict.CORRECT and self.help == 0


@dataclass(frozen=True, slots=True)
class Passed:
    """A quiz whose questions were all answered right."""

    at: datetime
    lesson: uuid.UUID
    concepts: tuple[str, ...]
    syllabus: uuid.UUID | None = None


def masteries(evidence: Sequence[Evidence], passed: Sequence[Passed]) -> dict[str, Mastery]:
    """The mastery of each concept that there is any evidence of."""
    keys = {key for each in evidence for key in each.concepts}
    keys |= {key for quiz in passed for key in quiz.concepts}
    return {key: _mastery(key, evidence, passed) for key in sorted(keys)}


def _mastery(key: str, evidence: Sequence[Evidence], passed: Sequence[Passed]) -> Mastery:
    about = [each for each in evidence if key in each.concepts]
    quizzes = [quiz.at.date() for quiz in passed if key in quiz.concepts]
    if quizzes:
        later = {each.at.date() for each in about if each.unaided} & _mixed_days(key, evidence)
        return Mastery.GOLD if any(day > min(quizzes) for day in later) else Mastery.SILVER
    if any(each.unaided for each in about):
        return Mastery.BRONZE
    return Mastery.SEEN


def _mixed_days(key: str, evidence: Iterable[Evidence]) -> set[date]:
    """The days on which other concepts were answered, too."""
    return {each.at.date() for each in evidence if set(each.concepts) - {key}}


@dataclass(frozen=True, slots=True)
class Progress:
    """One learner in one syllabus."""

    states: dict[uuid.UUID, LessonState] = field(default_factory=dict)
    """Of each lesson, in reading order."""
    mastery: dict[str, Mastery] = field(default_factory=dict)
    known: frozenset[str] = frozenset()
    """Keys of concepts that were proven in a linked syllabus."""

    @property
    def completed(self) -> int:
        return sum(state is LessonState.COMPLETED for state in self.states.values())

    @property
    def percent(self) -> int:
        """0 to 100; 100 only when every lesson is complete."""
        return self.completed * 100 // len(self.states) if self.states else 0

    def state(self, lesson: uuid.UUID) -> LessonState:
        return self.states.get(lesson, LessonState.NOT_STARTED)

    def knows(self, teaches: Sequence[str]) -> bool:
        """Whether all that a lesson teaches was proven elsewhere."""
        return bool(teaches) and all(key in self.known for key in teaches)


async def of_syllabus(syllabus: uuid.UUID, learner: uuid.UUID | None) -> Progress:
    """What this learner has reached in this syllabus."""
    lessons = await _rows(_LESSONS, learner, syllabus)
    passed = await _passed(learner, [syllabus])
    done = {quiz.lesson for quiz in passed}
    states = {
        row["id"]: LessonState.COMPLETED
        if row["id"] in done
        else LessonState.IN_PROGRESS
        if row["opened"]
        else LessonState.NOT_STARTED
        for row in lessons
    }
    linked = [row["id"] for row in await _rows(_LINKED, syllabus) if row["id"] != syllabus]
    elsewhere = masteries(await _evidence(learner, linked), await _passed(learner, linked))
    known = {key for key, mastery in elsewhere.items() if mastery >= Mastery.SILVER}
    return Progress(
        states, masteries(await _evidence(learner, [syllabus]), passed), frozenset(known)
    )


@dataclass(frozen=True, slots=True)
class Passage:
    """A lesson on the way through a syllabus."""

    id: uuid.UUID
    title: str
    teaches: tuple[str, ...]
    opened: bool
    completed: bool


@dataclass(frozen=True, slots=True)
class Overview:
    """A syllabus as the dashboard lists it."""

    id: uuid.UUID
    title: str
    level: str
    language: str
    status: str
    modules: int
    lessons: tuple[Passage, ...]

    @property
    def level_label(self) -> str:
        return Level(self.level).label

    @property
    def completed(self) -> int:
        return sum(lesson.completed for lesson in self.lessons)

    @property
    def next(self) -> Passage | None:
        return next((lesson for lesson in self.lessons if not lesson.completed), None)


async def overviews(learner: uuid.UUID) -> list[Overview]:
    """The learner's syllabi, what was studied last first."""
    syllabi = await _rows(_OVERVIEWS, learner, learner)
    rows = await _rows(_PASSAGES, learner, learner)
    done = {quiz.lesson for quiz in await _passed(learner, [row["id"] for row in syllabi])}
    passages: dict[uuid.UUID, list[Passage]] = {}
    for row in rows:
        passages.setdefault(row["syllabus"], []).append(
            Passage(
                row["id"], row["title"], tuple(row["teaches"]), row["opened"], row["id"] in done
            )
        )
    return [Overview(**row, lessons=tuple(passages.get(row["id"], ()))) for row in syllabi]


async def mastery_by_syllabus(
    learner: uuid.UUID, syllabi: list[uuid.UUID]
) -> dict[uuid.UUID, dict[str, Mastery]]:
    """What this learner has reached in each of these syllabi, by the keys of its concepts."""
    evidence = await _evidence(learner, syllabi)
    passed = await _passed(learner, syllabi)
    return {
        syllabus: masteries(
            [each for each in evidence if each.syllabus == syllabus],
            [quiz for quiz in passed if quiz.syllabus == syllabus],
        )
        for syllabus in syllabi
    }


async def outline(syllabus: Syllabus, reached: Progress | None = None) -> list[OutlineModule]:
    """The syllabus' outline with what its learner has reached; nobody's in the catalogue.

    `reached` is that learner's, if it was read already.
    """
    modules = await syllabus.outline()
    if syllabus.learner is not None:
        reached = reached or await of_syllabus(syllabus.id, syllabus.learner)
        for module in modules:
            module.lessons = [
                replace(
                    each,
                    progress=reached.state(each.id).value if each.id else "",
                    is_known=reached.knows(each.teaches),
                    mastery=tuple(
                        reached.mastery.get(key, Mastery.NONE).name.lower() for key in each.teaches
                    ),
                )
                for each in module.lessons
            ]
    return modules


async def _evidence(learner: uuid.UUID | None, syllabi: list[uuid.UUID]) -> list[Evidence]:
    rows = await _rows(_STANDING, learner, syllabi) if syllabi else []
    return [
        Evidence(
            row["created_at"],
            tuple(row["concepts"]),
            Verdict(row["verdict"]),
            row["help"],
            row["syllabus"],
        )
        for row in rows
    ]


async def _passed(learner: uuid.UUID | None, syllabi: list[uuid.UUID]) -> list[Passed]:
    rows = await _rows(_PASSED, learner, syllabi) if syllabi else []
    return [
        Passed(row["at"], row["lesson"], tuple(row["concepts"]), row["syllabus"]) for row in rows
    ]


async def _rows(query: str, *values: Any) -> list[dict[str, Any]]:
    return list(await Learner.raw(query, *values))


_LESSONS = """
SELECT l.id, EXISTS (SELECT FROM study s WHERE s.lesson = l.id AND s.learner = {}) AS opened
FROM lesson l JOIN module m ON m.id = l.module
WHERE m.syllabus = {} ORDER BY m.position, l.position
"""

_STANDING = """
SELECT l.syllabus, a.created_at, a.concepts, a.verdict, a.help FROM answer a
JOIN question q ON q.id = a.question JOIN study s ON s.id = q.study JOIN lesson l ON l.id = s.lesson
WHERE a.learner = {} AND l.syllabus = ANY({}::uuid[])
  AND NOT EXISTS (SELECT FROM answer later WHERE later.supersedes = a.id)
ORDER BY a.created_at
"""

# The quiz rule: as many questions as the quiz has, each with a right answer that stands.
_PASSED = """
SELECT z.id, l.syllabus, s.lesson, z.concepts, max(a.created_at) AS at
FROM quiz z JOIN study s ON s.id = z.study JOIN lesson l ON l.id = s.lesson
JOIN question q ON q.quiz = z.id
JOIN answer a ON a.question = q.id AND a.verdict = 'correct'
  AND NOT EXISTS (SELECT FROM answer later WHERE later.supersedes = a.id)
WHERE s.learner = {} AND l.syllabus = ANY({}::uuid[])
GROUP BY z.id, l.syllabus, s.lesson HAVING count(DISTINCT q.id) >= z.size
"""

_LINKED = """
WITH RECURSIVE linked AS (
    SELECT id, adapted_from FROM syllabus WHERE id = {}
    UNION
    SELECT y.id, y.adapted_from FROM syllabus y
    JOIN linked k ON y.id = k.adapted_from OR y.adapted_from = k.id
) SELECT id FROM linked
"""

_OVERVIEWS = """
SELECT y.id, coalesce(nullif(y.title, ''), y.topic) AS title, y.level, y.language, y.status,
       (SELECT count(*) FROM module m WHERE m.syllabus = y.id) AS modules
FROM syllabus y WHERE y.learner = {}
ORDER BY greatest(y.created_at, (SELECT max(s.opened_at) FROM study s
    JOIN lesson l ON l.id = s.lesson WHERE l.syllabus = y.id AND s.learner = {})) DESC LIMIT 200
"""

_PASSAGES = """
SELECT l.syllabus, l.id, l.title, l.teaches, s.id IS NOT NULL AS opened
FROM lesson l JOIN module m ON m.id = l.module JOIN syllabus y ON y.id = l.syllabus
LEFT JOIN study s ON s.lesson = l.id AND s.learner = {}
WHERE y.learner = {} ORDER BY l.syllabus, m.position, l.position
"""
