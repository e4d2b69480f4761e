"""What is read: a lesson and the versions of its text."""

import uuid
from dataclasses import dataclass
from typing import Self

from asyncpg.exceptions import UniqueViolationError
from piccolo.columns import UUID, Array, ForeignKey, Integer, OnDelete, Text, Timestamptz, Varchar
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.columns.defaults.uuid import UUID4
from piccolo.constraints import Unique
from piccolo.table import Table

from techtree.accounts import Learner
from techtree.languages import SOURCE
from techtree.status import Status
from techtree.syllabi import Module, Syllabus
from techtree.work import FENCE_STEP, Work

MAX_WISH = 300


class Lesson(Table):
    """One sitting's worth of a module."""

    id = UUID(primary_key=True, default=UUID4())
    syllabus = ForeignKey(Syllabus, null=False, on_delete=OnDelete.cascade, index=True)
    module = ForeignKey(Module, null=False, on_delete=OnDelete.cascade, index=True)
    position = Integer()
    title = Varchar(length=300)
    summary = Text(default="")
    teaches = Array(base_column=Varchar(length=100), default=list)
    builds_on = Array(base_column=Varchar(length=100), default=list)
    """Keys of the syllabus' concepts."""
    source = Varchar(length=300, default="")
    """Where a library lesson comes from, `course/level/lesson`."""

    lesson_position = Unique(["module", "position"])

    @classmethod
    async def for_learner(cls, lesson: uuid.UUID, learner: Learner | None) -> Self | None:
        """The lesson with its syllabus and module, if the learner may read it."""
        found = await cls.with_place(lesson)
        return found if found and found.syllabus.may_be_read_by(learner) else None

    @classmethod
    async def with_place(cls, lesson: uuid.UUID) -> Self | None:
        """The lesson with its syllabus and module."""
        # One by one: building a query that joins takes many times what these take together.
        found = await cls.objects().get(cls.id == lesson)
        syllabus = found and await Syllabus.objects().get(Syllabus.id == found.syllabus)
        module = found and await Module.objects().get(Module.id == found.module)
        if found is None or syllabus is None or module is None:
            return None
        found.syllabus, found.module = syllabus, module
        return found

    @classmethod
    async def language_of(cls, lesson: uuid.UUID) -> str:
        """What it is taught in."""
        rows = await cls.raw(
            "SELECT s.language FROM lesson l JOIN syllabus s ON s.id = l.syllabus WHERE l.id = {}",
            lesson,
        )
        return str(rows[0]["language"]) if rows else SOURCE

    @property
    def concepts(self) -> list[str]:
        """Keys of what to ask about; of the lesson itself when it names none."""
        return list(self.teaches) or list(self.builds_on) or ["lesson"]

    async def version(self) -> "LessonVersion | None":
        """Its newest version."""
        return await LessonVersion.newest_of(self.id)

    async def ensure_version(self, *, background: bool = False) -> "LessonVersion":
        """Its newest version, begun now when there is none yet.

        A learner who opens a lesson that is being prepared in the background takes it over.
        """
        newest = await self.version()
        if newest is None:
            return await self.write_again(background=background)
        if newest.background and not background and newest.status == Status.PENDING:
            newest.background = False
            await newest.save([LessonVersion.background])
        return newest

    async def write_again(self, *, background: bool = False, wish: str = "") -> "LessonVersion":
        """A new version to be written, with what is to be different; or the one that already is."""
        newest = await self.version()
        if newest and Status(newest.status).is_open:
            return newest
        try:
            return await LessonVersion.objects().create(
                lesson=self.id,
                number=newest.number + 1 if newest else 1,
                background=background,
                wish=wish[:MAX_WISH],
            )
        except UniqueViolationError:
            # Another request was quicker: at most one version is open at a time.
            newest = await self.version()
            if newest is None:
                raise
            return newest

    async def versions(self) -> "list[LessonVersion]":
        """All that were written, the newest first."""
        return (
            await LessonVersion.objects()
            .where((LessonVersion.lesson == self.id) & (LessonVersion.content != ""))
            .order_by(LessonVersion.number, ascending=False)
        )

    async def go_back(self, number: int) -> "LessonVersion | None":
        """The text of an earlier version as the newest; None while one is being written."""
        newest = await self.version()
        old = await LessonVersion.objects().get(
            (LessonVersion.lesson == self.id) & (LessonVersion.number == number)
        )
        if newest is None or old is None or Status(newest.status).is_open or not old.content:
            return None
        if old.number == newest.number:
            return newest
        return await LessonVersion.objects().create(
            lesson=self.id,
            number=newest.number + 1,
            content=old.content,
            model=old.model,
            wish=old.wish,
            status=Status.COMPLETE.value,
        )

    async def neighbours(self) -> "Neighbours":
        """The lessons before and after it in reading order."""
        rows = await Lesson.raw(
            "SELECT before, after FROM (SELECT l.id, lag(l.id) OVER reading AS before,"
            " lead(l.id) OVER reading AS after FROM lesson l JOIN module m ON m.id = l.module"
            " WHERE l.syllabus = {} WINDOW reading AS (ORDER BY m.position, l.position)) places"
            " WHERE id = {}",
            self.syllabus.id if isinstance(self.syllabus, Syllabus) else self.syllabus,
            self.id,
        )
        return Neighbours(**rows[0]) if rows else Neighbours(None, None)


@dataclass(frozen=True, slots=True)
class Neighbours:
    before: uuid.UUID | None
    after: uuid.UUID | None


class LessonVersion(Work, Table):
    """One writing of a lesson. Earlier ones are kept."""

    id = UUID(primary_key=True, default=UUID4())
    lesson = ForeignKey(Lesson, null=False, on_delete=OnDelete.cascade)
    number = Integer()
    content = Text(default="")
    """Markdown."""
    wish = Varchar(length=300, default="")
    """What the learner asked to be different, such as “more examples”."""
    model = Varchar(length=200, default="")
    """Who wrote it. The ledger's rows for this version name the prompts."""
    created_at = Timestamptz(default=TimestamptzNow())

    lesson_version_number = Unique(["lesson", "number"])

    @classmethod
    async def newest_of(cls, lesson: uuid.UUID) -> Self | None:
        return (
            await cls.objects()
            .where(cls.lesson == lesson)
            .order_by(cls.number, ascending=False)
            .first()
        )

    def fence(self, attempt: int) -> int:
        """Rises with every version and attempt of a lesson."""
        return int(self.number) * FENCE_STEP + attempt
