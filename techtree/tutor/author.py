"""What every author can do, whether a model or the starter library writes; and what it is told.

An author knows nothing of tables, tasks or pages: it gets a brief and yields text.
"""

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

from techtree.status import Level


@dataclass(frozen=True, slots=True)
class Purpose:
    """Who a call is for and what it fills: the ledger's columns."""

    kind: str
    """`syllabus`, `lesson` or `reply`."""
    subject: UUID | None = None
    """The row that is being filled."""
    learner: UUID | None = None


@dataclass(frozen=True, slots=True)
class SyllabusBrief:
    topic: str
    """As the learner typed it: data, never instructions."""
    level: Level
    purpose: Purpose = Purpose("syllabus")


@dataclass(frozen=True, slots=True)
class LessonDraft:
    title: str
    summary: str
    teaches: tuple[str, ...] = ()
    """Keys of concepts of this syllabus."""
    builds_on: tuple[str, ...] = ()
    source: str | None = None
    """Where a library lesson comes from, `course/level/lesson`; None for a model's."""


@dataclass(frozen=True, slots=True)
class ModuleDraft:
    title: str
    summary: str
    lessons: tuple[LessonDraft, ...] = ()


@dataclass(frozen=True, slots=True)
class ConceptDraft:
    key: str
    name: str
    builds_on: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SyllabusDraft:
    """A syllabus as far as it is decided. Only the one with `final=True` has been validated."""

    title: str
    summary: str
    modules: tuple[ModuleDraft, ...] = ()
    concepts: tuple[ConceptDraft, ...] = ()
    final: bool = False


@dataclass(frozen=True, slots=True)
class LessonBrief:
    topic: str
    level: Level
    syllabus: str
    module: str
    title: str
    summary: str
    teaches: tuple[str, ...] = ()
    """Names of the concepts to teach."""
    builds_on: tuple[str, ...] = ()
    earlier: tuple[str, ...] = ()
    """`title: summary` of the lessons before this one, in reading order."""
    later: tuple[str, ...] = ()
    source: str | None = None
    purpose: Purpose = Purpose("lesson")


@dataclass(frozen=True, slots=True)
class Turn:
    role: str
    """`learner` or `tutor`."""
    text: str


@dataclass(frozen=True, slots=True)
class ReplyBrief:
    lesson: LessonBrief
    text: str
    """The lesson's Markdown as the learner sees it."""
    question: str
    history: tuple[Turn, ...] = field(default=())
    """Oldest first, without the question."""
    purpose: Purpose = Purpose("reply")


class Author(Protocol):
    """Writes. Each method yields as it goes and raises `TutorError` when it can't go on.

    Closing the iterator (`aclose`, or cancelling the task that reads it) stops the author at once.
    """

    name: str
    """What the ledger and the page call it, such as `library` or `openai:gpt-5-mini`."""

    def draft_syllabus(self, brief: SyllabusBrief) -> AsyncGenerator[SyllabusDraft, None]:
        """Yield ever fuller drafts, about one a module; the last has `final=True`."""
        ...

    def write_lesson(self, brief: LessonBrief) -> AsyncGenerator[str, None]:
        """Yield pieces of the lesson's Markdown; their concatenation is the lesson."""
        ...

    def reply(self, brief: ReplyBrief) -> AsyncGenerator[str, None]:
        """Yield pieces of the tutor's Markdown answer."""
        ...


class TutorError(Exception):
    """Writing failed. `str(error)` tells the learner what happened and what to do next."""

    def __init__(self, reason: str, *, retry: bool, detail: str = "") -> None:
        super().__init__(reason)
        self.retry = retry
        """True when trying later may help; False when a setting must change first."""
        self.detail = detail
        """For the operator's log: the provider's own words, without keys."""


class TopicUnknownError(TutorError):
    """The library has no course on this topic."""

    def __init__(self, topic: str) -> None:
        super().__init__(f"The starter library has no course on “{topic}”.", retry=False)
