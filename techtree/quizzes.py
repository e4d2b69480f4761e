"""The quiz at a lesson's end: one attempt, its questions one after the other, and what it shows."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Self

from piccolo.columns import UUID, Array, ForeignKey, Integer, OnDelete, Timestamptz, Varchar
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.columns.defaults.uuid import UUID4
from piccolo.table import Table

from techtree.assessments import Answer, Question, Use
from techtree.grading import Verdict
from techtree.messages import Study
from techtree.status import Level

QUESTIONS = {
    Level.BEGINNER: 2,
    Level.EARLY_LEARNER: 3,
    Level.GOOD_KNOWLEDGE: 4,
    Level.ADVANCED: 5,
}


HELD_BACK = timedelta(hours=1)
"""How long a question waits at most for the one before it to be written."""


class Quiz(Table):
    """One attempt. Whether it was passed is read from its answers."""

    id = UUID(primary_key=True, default=UUID4())
    study = ForeignKey(Study, null=False, on_delete=OnDelete.cascade, index=True)
    size = Integer()
    """How many questions it has."""
    concepts = Array(base_column=Varchar(length=100), default=list)
    """Keys of what passing it proves: all that the lesson teaches."""
    left_at = Timestamptz(null=True, default=None)
    """When the learner left it, or went on from its result."""
    created_at = Timestamptz(default=TimestamptzNow())

    @classmethod
    async def current(cls, study: uuid.UUID) -> Self | None:
        """The attempt that the page shows: running, or with its result."""
        return (
            await cls.objects()
            .where((cls.study == study) & cls.left_at.is_null())
            .order_by(cls.created_at, ascending=False)
            .first()
        )

    @classmethod
    async def begin(cls, study: Study, level: Level, concepts: list[str]) -> "list[Question]":
        """A new attempt with all its questions to be written; those of the one that runs, if any.

        The questions are spread over the concepts.
        """
        size = QUESTIONS[level]
        asked = [concepts[place % len(concepts)] for place in range(size)]
        return await cls._begin(study, level, concepts, asked, [None] * size)

    async def retry(self, study: Study, level: Level) -> "list[Question]":
        """A new attempt at what was missed: a partner of each question that was not right."""
        missed = [each.question for each in (await self.course()).missed]
        asked = [question.concepts[0] for question in missed]
        partners = [question.id for question in missed]
        return await Quiz._begin(study, level, self.concepts, asked, partners)

    @classmethod
    async def _begin(
        cls,
        study: Study,
        level: Level,
        concepts: list[str],
        asked: list[str],
        partners: Sequence[uuid.UUID | None],
    ) -> "list[Question]":
        async with cls._meta.db.transaction():
            await Study.raw("SELECT id FROM study WHERE id = {} FOR UPDATE", study.id)
            running = await cls.current(study.id)
            if running is not None and not (await running.course()).is_over:
                return await running.questions()
            await cls._leave(study.id)
            quiz = await cls.objects().create(study=study.id, size=len(asked), concepts=concepts)
            # The database's: what is due is compared with that, and this machine's may be wrong.
            now = (await cls.raw("SELECT now()"))[0]["now"]
            for place, (concept, partner) in enumerate(zip(asked, partners, strict=True), start=1):
                await Question(
                    study=study.id,
                    quiz=quiz.id,
                    use=Use.QUIZ.value,
                    level=level.value,
                    concepts=[concept],
                    partner_of=partner,
                    position=place,
                    # One after the other, so that each can differ from those before it.
                    due_at=now + HELD_BACK if place > 1 else None,
                ).save()
            return await quiz.questions()

    @classmethod
    async def leave(cls, study: uuid.UUID) -> None:
        """End what the page shows. The answers stay; questions not yet written are not needed."""
        async with cls._meta.db.transaction():
            await cls._leave(study)

    @classmethod
    async def _leave(cls, study: uuid.UUID) -> None:
        await cls.raw("UPDATE quiz SET left_at = now() WHERE study = {} AND left_at IS NULL", study)
        await cls.raw(
            "UPDATE question SET status = 'stopped', attempt = attempt + 1 WHERE study = {}"
            " AND use = 'quiz' AND status IN ('pending', 'writing')",
            study,
        )

    async def questions(self) -> "list[Question]":
        return await Question.objects().where(Question.quiz == self.id).order_by(Question.position)

    async def course(self) -> "Course":
        """How it has gone so far."""
        questions = await self.questions()
        answers = await Answer.standing_of([question.id for question in questions])
        return Course([Asked(question, answers[question.id]) for question in questions])


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of a quiz with its answers, each as it was found last."""

    question: Question
    answers: list[Answer]

    @property
    def last(self) -> Answer | None:
        return self.answers[-1] if self.answers else None

    @property
    def is_over(self) -> bool:
        return self.last is not None and bool(self.last.final)

    @property
    def is_right(self) -> bool:
        return any(answer.verdict == Verdict.CORRECT for answer in self.answers)


@dataclass(frozen=True, slots=True)
class Course:
    """The way through a quiz."""

    asked: list[Asked] = field(default_factory=list)

    @property
    def now(self) -> Asked | None:
        """The question that the learner is at; None after the last."""
        return next((each for each in self.asked if not each.is_over), None)

    @property
    def before(self) -> Asked | None:
        """The question that was answered last."""
        over = [each for each in self.asked if each.is_over]
        return over[-1] if over else None

    @property
    def is_over(self) -> bool:
        return bool(self.asked) and self.now is None

    @property
    def passed(self) -> bool:
        return bool(self.asked) and all(each.is_right for each in self.asked)

    @property
    def missed(self) -> list[Asked]:
        return [each for each in self.asked if not each.is_right]
