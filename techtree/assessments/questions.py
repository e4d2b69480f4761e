"""A question as it is put to one learner."""

import random
import re
import uuid
from enum import StrEnum
from typing import Any, Self

from piccolo.columns import (
    JSONB,
    UUID,
    Array,
    Boolean,
    Column,
    ForeignKey,
    Integer,
    LazyTableReference,
    OnDelete,
    Timestamptz,
    Varchar,
)
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.columns.defaults.uuid import UUID4
from piccolo.table import Table

from techtree.accounts import Learner
from techtree.items import HINTS, ITEM, AnyItem, Choice, Order, TrueFalse
from techtree.messages import Study
from techtree.status import Level
from techtree.work import Work

WORKED_EXAMPLE = HINTS + 1
"""The level of help at which the explanation is shown: nudge, strategy, next step, this."""

DISPUTES_TO_RETIRE = 3
"""Learners who say that a question is wrong, before nobody is asked it any more."""


class Use(StrEnum):
    """What a question is for."""

    EXERCISE = "exercise"
    ASSESSMENT = "assessment"
    QUIZ = "quiz"
    PLACEMENT = "placement"


TYPED = re.compile(
    r"(?i)^(?:(?:my|the) answer(?: is)?|answer|option|i (?:think|say))\W*(?:is\W)?\s*"
)
"""What people put before an answer."""

TASKS = (Use.EXERCISE, Use.ASSESSMENT)


