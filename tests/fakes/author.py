"""An author that says what a test has queued, waits where the test says, and fails on cue."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import TypeVar

from techtree.items import AnyItem
from techtree.tutor.author import (
    Intent,
    IntentBrief,
    LessonBrief,
    QuestionBrief,
    ReplyBrief,
    RubricBrief,
    RubricGrade,
    SyllabusBrief,
    SyllabusDraft,
)

T = TypeVar("T")

Cue = asyncio.Event | Exception
"""Wait until the event is set, or raise the exception."""
Text = str | Cue | Sequence[str | Cue]
"""One lesson or reply: a text (cut into small pieces), a failure, or pieces and cues in order."""
Syllabus = SyllabusDraft | Cue | Sequence[SyllabusDraft | Cue]
"""One syllabus: a whole one (yielded module by module), a failure, or drafts and cues in order."""

PIECE = 24
"""Characters in a piece of a text that was queued whole."""


class FakeAuthor:
    """Implements `Author`. Each call takes the next queued script and remembers its brief."""

    name = "fake:author"

    def __init__(
        self,
        *,
        lessons: Iterable[Text] = (),
        replies: Iterable[Text] = (),
        syllabi: Iterable[Syllabus] = (),
        questions: Iterable[AnyItem | Cue] = (),
        grades: Iterable[RubricGrade | Cue] = (),
        intents: Iterable[Intent | Cue] = (),
    ) -> None:
        self.lessons = deque(lessons)
        self.replies = deque(replies)
        self.syllabi = deque(syllabi)
        self.questions = deque(questions)
        self.grades = deque(grades)
        """Two for each answer that goes to a rubric, for there are two passes."""
        self.intents = deque(intents)
        self.briefs: list[
            SyllabusBrief | LessonBrief | ReplyBrief | QuestionBrief | RubricBrief | IntentBrief
        ] = []
        self.stopped = 0
        """How many iterators were closed or cancelled before their script was over."""

    async def draft_syllabus(self, brief: SyllabusBrief) -> AsyncGenerator[SyllabusDraft, None]:
        self.briefs.append(brief)
        script = _next(self.syllabi, "syllabus")
        steps = _growing(script) if isinstance(script, SyllabusDraft) else _steps(script)
        async with aclosing(self._play(steps)) as drafts:
            async for draft in drafts:
                yield draft

    async def write_lesson(self, brief: LessonBrief) -> AsyncGenerator[str, None]:
        self.briefs.append(brief)
        async with aclosing(self._play(_text_steps(_next(self.lessons, "lesson")))) as pieces:
            async for piece in pieces:
                yield piece

    async def reply(self, brief: ReplyBrief) -> AsyncGenerator[str, None]:
        self.briefs.append(brief)
        async with aclosing(self._play(_text_steps(_next(self.replies, "reply")))) as pieces:
            async for piece in pieces:
                yield piece

    async def write_question(self, brief: QuestionBrief) -> AnyItem:
        self.briefs.append(brief)
        return await self._answer(self.questions, "question")

    async def grade(self, brief: RubricBrief) -> RubricGrade:
        self.briefs.append(brief)
        return await self._answer(self.grades, "grade")

    async def intent(self, brief: IntentBrief) -> Intent:
        self.briefs.append(brief)
        return await self._answer(self.intents, "intent")

    async def aclose(self) -> None:
        """Nothing is open."""

    async def _answer(self, queue: deque[T | Cue], kind: str) -> T:
        """The next answer; an event before it is waited for."""
        while isinstance(script := _next(queue, kind), asyncio.Event):
            await script.wait()
        if isinstance(script, Exception):
            raise script
        return script

    async def _play(self, steps: Sequence[T | Cue]) -> AsyncGenerator[T, None]:
        try:
            for step in steps:
                if isinstance(step, asyncio.Event):
                    await step.wait()
                elif isinstance(step, Exception):
                    raise step
                else:
                    # A real author gives other tasks a turn between two pieces.
                    await asyncio.sleep(0)
                    yield step
        except (GeneratorExit, asyncio.CancelledError):
            self.stopped += 1
            raise


def _next(queue: deque[T], kind: str) -> T:
    if not queue:
        raise AssertionError(f"the test queued no further {kind}")
    return queue.popleft()


def _text_steps(script: Text) -> Sequence[str | Cue]:
    if isinstance(script, str):
        return [script[at : at + PIECE] for at in range(0, len(script), PIECE)]
    return _steps(script)


def _steps(script: Cue | Sequence[T | Cue]) -> Sequence[T | Cue]:
    return [script] if isinstance(script, asyncio.Event | Exception) else script


def _growing(whole: SyllabusDraft) -> Sequence[SyllabusDraft | Cue]:
    """The drafts a model would yield on its way to this syllabus, the validated one last."""
    counts = range(1, len(whole.modules) + 1)
    drafts = [replace(whole, modules=whole.modules[:count], final=False) for count in counts]
    return [*drafts, replace(whole, final=True)]
