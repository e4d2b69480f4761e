"""The author that needs no model: it teaches the library's courses as their teachers wrote them."""

import asyncio
from collections.abc import AsyncGenerator
from functools import lru_cache

from techtree.items import AnyItem
from techtree.languages import gettext as _
from techtree.status import Level
from techtree.tutor.author import (
    ConceptDraft,
    Intent,
    IntentBrief,
    LessonBrief,
    LessonDraft,
    ModuleDraft,
    NoModelError,
    QuestionBrief,
    ReplyBrief,
    RubricBrief,
    RubricGrade,
    SyllabusBrief,
    SyllabusDraft,
    TopicUnknownError,
    TutorError,
)
from techtree.tutor.intent import likeliest
from techtree.tutor.library.courses import Course, CourseLesson, CourseLevel, CourseModule
from techtree.tutor.library.markdown import for_reading
from techtree.tutor.library.pacing import at_reading_pace
from techtree.tutor.library.passages import Index, Passage, cut
from techtree.tutor.library.picking import Placement, Questions, pick, pick_for_placement
from techtree.tutor.library.quoting import quote
from techtree.tutor.library.shelf import find_course, load_courses

SECONDS_PER_MODULE = 0.5


class LibraryAuthor:
    """An `Author` that reads from files, with no network and no key."""

    name = "library"

    def __init__(
        self,
        pace: float = 1.0,
        courses: tuple[Course, ...] | None = None,
        questions: Questions | None = None,
        placement: Placement | None = None,
    ) -> None:
        """`pace` multiplies all waiting: 1 for a learner who reads along, 0 when nobody does.

        `questions` and `placement` replace the courses' own.
        """
        self._pace = pace
        self._courses = courses
        self._questions = questions or self.questions_of
        self._placement = placement or self.placement_of

    async def draft_syllabus(self, brief: SyllabusBrief) -> AsyncGenerator[SyllabusDraft, None]:
        """Yield the syllabus module by module, at the requested level or the nearest there is.

        Raises TopicUnknownError when no course is on this topic.
        """
        course = find_course(brief.topic, brief.level, self._shelf)
        if course is None:
            raise TopicUnknownError(brief.topic)
        title, summary = str(course.title), _summary(course, brief)
        concepts = tuple(
            ConceptDraft(str(concept.key), str(concept.name), _plain(concept.builds_on))
            for concept in course.concepts
        )
        modules = tuple(_module_draft(course, module) for module in course.modules)
        for count in range(len(modules) + 1):
            yield SyllabusDraft(title, summary, modules[:count])
            await asyncio.sleep(self._pace * SECONDS_PER_MODULE)
        yield SyllabusDraft(title, summary, modules, concepts, final=True)

    async def write_lesson(self, brief: LessonBrief) -> AsyncGenerator[str, None]:
        course, lesson = self._find(brief.source)
        if course is None or lesson is None:
            raise TutorError(
                _(
                    "This lesson isn't in the starter library. Choose one of its courses to get a"
                    " syllabus whose lessons are."
                ),
                retry=False,
                detail=f"no lesson in the library for source {brief.source!r}",
            )
        async for piece in at_reading_pace(for_reading(lesson.body, course), self._pace):
            yield piece

    async def reply(self, brief: ReplyBrief) -> AsyncGenerator[str, None]:
        """Quote the passages that fit the question best, or say that none does."""
        course, lesson = self._find(brief.lesson.source)
        if course is None or lesson is None:
            # The course changed or a model wrote the lesson: what the learner sees is still there.
            index, own = Index(cut("", brief.lesson.title, brief.text)), ""
        else:
            index, own = index_of(course), str(lesson.slug)
        async for piece in at_reading_pace(quote(brief, index, own), self._pace):
            yield piece

    async def write_question(self, brief: QuestionBrief) -> AnyItem:
        """One of the course's questions; of its placement questions when no lesson is meant."""
        if brief.lesson.source is None:
            return pick_for_placement(self._placement(brief.lesson.topic), brief)
        return pick(self._questions(brief.lesson.source), brief)

    async def grade(self, brief: RubricBrief) -> RubricGrade:
        raise NoModelError

    async def intent(self, brief: IntentBrief) -> Intent:
        return likeliest(brief.message, has_task=bool(brief.task))

    async def aclose(self) -> None:
        """The library keeps nothing open."""

    def questions_of(self, source: str) -> tuple[AnyItem, ...]:
        """The questions that come with a lesson; none for a lesson that isn't in the library."""
        _, lesson = self._find(source)
        return tuple(question.item for question in lesson.questions) if lesson else ()

    def placement_of(self, topic: str) -> tuple[tuple[Level, AnyItem], ...]:
        """The placement questions of the course on this topic, in the teacher's order."""
        found = find_course(topic, Level.BEGINNER, self._shelf)
        if found is None:
            return ()
        course = next(course for course in self._shelf if found in course.syllabi)
        return tuple((question.level, question.item) for question in course.placement)

    @property
    def _shelf(self) -> tuple[Course, ...]:
        return load_courses() if self._courses is None else self._courses

    def _find(self, source: str | None) -> tuple[CourseLevel | None, CourseLesson | None]:
        slug, _, place = (source or "").partition("/")
        level, _, lesson = place.partition("/")
        for course in self._shelf:
            for syllabus in course.syllabi:
                if (course.slug, syllabus.level) == (slug, level):
                    return syllabus, syllabus.lesson(lesson)
        return None, None


def _summary(course: CourseLevel, brief: SyllabusBrief) -> str:
    if course.level == brief.level:
        return str(course.summary)
    said = _(
        "You asked for the level “{asked}”, which this course doesn't have yet. This is the"
        " nearest it has, “{nearest}”."
    ).format(asked=brief.level.label, nearest=course.level.label)
    return f"{course.summary} {said}"


def _module_draft(course: CourseLevel, module: CourseModule) -> ModuleDraft:
    lessons = (
        LessonDraft(
            str(lesson.title),
            str(lesson.summary),
            _plain(lesson.teaches),
            _plain(lesson.builds_on),
            course.source(lesson),
        )
        for lesson in module.lessons
    )
    return ModuleDraft(str(module.title), str(module.summary), tuple(lessons))


def _plain(texts: tuple[str, ...]) -> tuple[str, ...]:
    """Texts without the lines they were read from."""
    return tuple(map(str, texts))


@lru_cache(maxsize=64)
def index_of(course: CourseLevel) -> Index:
    names = {concept.key: concept.name for concept in course.concepts}
    passages: list[Passage] = []
    for lesson in course.lessons:
        about = " ".join([lesson.summary, *(names[key] for key in lesson.teaches)])
        body = for_reading(lesson.body, course)
        passages += cut(str(lesson.slug), str(lesson.title), body, about)
    return Index(passages)
