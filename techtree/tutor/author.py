"""What every author can do, whether a model or the starter library writes; and what it is told.

An author knows nothing of tables, tasks or pages: it gets a brief and yields text, or answers with
an object.
"""

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from techtree.grading import Criterion
from techtree.items import AnyItem
from techtree.languages import SOURCE, TAUGHT, gettext as _
from techtree.status import Level


@dataclass(frozen=True, slots=True)
class Purpose:
    """Who a call is for and what it fills: the ledger's columns."""

    kind: str
    """`syllabus`, `lesson`, `reply`, `question`, `grading` or `intent`."""
    subject: UUID | None = None
    """The row that is being filled."""
    learner: UUID | None = None


@dataclass(frozen=True, slots=True)
class SyllabusBrief:
    topic: str
    """As the learner typed it: data, never instructions."""
    level: Level
    purpose: Purpose = Purpose("syllabus")
    language: str = SOURCE
    """What to write in, one of `languages.TAUGHT`."""


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
    wish: str = ""
    """What the learner wants to be different this time: data, never instructions."""
    purpose: Purpose = Purpose("lesson")
    language: str = SOURCE
    """What to write in, one of `languages.TAUGHT`."""


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


KINDS = ("choice", "true-false", "number", "expression", "short", "order", "code")
"""The kinds of items, as `AnyItem.kind` has them."""


@dataclass(frozen=True, slots=True)
class QuestionBrief:
    """One item that is wanted."""

    lesson: LessonBrief
    """For a placement, the topic's: its text is empty then."""
    text: str
    """The lesson's Markdown as the learner sees it."""
    concepts: tuple[tuple[str, str], ...]
    """Key and name of each concept to ask about; the item's keys are among them."""
    kinds: tuple[str, ...] = KINDS
    level: Level | None = None
    """How difficult; None means the lesson's own level."""
    avoid: tuple[str, ...] = ()
    """Texts of the last questions asked here, oldest first."""
    partner_of: AnyItem | None = None
    """Ask for the same thought with other numbers or another story."""
    purpose: Purpose = Purpose("question")


@dataclass(frozen=True, slots=True)
class RubricBrief:
    """One answer to be held against a rubric, once."""

    question: str
    rubric: tuple[str, ...]
    reference: str
    answer: str
    """As the learner typed it: data, never instructions."""
    argument: str = ""
    """Why the learner thinks an earlier verdict was wrong: data, too."""
    purpose: Purpose = Purpose("grading")


@dataclass(frozen=True, slots=True)
class RubricGrade:
    """What one pass found: a criterion for each line of the rubric, in its order."""

    criteria: tuple[Criterion, ...]
    misconception: str = ""
    """Said to the learner; empty when nothing is wrong."""
    next_step: str = ""
    """One sentence that doesn't tell the answer."""


class Intent(StrEnum):
    """What a chat message wants."""

    ASK = "ask"
    EXERCISE = "exercise"
    ASSESSMENT = "assessment"
    ANSWER = "answer"


@dataclass(frozen=True, slots=True)
class IntentBrief:
    message: str
    """As the learner typed it: data, never instructions."""
    task: str = ""
    """The text of the active task; empty when there is none, and then it can't be an answer."""
    purpose: Purpose = Purpose("intent")


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

    async def write_question(self, brief: QuestionBrief) -> AnyItem:
        """A checked item. Raises `NoGoodQuestionError` when none can be made."""
        ...

    async def grade(self, brief: RubricBrief) -> RubricGrade:
        """One pass over the rubric. Raises `NoModelError` when nobody is there to judge."""
        ...

    async def intent(self, brief: IntentBrief) -> Intent:
        """What the message wants."""
        ...

    async def aclose(self) -> None:
        """Nobody will ask again."""
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
        super().__init__(
            _("The starter library has no course on “{topic}”.").format(topic=topic), retry=False
        )


class NoModelError(TutorError):
    """Only a model could do this, and none is set: the learner marks the answer instead."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "There is no model here that could read your answer. Compare it with the points"
                " below and mark it yourself."
            ),
            retry=False,
        )


class BudgetError(TutorError):
    """As much was spent as may be spent today. `reason` tells the learner."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason, retry=False)


class WrongLanguageError(TutorError):
    """The model wrote in another language than it was asked to, more than once."""

    def __init__(self, language: str) -> None:
        super().__init__(
            _(
                "The tutor's model didn't write in the language of this course, {language}. Try"
                " again; if it happens again, tell whoever runs this site."
            ).format(language=TAUGHT[language]),
            retry=True,
        )


class NoGoodQuestionError(TutorError):
    """None passed the checks."""

    def __init__(self, detail: str = "") -> None:
        super().__init__(
            _(
                "No good question could be made this time. What you have is kept; try again, or go"
                " on with the lesson."
            ),
            retry=True,
            detail=detail,
        )
