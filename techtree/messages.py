"""What is said: a learner's study of a lesson, and the conversation in it."""

import uuid
from dataclasses import dataclass
from typing import Self

from asyncpg.exceptions import DiskFullError, UniqueViolationError
from piccolo.columns import UUID, ForeignKey, Integer, OnDelete, Text, Timestamptz, Varchar
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.columns.defaults.uuid import UUID4
from piccolo.constraints import Unique
from piccolo.table import Table

from techtree.accounts import Learner
from techtree.lessons import Lesson
from techtree.status import Status
from techtree.work import Work

MAX_MESSAGE = 4_000
WINDOW = 40
"""Messages that are shown at once."""


class Study(Table):
    """One learner in one lesson."""

    id = UUID(primary_key=True, default=UUID4())
    learner = ForeignKey(Learner, null=False, on_delete=OnDelete.cascade)
    lesson = ForeignKey(Lesson, null=False, on_delete=OnDelete.cascade)
    opened_at = Timestamptz(default=TimestamptzNow())
    """When the learner last opened the lesson."""
    revision = Integer(default=0)
    """Counts what was published of tasks, quiz and progress: the newest reading of them wins."""

    study_of_learner = Unique(["learner", "lesson"])

    @classmethod
    async def language_of(cls, study: uuid.UUID) -> str:
        """What its lesson is taught in."""
        found = await cls.objects().get(cls.id == study)
        return await Lesson.language_of(found.lesson) if found else ""

    @classmethod
    async def open(cls, learner: Learner, lesson: Lesson) -> Self:
        """The learner's study of the lesson, begun now when there is none yet."""
        try:
            rows = await cls.raw(
                "INSERT INTO study (id, learner, lesson, opened_at, revision)"
                " VALUES (gen_random_uuid(), {}, {}, now(), 0)"
                " ON CONFLICT (learner, lesson) DO UPDATE SET opened_at = now()"
                " RETURNING id, learner, lesson, opened_at, revision",
                learner.id,
                lesson.id,
            )
        except DiskFullError:
            # Reading goes on; that it did is not noted.
            rows = await cls.raw(
                "SELECT id, learner, lesson, opened_at, revision FROM study"
                " WHERE learner = {} AND lesson = {}",
                learner.id,
                lesson.id,
            )
            if not rows:
                raise
        return cls(**rows[0], _exists_in_db=True)

    @classmethod
    async def followed(cls, learner: uuid.UUID, lesson: uuid.UUID) -> "Followed | None":
        """What the learner's page of the lesson follows, if they may read it and have opened it.

        Written by hand, because after a deploy every open page asks for it at once: building the
        query took most of the time.
        """
        rows = await cls.raw(
            "SELECT study.id AS study, syllabus.id AS syllabus FROM study"
            " JOIN lesson ON lesson.id = study.lesson"
            " JOIN syllabus ON syllabus.id = lesson.syllabus"
            " WHERE study.learner = {} AND study.lesson = {}"
            " AND (syllabus.in_catalogue OR syllabus.learner = {})",
            learner,
            lesson,
            learner,
        )
        return Followed(**rows[0]) if rows else None

    async def ask(self, text: str, key: uuid.UUID) -> "tuple[Message, Message]":
        """The learner's message and the tutor's pending answer.

        The same `key` twice is the same message: nothing is asked again.
        """
        try:
            async with Study._meta.db.transaction():
                return await self._ask(text, key)
        except UniqueViolationError:
            asked = await Message.objects().get((Message.study == self.id) & (Message.key == key))
            answer = asked and await Message.objects().get(Message.answers == asked.id)
            if asked is None or answer is None:
                raise
            return asked, answer

    async def _ask(self, text: str, key: uuid.UUID) -> "tuple[Message, Message]":
        # The lock gives two tabs that ask at once positions one after the other.
        await Study.raw("SELECT id FROM study WHERE id = {} FOR UPDATE", self.id)
        rows = await Message.raw(
            "SELECT coalesce(max(position), 0) AS last FROM message WHERE study = {}", self.id
        )
        position = rows[0]["last"] + 1
        asked = Message(
            study=self.id,
            position=position,
            role="learner",
            content=text,
            key=key,
            status=Status.COMPLETE,
        )
        await asked.save()
        answer = Message(study=self.id, position=position + 1, role="tutor", answers=asked.id)
        await answer.save()
        return asked, answer

    async def ask_instead(
        self, last: "Message", text: str, key: uuid.UUID
    ) -> "tuple[Message, Message]":
        """Ask another question in place of the last one, which goes with its answer."""
        await Message.delete().where(Message.id == last.id)
        return await self.ask(text, key)

    async def wipe(self) -> None:
        """Show the conversation no more. It can be brought back until it is wiped again."""
        async with Study._meta.db.transaction():
            await Message.delete().where(
                (Message.study == self.id) & Message.wiped_at.is_not_null()
            )
            await Message.raw(
                "UPDATE message SET wiped_at = now(), attempt = attempt + (status IN"
                " ('pending', 'writing'))::int, status = CASE WHEN status IN"
                " ('pending', 'writing') THEN 'stopped' ELSE status END WHERE study = {}",
                self.id,
            )

    async def unwipe(self) -> None:
        """Bring the conversation back that was wiped last."""
        await Message.update({Message.wiped_at: None}, force=True).where(Message.study == self.id)

    async def can_unwipe(self) -> bool:
        return await Message.exists().where(
            (Message.study == self.id) & Message.wiped_at.is_not_null()
        )