class Question(Work, Table):
    """One item asked of one learner, in a study or in a placement."""

    id = UUID(primary_key=True, default=UUID4())
    study = ForeignKey(Study, null=True, default=None, on_delete=OnDelete.cascade, index=True)
    placement: ForeignKey[Any] = ForeignKey(
        LazyTableReference("Placement", module_path="techtree.placements"),
        null=True,
        default=None,
        on_delete=OnDelete.cascade,
        index=True,
    )
    quiz: ForeignKey[Any] = ForeignKey(
        LazyTableReference("Quiz", module_path="techtree.quizzes"),
        null=True,
        default=None,
        on_delete=OnDelete.cascade,
        index=True,
    )
    use = Varchar(length=12, choices=Use)
    level = Varchar(length=20, choices=Level)
    concepts = Array(base_column=Varchar(length=100), default=list)
    """Keys of what is to be asked about; once it is written, of what it asks about."""
    partner_of: ForeignKey["Question"] = ForeignKey(
        "self", null=True, default=None, on_delete=OnDelete.cascade
    )
    """The same thought is wanted again, in other clothes."""
    item = JSONB(null=True, default=None)
    item_key = Varchar(length=80, default="")
    shown = Array(base_column=Integer(), default=list)
    """The item's own places of options or steps, in the order in which the learner sees them. It is
    drawn by lot and kept here: forms send places in it, which say nothing of the key."""
    position = Integer(null=True, default=None)
    """Its place in a quiz or placement; None for one that is prepared and not asked yet."""
    help = Integer(default=0)
    """How much was shown: 0 nothing, 1 to 3 hints, 4 the worked example."""
    put_away = Boolean(default=False)
    """The learner is done with it."""
    flagged = Boolean(default=False)
    """The learner says that something is wrong with it."""
    retired = Boolean(default=False)
    """An administrator has found that nobody should be asked it any more."""
    model = Varchar(length=200, default="")
    created_at = Timestamptz(default=TimestamptzNow())

    @classmethod
    async def for_learner(cls, question: uuid.UUID, learner: Learner | None) -> Self | None:
        """The question with its study or placement, if that is the learner's."""
        if learner is None:
            return None
        rows = await cls.raw(
            "SELECT q.id FROM question q LEFT JOIN study s ON s.id = q.study"
            " LEFT JOIN placement p ON p.id = q.placement"
            " WHERE q.id = {} AND coalesce(s.learner, p.learner) = {}",
            question,
            learner.id,
        )
        return await cls.objects().get(cls.id == question) if rows else None

    @classmethod
    async def active_in(cls, study: uuid.UUID) -> Self | None:
        """The task that the learner is at: the newest exercise or assessment not put away."""
        return (
            await cls.objects()
            .where(
                (cls.study == study)
                & cls.use.is_in([use.value for use in TASKS])
                & cls.put_away.eq(False)
            )
            .order_by(cls.created_at, ascending=False)
            .first()
        )

    @classmethod
    async def ask(cls, study: Study, use: Use, level: Level, concepts: list[str]) -> Self:
        """A new task for the study; or the one that is already being made.

        The task before it is put away: its answers stay.
        """
        async with cls._meta.db.transaction():
            # The lock makes two clicks one task.
            await Study.raw("SELECT id FROM study WHERE id = {} FOR UPDATE", study.id)
            active = await cls.active_in(study.id)
            if active and active.use == use and active.item is None and active.status != "failed":
                return active
            await cls.put_tasks_away(study.id)
            return await cls.objects().create(
                study=study.id, use=use.value, level=level.value, concepts=concepts
            )

    @classmethod
    async def ask_next(cls, study: Study, use: Use, level: Level, concepts: list[str]) -> Self:
        """A new task about the concept that was asked about least so far."""
        rows = await cls.raw(
            "SELECT unnest(concepts) AS key, count(*) AS asked FROM question"
            " WHERE study = {} AND use <> 'quiz' GROUP BY 1",
            study.id,
        )
        asked = {row["key"]: row["asked"] for row in rows}
        return await cls.ask(study, use, level, [min(concepts, key=lambda key: asked.get(key, 0))])

    async def flag(self) -> None:
        """The learner says that something is wrong with it."""
        await Question.update({Question.flagged: True}).where(Question.id == self.id)
        self.flagged = True

    async def ask_partner(self) -> "Question":
        """The same thought again, as a new task in place of this one."""
        async with Question._meta.db.transaction():
            await Study.raw("SELECT id FROM study WHERE id = {} FOR UPDATE", self.study)
            made = await Question.objects().get(
                (Question.partner_of == self.id) & Question.put_away.eq(False)
            )
            if made is not None:
                return made
            await Question.put_tasks_away(self.study)
            return await Question.objects().create(
                study=self.study,
                use=self.use,
                level=self.level,
                concepts=self.concepts,
                partner_of=self.id,
            )

    @classmethod
    async def put_tasks_away(cls, study: uuid.UUID) -> None:
        await cls.raw(
            "UPDATE question SET put_away = true, status = CASE WHEN status IN"
            " ('pending', 'writing') THEN 'stopped' ELSE status END,"
            " attempt = attempt + CASE WHEN status IN ('pending', 'writing') THEN 1 ELSE 0 END"
            " WHERE study = {} AND use IN ('exercise', 'assessment') AND NOT put_away",
            study,
        )

    async def raise_help(self, level: int) -> None:
        """Show help up to `level`, for good: help that was given is not forgotten."""
        rows = await Question.raw(
            "UPDATE question SET help = greatest(help, {}) WHERE id = {} RETURNING help",
            min(level, WORKED_EXAMPLE),
            self.id,
        )
        self.help = rows[0]["help"]

    async def release_next(self) -> "Question | None":
        """The next question of the same quiz, which was held back until this one is written."""
        rows = await Question.raw(
            "UPDATE question SET due_at = NULL WHERE quiz = {} AND position = {}"
            " AND status = 'pending' RETURNING id",
            self.quiz,
            (self.position or 0) + 1,
        )
        return await Question.objects().get(Question.id == rows[0]["id"]) if rows else None

    @property
    def content(self) -> AnyItem:
        """The item. Only for a question that is written."""
        return ITEM.validate_json(self.item)

    @property
    def texts(self) -> list[str]:
        """Options or steps in the order in which they are shown."""
        return [_parts(self.content)[place] for place in self.shown]

    def typed(self, text: str) -> str:
        """An answer typed in words, as a form would have sent it: “b” is the second option."""
        said = " ".join(TYPED.sub("", text.strip()).split()).rstrip(".)").casefold()
        if isinstance(self.content, TrueFalse):
            return said
        if not isinstance(self.content, Choice):
            return TYPED.sub("", text.strip())
        shown = [" ".join(part.split()).casefold() for part in self.texts]
        letters = "abcdef"[: len(shown)]
        if said in shown:
            return str(self.shown[shown.index(said)])
        if len(said) == 1 and said in letters:
            return str(self.shown[letters.index(said)])
        return text

    def in_own_order(self, answer: str) -> str:
        """An answer as the form sent it, with places in the item's own order instead of shown."""
        if not self.shown:
            return answer
        places = answer.split()
        if not all(place.isdecimal() and int(place) < len(self.shown) for place in places):
            return answer if len(places) > 1 or not answer.isdecimal() else ""
        return " ".join(str(self.shown[int(place)]) for place in places)


def written(item: AnyItem) -> dict[Column | str, Any]:
    """The columns of a question that this item fills."""
    places = list(range(len(_parts(item))))
    random.SystemRandom().shuffle(places)
    return {
        "item": ITEM.dump_json(item).decode(),
        "item_key": item.key,
        "concepts": list(item.concepts),
        "shown": places,
    }


def _parts(item: AnyItem) -> list[str]:
    match item:
        case Choice():
            return [option.text for option in item.options]
        case Order():
            return list(item.items)
    return []
