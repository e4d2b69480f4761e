"""What is to be learnt: a syllabus, its modules, and its concepts with what they build on."""

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from asyncpg.exceptions import UniqueViolationError
from piccolo.columns import (
    JSONB,
    UUID,
    Array,
    Boolean,
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
from techtree.languages import SOURCE
from techtree.status import Level, Status
from techtree.work import Work

MAX_TOPIC = 200


class Syllabus(Work, Table):
    """One topic at one level, drafted for one learner or published in the catalogue."""

    id = UUID(primary_key=True, default=UUID4())
    learner = ForeignKey(Learner, null=True, on_delete=OnDelete.cascade)
    in_catalogue = Boolean(default=False)
    """Everybody may read it."""
    topic = Varchar(length=MAX_TOPIC)
    level = Varchar(length=20, choices=Level)
    language = Varchar(length=20, default=SOURCE)
    """What it is taught in, one of `languages.TAUGHT`."""
    title = Varchar(length=300, default="")
    summary = Text(default="")
    draft = JSONB(null=True, default=None)
    """The modules decided so far, while it is being drafted: what a reload shows."""
    model = Varchar(length=200, default="")
    """Who drafted it."""
    adapted_from: ForeignKey["Syllabus"] = ForeignKey(
        "self", null=True, default=None, on_delete=OnDelete.set_null, index=True
    )
    """The syllabus of the same topic that this one is easier or harder than."""
    created_at = Timestamptz(default=TimestamptzNow(), index=True)

    @property
    def level_label(self) -> str:
        return Level(self.level).label

    @property
    def name(self) -> str:
        """The title once there is one, until then the topic."""
        return self.title or self.topic

    @classmethod
    async def ask_for(
        cls, learner: Learner, topic: str, level: Level, language: str = SOURCE
    ) -> Self:
        """A new syllabus; or, when the same was asked for a moment ago, that one."""
        try:
            return await cls._recent(learner, topic, level, language) or await cls.objects().create(
                learner=learner.id, topic=topic, level=level.value, language=language
            )
        except UniqueViolationError:
            # Another request of the same double click was quicker.
            again = await cls._recent(learner, topic, level, language)
            if again is None:
                raise
            return again

    async def adapt(self, learner: Learner, level: Level) -> "Syllabus":
        """The same topic at another level, linked to this one; this one stays."""
        linked = await Syllabus.objects().get(
            (Syllabus.adapted_from == self.id)
            & (Syllabus.learner == learner.id)
            & (Syllabus.level == level.value)
        )
        if linked is not None:
            return linked
        other = await Syllabus.ask_for(learner, self.topic, level, self.language)
        if other.adapted_from is None:
            other.adapted_from = self.id
            await other.save([Syllabus.adapted_from])
        return other

    async def linked(self) -> "list[Syllabus]":
        """The easier and harder ones of the same topic, from the lowest level."""
        if self.learner is None:
            return []
        found = await Syllabus.objects().where(
            (Syllabus.learner == self.learner)
            & ((Syllabus.adapted_from == self.id) | (Syllabus.id == (self.adapted_from or self.id)))
            & (Syllabus.id != self.id)
        )
        return sorted(found, key=lambda other: list(Level).index(Level(other.level)))

    @classmethod
    async def ask_for_catalogue(cls, topic: str, level: Level, language: str = SOURCE) -> Self:
        """A syllabus that everybody may read; or the one that is being drafted already."""
        drafting = await cls.objects().get(
            cls.in_catalogue.eq(True)
            & (cls.topic == topic)
            & (cls.level == level.value)
            & (cls.language == language)
            & cls.status.is_in([Status.PENDING.value, Status.WRITING.value])
        )
        return drafting or await cls.objects().create(
            topic=topic, level=level.value, language=language, in_catalogue=True
        )

    @classmethod
    async def _recent(
        cls, learner: Learner, topic: str, level: Level, language: str
    ) -> Self | None:
        rows = await cls.raw(
            "SELECT id FROM syllabus WHERE learner = {} AND lower(topic) = lower({})"
            " AND level = {} AND language = {} AND (status IN ('pending', 'writing')"
            " OR created_at > now() - interval '10 seconds') ORDER BY created_at DESC LIMIT 1",
            learner.id,
            topic,
            level.value,
            language,
        )
        return await cls.objects().get(cls.id == rows[0]["id"]) if rows else None

    @classmethod
    async def for_learner(cls, syllabus: uuid.UUID, learner: Learner | None) -> Self | None:
        """The syllabus, if it is this learner's or in the catalogue."""
        found = await cls.objects().get(cls.id == syllabus)
        return found if found and found.may_be_read_by(learner) else None

    def may_be_read_by(self, learner: Learner | None) -> bool:
        return self.in_catalogue or (learner is not None and self.learner == learner.id)

    async def outline(self) -> "list[OutlineModule]":
        """Modules and lessons in reading order; while it is being drafted, those decided so far."""
        if self.status == Status.COMPLETE:
            return await _outline(self)
        return _drafted_outline(self.draft_content)

    async def unwritten(self) -> int:
        """How many of its lessons have no text, and none on the way."""
        rows = await Syllabus.raw(
            "SELECT count(*) AS lessons FROM lesson l WHERE l.syllabus = {} AND NOT EXISTS (SELECT"
            " FROM lesson_version v WHERE v.lesson = l.id"
            " AND v.status IN ('pending', 'writing', 'complete'))",
            self.id,
        )
        return int(rows[0]["lessons"])

    @property
    def draft_content(self) -> dict[str, Any]:
        """The unfinished draft as `asdict` made it."""
        return dict(json.loads(self.draft)) if self.draft else {}


class Module(Table):
    """A tier of a syllabus."""

    id = UUID(primary_key=True, default=UUID4())
    syllabus = ForeignKey(Syllabus, null=False, on_delete=OnDelete.cascade, index=True)
    position = Integer()
    title = Varchar(length=300)
    summary = Text(default="")

    module_position = Unique(["syllabus", "position"])


class Concept(Table):
    """One idea that a syllabus teaches."""

    id = UUID(primary_key=True, default=UUID4())
    syllabus = ForeignKey(Syllabus, null=False, on_delete=OnDelete.cascade, index=True)
    key = Varchar(length=100)
    name = Varchar(length=300)
    builds_on = Array(base_column=Varchar(length=100), default=list)
    """Keys of other concepts of this syllabus."""

    concept_key = Unique(["syllabus", "key"])

    @classmethod
    async def names(cls, syllabus: uuid.UUID) -> dict[str, str]:
        """The names of a syllabus' concepts by key."""
        rows = await cls.select(cls.key, cls.name).where(cls.syllabus == syllabus)
        return {row["key"]: row["name"] for row in rows}


@dataclass(frozen=True, slots=True)
class OutlineLesson:
    """A lesson as the tree and the outline show it. Without an id it is only decided so far."""

    title: str
    summary: str
    position: int
    id: uuid.UUID | None = None
    status: str = "none"
    visited: bool = False
    progress: str = ""
    """What its learner has reached, as `LessonState` has it; empty where nobody's is shown."""
    is_known: bool = False
    """Its learner has proven all that it teaches elsewhere."""
    teaches: tuple[str, ...] = ()
    builds_on: tuple[str, ...] = ()
    mastery: tuple[str, ...] = ()
    """Of each concept it teaches, as `Mastery` names it; empty where nobody's is shown."""
    number: int = 0
    """Its place in the whole syllabus, from 1."""


@dataclass(slots=True)
class OutlineModule:
    title: str
    summary: str
    position: int
    id: uuid.UUID | None = None
    lessons: list[OutlineLesson] = field(default_factory=list)


_OUTLINE = """
SELECT m.id AS module_id, m.position AS module_position, m.title AS module_title,
       m.summary AS module_summary, l.id, l.position, l.title, l.summary, l.teaches, l.builds_on,
       coalesce(v.status, 'none') AS status,
       EXISTS (SELECT 1 FROM study s WHERE s.lesson = l.id AND s.learner = {}) AS visited
FROM module m JOIN lesson l ON l.module = m.id
LEFT JOIN LATERAL (SELECT status FROM lesson_version WHERE lesson = l.id
                   ORDER BY number DESC LIMIT 1) v ON true
WHERE m.syllabus = {} ORDER BY m.position, l.position
"""


async def _outline(syllabus: Syllabus) -> list[OutlineModule]:
    rows: Sequence[dict[str, Any]] = await Syllabus.raw(_OUTLINE, syllabus.learner, syllabus.id)
    modules: list[OutlineModule] = []
    for number, row in enumerate(rows, start=1):
        if not modules or modules[-1].id != row["module_id"]:
            modules.append(
                OutlineModule(
                    row["module_title"],
                    row["module_summary"],
                    row["module_position"],
                    row["module_id"],
                )
            )
        modules[-1].lessons.append(
            OutlineLesson(
                row["title"],
                row["summary"],
                row["position"],
                row["id"],
                row["status"],
                row["visited"],
                teaches=tuple(row["teaches"]),
                builds_on=tuple(row["builds_on"]),
                number=number,
            )
        )
    return modules


def _drafted_outline(draft: dict[str, Any]) -> list[OutlineModule]:
    return [
        OutlineModule(
            module["title"],
            module["summary"],
            position,
            lessons=[
                OutlineLesson(
                    lesson["title"],
                    lesson["summary"],
                    number,
                    teaches=tuple(lesson["teaches"]),
                    builds_on=tuple(lesson["builds_on"]),
                )
                for number, lesson in enumerate(module["lessons"], start=1)
            ],
        )
        for position, module in enumerate(draft.get("modules", ()), start=1)
    ]