@dataclass(frozen=True, slots=True)
class Followed:
    """Keys of the rows that a lesson page shows live, beside the lesson itself."""

    study: uuid.UUID
    syllabus: uuid.UUID


@dataclass(frozen=True, slots=True)
class Conversation:
    """A stretch of what was said, oldest first."""

    messages: "list[Message]"
    has_earlier: bool

    @classmethod
    async def of(cls, study: uuid.UUID, before: int | None = None) -> Self:
        """The newest messages, or the newest before a position: a window's worth, however many
        there are."""
        shown = (Message.study == study) & Message.wiped_at.is_null()
        if before is not None:
            shown &= Message.position < before
        newest = (
            await Message.objects()
            .where(shown)
            .order_by(Message.position, ascending=False)
            .limit(WINDOW + 1)
        )
        return cls(newest[:WINDOW][::-1], has_earlier=len(newest) > WINDOW)

    @property
    def asked_last(self) -> "Message | None":
        return next((each for each in self.messages[::-1] if each.role == "learner"), None)


class Message(Work, Table):
    """What a learner asked, or what the tutor answers."""

    id = UUID(primary_key=True, default=UUID4())
    study = ForeignKey(Study, null=False, on_delete=OnDelete.cascade)
    position = Integer()
    role = Varchar(length=10)
    """`learner` or `tutor`."""
    content = Text(default="")
    """Markdown."""
    key = UUID(null=True, default=None)
    """The form's idempotency key, on a learner's message."""
    intent = Varchar(length=12, default="")
    """On a learner's message what it was taken for, once that was decided: `ask`, `exercise`,
    `assessment` or `answer`."""
    answer = UUID(null=True, default=None)
    """The row of evidence that a message taken as an answer became."""
    wiped_at = Timestamptz(null=True, default=None)
    """When the conversation was wiped: such messages are shown no more, and can be brought back."""
    answers: ForeignKey["Message"] = ForeignKey(
        "self", null=True, unique=True, on_delete=OnDelete.cascade
    )
    """The learner's message that this one answers."""
    model = Varchar(length=200, default="")
    created_at = Timestamptz(default=TimestamptzNow())

    message_position = Unique(["study", "position"])
    message_key = Unique(["study", "key"])

    @classmethod
    async def for_learner(cls, message: uuid.UUID, learner: Learner | None) -> Self | None:
        """The message with its study, if the study is the learner's."""
        if learner is None:
            return None
        found = await cls.objects().get(cls.id == message)
        study = found and await Study.objects().get(
            (Study.id == found.study) & (Study.learner == learner.id)
        )
        if found is None or study is None:
            return None
        found.study = study
        return found

    async def reply_again(self) -> uuid.UUID | None:
        """Owe this question's answer again as an answer of the tutor; the id of that message."""
        rows = await Message.raw(
            "UPDATE message SET status = 'pending', tries = 0, failure = '', due_at = NULL"
            " WHERE answers = {} AND status NOT IN ('pending', 'writing') RETURNING id",
            self.id,
        )
        await Message.update({Message.intent: "ask", Message.answer: None}, force=True).where(
            Message.id == self.id
        )
        return rows[0]["id"] if rows else None
