"""The evidence: each answer is a row that nobody changes, and grading that takes a while."""

import json
import uuid
from dataclasses import asdict
from typing import Self

from asyncpg.exceptions import UniqueViolationError
from piccolo.columns import (
    JSONB,
    UUID,
    Array,
    Boolean,
    DoublePrecision,
    ForeignKey,
    Integer,
    OnDelete,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.columns.defaults.uuid import UUID4
from piccolo.constraints import Unique
from piccolo.table import Table

from techtree.accounts import Learner
from techtree.assessments.questions import WORKED_EXAMPLE, Question, Use
from techtree.grading import Grade, Method, Verdict, by_rule, gives_up
from techtree.items import ITEM, AnyItem
from techtree.work import Work

MAX_ANSWER = 20_000
"""Characters; what is longer is cut."""
TRIES = 3
"""Wrong answers to an exercise before it is resolved."""

CONTESTABLE = (Verdict.INCORRECT, Verdict.PARTLY)

WAITING = Grade(Verdict.UNGRADED, None, "", Method.NONE)
WITHDRAWN = Grade(
    Verdict.UNSURE, None, "Taken back: it was a question.", Method.NONE, detail="withdrawn"
)


class Answer(Table):
    """What a learner answered, and what was found of it.

    A row is never changed or deleted by the program, and the database refuses to. A later finding
    is a new row that supersedes this one; what nothing supersedes stands.
    """

    id = UUID(primary_key=True, default=UUID4())
    question = ForeignKey(Question, null=False, on_delete=OnDelete.no_action, index=True)
    learner = ForeignKey(Learner, null=False, on_delete=OnDelete.cascade, index=True)
    number = Integer(null=True, default=None)
    """Counts the answers to the question, from 1; None on a later finding."""
    key = UUID(null=True, default=None)
    """The form's idempotency key."""
    supersedes: ForeignKey["Answer"] = ForeignKey(
        "self", null=True, default=None, unique=True, on_delete=OnDelete.no_action
    )
    concepts = Array(base_column=Varchar(length=100), default=list)
    content = Text()
    """As `by_rule` takes it."""
    verdict = Varchar(length=10, choices=Verdict)
    score = DoublePrecision(null=True, default=None)
    """0 to 1; None while there is no verdict that counts."""
    method = Varchar(length=10, choices=Method)
    grader = Varchar(length=200, default="")
    """The model that judged; empty for a rule and for the learner."""
    feedback = Text(default="")
    """Markdown."""
    detail = Text(default="")
    """For the operator."""
    criteria = JSONB(default="[]")
    help = Integer(default=0)
    """How much help had been shown, as `Question.help` counts."""
    final = Boolean(default=False)
    """It ends the question: no try remains, and the key may be shown."""
    looked_at_again = Boolean(default=False)
    """It is what a contest came to: there is no second one."""
    created_at = Timestamptz(default=TimestamptzNow())

    answer_number = Unique(["question", "number"])
    answer_key = Unique(["question", "key"])

    @classmethod
    async def standing(cls, question: uuid.UUID) -> "list[Answer]":
        """The answers to a question in the order given, each as it was found last."""
        return (await cls.standing_of([question]))[question]

    @classmethod
    async def standing_of(cls, questions: list[uuid.UUID]) -> "dict[uuid.UUID, list[Answer]]":
        """The same of each of the questions."""
        found: dict[uuid.UUID, list[Answer]] = {question: [] for question in questions}
        if not found:
            return found
        rows = await cls.objects().where(cls.question.is_in(list(found)))
        later = {row.supersedes: row for row in rows if row.supersedes is not None}
        for row in sorted(
            (row for row in rows if row.supersedes is None), key=lambda row: row.number
        ):
            last = row
            while last.id in later:
                last = later[last.id]
            found[row.question].append(last)
        return found

    @classmethod
    async def for_learner(cls, answer: uuid.UUID, learner: Learner | None) -> Self | None:
        if learner is None:
            return None
        return await cls.objects().get((cls.id == answer) & (cls.learner == learner.id))

    @classmethod
    async def give(
        cls, question: Question, learner: uuid.UUID, text: str, key: uuid.UUID
    ) -> "Answer":
        """The learner's answer, graded at once where a rule can. Else its `Grading` is owed.

        The same `key` twice is the same answer; a question that is resolved takes no more.
        """
        before = await cls.standing(question.id)
        same = await cls.objects().get((cls.question == question.id) & (cls.key == key))
        if same or (before and (before[-1].final or before[-1].verdict == Verdict.UNGRADED)):
            return same or before[-1]
        grade = await _by_rule(question, before, text[:MAX_ANSWER])
        answer = cls._of(question, learner, text[:MAX_ANSWER], grade or WAITING)
        answer.number, answer.key = len(before) + 1, key
        answer.final = grade is not None and ends(question, before, answer.content, grade)
        try:
            async with cls._meta.db.transaction():
                await answer.save()
                if grade is None:
                    await Grading(answer=answer.id).save()
        except UniqueViolationError:
            # Another tab was quicker.
            return (await cls.standing(question.id))[-1]
        return answer

    async def find(
        self,
        question: Question,
        grade: Grade,
        grader: str = "",
        *,
        final: bool = False,
        contested: bool = False,
    ) -> "Answer":
        """What was found of this answer later, as a new row; with `final` it ends the question."""
        later = Answer._of(question, self.learner, self.content, grade)
        before = [a for a in await Answer.standing(question.id) if a.id != self.id]
        later.looked_at_again = contested
        later.supersedes, later.grader, later.help = self.id, grader, self.help
        later.final = grade != WITHDRAWN and (
            final or self.final or ends(question, before, self.content, grade)
        )
        try:
            await later.save()
        except UniqueViolationError:
            again = await Answer.objects().get(Answer.supersedes == self.id)
            if again is None:
                raise
            return again
        return later

    async def withdraw(self, question: Question) -> None:
        """It was no answer: what was found of it last is superseded, and counts no more."""
        last = self
        while later := await Answer.objects().get(Answer.supersedes == last.id):
            last = later
        if last.detail != WITHDRAWN.detail:
            await last.find(question, WITHDRAWN)

    async def contest(self, argument: str) -> "Grading | None":
        """A fresh look is owed. None when this is no verdict that can be contested."""
        superseded = await Answer.exists().where(Answer.supersedes == self.id)
        if superseded or self.looked_at_again or self.verdict not in CONTESTABLE:
            return None
        try:
            return await Grading.objects().create(answer=self.id, argument=argument)
        except UniqueViolationError:
            return None

    @classmethod
    def _of(cls, question: Question, learner: uuid.UUID, content: str, grade: Grade) -> "Answer":
        return cls(
            question=question.id,
            learner=learner,
            concepts=question.concepts,
            content=content,
            verdict=grade.verdict.value,
            score=grade.score,
            method=grade.method.value,
            feedback=grade.feedback,
            detail=grade.detail,
            criteria=json.dumps([asdict(criterion) for criterion in grade.criteria]),
            help=question.help,
        )


class Grading(Work, Table):
    """A verdict that is owed: a rubric has to be judged, or a verdict looked at again."""

    id = UUID(primary_key=True, default=UUID4())
    answer = ForeignKey(Answer, null=False, unique=True, on_delete=OnDelete.cascade)
    argument = Text(default="")
    """Why the learner thinks the verdict is wrong; empty for a first verdict."""
    created_at = Timestamptz(default=TimestamptzNow())


async def answered_items(learner: uuid.UUID, syllabus: uuid.UUID) -> list[AnyItem]:
    """The items of a syllabus' questions that this learner's answers have ended, oldest first."""
    rows = await Answer.raw(
        "SELECT q.item FROM question q JOIN study s ON s.id = q.study"
        " JOIN lesson l ON l.id = s.lesson"
        " WHERE s.learner = {} AND l.syllabus = {}"
        " AND EXISTS (SELECT FROM answer a WHERE a.question = q.id AND a.final)"
        " ORDER BY q.created_at",
        learner,
        syllabus,
    )
    return [ITEM.validate_json(row["item"]) for row in rows]


def ends(question: Question, before: list[Answer], text: str, grade: Grade) -> bool:
    """Whether an answer with this grade resolves its question."""
    if grade.verdict is Verdict.UNGRADED or grade == WITHDRAWN:
        return False
    if grade.verdict is Verdict.CORRECT or gives_up(text):
        return True
    if question.use == Use.QUIZ:
        # Something is there: “say more”, once.
        return not (grade.verdict in (Verdict.PARTLY, Verdict.UNSURE) and not before)
    if grade.verdict is Verdict.UNSURE:
        return False
    if question.use == Use.EXERCISE and question.help < WORKED_EXAMPLE:
        wrong = [a for a in before if a.verdict in (Verdict.PARTLY, Verdict.INCORRECT)]
        return len(wrong) + 1 >= TRIES
    return True


async def _by_rule(question: Question, before: list[Answer], text: str) -> Grade | None:
    """With the key in its words only when the question ends with it."""
    grade = await by_rule(question.content, text, final=False)
    if grade is None or not ends(question, before, text, grade):
        return grade
    return await by_rule(question.content, text, final=True)
