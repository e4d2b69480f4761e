"""The author that is a model."""

from collections.abc import AsyncGenerator

from techtree.items import AnyItem
from techtree.settings import Settings
from techtree.tutor import questions, replies, rubrics, sorting, syllabi, writer
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
from techtree.tutor.ledger import Allow, Recorder, unlimited
from techtree.tutor.model import Limits, Model


class ModelAuthor:
    """Implements `Author` with the models of the settings. Use one in one event loop."""

    def __init__(
        self,
        settings: Settings,
        record: Recorder,
        limits: Limits | None = None,
        allow: Allow = unlimited,
    ) -> None:
        self.name = settings.model
        self._model = Model(settings, record, limits, allow)

    def draft_syllabus(self, brief: SyllabusBrief) -> AsyncGenerator[SyllabusDraft, None]:
        return syllabi.draft_syllabus(self._model, brief)

    def write_lesson(self, brief: LessonBrief) -> AsyncGenerator[str, None]:
        return writer.write_lesson(self._model, brief)

    def reply(self, brief: ReplyBrief) -> AsyncGenerator[str, None]:
        return replies.reply(self._model, brief)

    async def write_question(self, brief: QuestionBrief) -> AnyItem:
        return await questions.write_question(self._model, self, brief)

    async def grade(self, brief: RubricBrief) -> RubricGrade:
        return await rubrics.judge(self._model, brief)

    async def intent(self, brief: IntentBrief) -> Intent:
        return await sorting.classify(self._model, brief)

    async def aclose(self) -> None:
        await self._model.aclose()
