"""A placement: a short adaptive assessment that finds the level to begin at."""

import uuid
from dataclasses import dataclass
from typing import Self

from piccolo.columns import UUID, ForeignKey, Integer, OnDelete, Timestamptz, Varchar
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.columns.defaults.uuid import UUID4
from piccolo.table import Table

from techtree.accounts import Learner
from techtree.assessments import Answer, Question, Use
from techtree.grading import Verdict
from techtree.languages import SOURCE
from techtree.status import Level, Status
from techtree.syllabi import MAX_TOPIC

LEVELS = list(Level)
MOST = 10
"""Questions at most."""
IN_A_ROW = 2
"""Right answers that raise the level of the questions, wrong ones that lower it."""

KNOWS = 0.9
"""How often somebody is right at their own level and below."""
GUESSES = 0.25
"""How often above it."""


class Placement(Table):
    """One learner's placement in one topic. What it found is read from the answers."""

    id = UUID(primary_key=True, default=UUID4())
    learner = ForeignKey(Learner, null=False, on_delete=OnDelete.cascade, index=True)
    topic = Varchar(length=MAX_TOPIC)
    language = Varchar(length=20, default=SOURCE)
    chosen = Varchar(length=20, null=True, default=None, choices=Level)
    """The level the learner chose instead: on skipping, or one up or down from the result."""
    revision = Integer(default=0)
    """Counts what was published of it: the newest reading wins."""
    created_at = Timestamptz(default=TimestamptzNow())

    @classmethod
    async def for_learner(cls, placement: uuid.UUID, learner: Learner | None) -> Self | None:
        if learner is None:
            return None
        return await cls.objects().get((cls.id == placement) & (cls.learner == learner.id))

    @classmethod
    async def open(cls, learner: Learner, topic: str, language: str = SOURCE) -> Self:
        """A placement in the topic; the one that was left unfinished, if there is one."""
        for begun in (
            await cls.objects()
            .where(
                (cls.learner == learner.id)
                & (cls.topic == topic)
                & (cls.language == language)
                & cls.chosen.is_null()
            )
            .order_by(cls.created_at, ascending=False)
            .limit(1)
        ):
            if (await begun.course()).found is None:
                return begun
        return await cls.objects().create(learner=learner.id, topic=topic, language=language)

    async def choose(self, level: Level) -> None:
        await Placement.update({Placement.chosen: level.value}).where(Placement.id == self.id)
        self.chosen = level.value

    async def course(self) -> "Course":
        questions = (
            await Question.objects()
            .where((Question.placement == self.id) & Question.position.is_not_null())
            .order_by(Question.position)
        )
        answers = await Answer.standing_of([question.id for question in questions])
        return Course([Asked(question, answers[question.id]) for question in questions])

    async def prepare(self) -> "list[Question]":
        """Put the next question, and have those written that may come after it.

        Answers the questions that are owed a job.
        """
        async with Placement._meta.db.transaction():
            await Placement.raw("SELECT id FROM placement WHERE id = {} FOR UPDATE", self.id)
            course = await self.course()
            if self.chosen or course.found is not None:
                await self._drop_prepared()
                return []
            now = course.now
            if now is not None and now.question.item is None:
                # What may come after it is written after it, so that it can differ.
                return [now.question] if now.question.status == Status.PENDING else []
            if now is None:
                put = await self._put(course.next_level, len(course.asked) + 1)
                if put.item is None:
                    return [put] if put.status == Status.PENDING else []
            made: list[Question] = []
            at = Level(now.question.level if now else course.next_level)
            ahead = {
                step.level
                for right in (True, False)
                if (step := next_step([*course.history, (at, right)])).found is None
            }
            spare = await self._spare()
            made += [
                await self._make(level)
                for level in ahead
                if level.value not in {q.level for q in spare}
            ]
            return made

    async def _put(self, level: Level, position: int) -> Question:
        spare = [q for q in await self._spare() if q.level == level.value]
        question = spare[0] if spare else await self._make(level)
        question.position = position
        await question.save([Question.position])
        return question

    async def _make(self, level: Level) -> Question:
        return await Question.objects().create(
            placement=self.id, use=Use.PLACEMENT.value, level=level.value
        )

    async def _spare(self) -> list[Question]:
        return (
            await Question.objects()
            .where(
                (Question.placement == self.id)
                & Question.position.is_null()
                & Question.status.is_in(["pending", "writing", "complete"])
            )
            .order_by(Question.created_at)
        )

    async def _drop_prepared(self) -> None:
        await Placement.raw(
            "UPDATE question SET status = 'stopped', attempt = attempt + 1 WHERE placement = {}"
            " AND status IN ('pending', 'writing')",
            self.id,
        )


@dataclass(frozen=True, slots=True)
class Asked:
    question: Question
    answers: list[Answer]

    @property
    def is_over(self) -> bool:
        return bool(self.answers) and bool(self.answers[-1].final)

    @property
    def right(self) -> bool:
        return self.answers[-1].verdict == Verdict.CORRECT


@dataclass(frozen=True, slots=True)
class Course:
    """How a placement has gone so far."""

    asked: list[Asked]

    @property
    def now(self) -> Asked | None:
        return next((each for each in self.asked if not each.is_over), None)

    @property
    def history(self) -> "History":
        return [(Level(each.question.level), each.right) for each in self.asked if each.is_over]

    @property
    def found(self) -> Level | None:
        return next_step(self.history).found

    @property
    def likeliest(self) -> Level:
        return likeliest(self.history)

    @property
    def next_level(self) -> Level:
        return next_step(self.history).level

    @property
    def left(self) -> int:
        """About how many more questions: as many as a steady learner of the likeliest level needs,
        the one that is open included."""
        history = list(self.history)
        level = likeliest(history)
        while (step := next_step(history)).found is None:
            history.append((step.level, LEVELS.index(step.level) <= LEVELS.index(level)))
        return len(history) - len(self.history)


History = list[tuple[Level, bool]]
"""The level of each question in order, and whether the answer was right."""


@dataclass(frozen=True, slots=True)
class Step:
    level: Level
    """Of the next question."""
    found: Level | None = None
    """The learner's level; None while there is more to ask."""


def next_step(history: History) -> Step:
    """One level up after two right in a row, one down after two wrong in a row, from the middle.

    It ends when the level is bracketed: two right in a row there, two wrong in a row one above; at
    the ends of the scale one of the two suffices.
    """
    at, run, same = 1, 0, None
    highest_passed, lowest_failed = -1, len(LEVELS)
    for level, right in history:
        at = LEVELS.index(level)
        run = run + 1 if same == (at, right) else 1
        same = (at, right)
        if run < IN_A_ROW:
            continue
        run, same = 0, None
        if right:
            highest_passed = max(highest_passed, at)
            at += 1
        else:
            lowest_failed = min(lowest_failed, at)
            at -= 1
        if lowest_failed - highest_passed <= 1 or not 0 <= at < len(LEVELS):
            return Step(level, likeliest(history))
    if len(history) >= MOST:
        return Step(history[-1][0], likeliest(history))
    return Step(LEVELS[at])


def likeliest(history: History) -> Level:
    """The level that explains the answers best; the lower one of two that do so equally."""

    def fits(place: int) -> float:
        product = 1.0
        for level, right in history:
            chance = KNOWS if LEVELS.index(level) <= place else GUESSES
            product *= chance if right else 1 - chance
        return product

    return LEVELS[max(range(len(LEVELS)), key=lambda place: (fits(place), -place))]
