"""What a course consists of, once it has been read from its files."""

from dataclasses import dataclass, field
from pathlib import Path

from techtree.status import Level
from techtree.tutor.library.front_matter import Marked
from techtree.tutor.library.problems import Problem
from techtree.tutor.library.questions import CourseQuestion, PlacementQuestion

PICTURES = (".svg", ".png", ".webp")
"""File types a lesson may show."""


@dataclass(frozen=True, slots=True, eq=False)
class CourseLesson:
    slug: Marked
    """Its line is the one in the syllabus; those of the other fields are in the lesson's file."""
    title: Marked
    summary: Marked
    teaches: tuple[Marked, ...]
    builds_on: tuple[Marked, ...]
    sources: tuple[Marked, ...]
    body: str = field(repr=False)
    """Markdown as the teacher wrote it."""
    body_line: int
    """The line of the file on which `body` begins, from 1."""
    path: Path
    questions: tuple[CourseQuestion, ...] = field(default=(), repr=False)

    def problem(self, line: int, what: str, remedy: str) -> Problem:
        """A problem in a line of `body`, counted from 0."""
        return Problem(self.path, self.body_line + line, what, remedy)


@dataclass(frozen=True, slots=True, eq=False)
class CourseModule:
    title: Marked
    summary: Marked
    lessons: tuple[CourseLesson, ...]


@dataclass(frozen=True, slots=True, eq=False)
class CourseConcept:
    key: Marked
    name: Marked
    builds_on: tuple[Marked, ...]


@dataclass(frozen=True, slots=True, eq=False)
class CourseLevel:
    """A course at one level: a syllabus and its lessons."""

    course: str
    """The course's slug."""
    level: Level
    title: Marked
    summary: Marked
    concepts: tuple[CourseConcept, ...]
    modules: tuple[CourseModule, ...] = field(repr=False)
    path: Path
    """The syllabus file."""

    @property
    def lessons(self) -> tuple[CourseLesson, ...]:
        """In reading order."""
        return tuple(lesson for module in self.modules for lesson in module.lessons)

    def lesson(self, slug: str) -> CourseLesson | None:
        return next((lesson for lesson in self.lessons if lesson.slug == slug), None)

    def source(self, lesson: CourseLesson) -> str:
        """The lesson's place in the library, as `LessonDraft.source` has it."""
        return f"{self.course}/{self.level}/{lesson.slug}"


@dataclass(frozen=True, slots=True, eq=False)
class Course:
    slug: str
    title: Marked
    summary: Marked
    topics: tuple[Marked, ...]
    """Other names by which learners ask for it."""
    body: str = field(repr=False)
    """A paragraph for the shelf."""
    syllabi: tuple[CourseLevel, ...] = field(repr=False)
    """One for each level it is written for, the easiest first."""
    folder: Path
    placement: tuple[PlacementQuestion, ...] = field(default=(), repr=False)
    """They cover all four levels, whatever levels the course is written for."""

    @property
    def levels(self) -> tuple[Level, ...]:
        return tuple(syllabus.level for syllabus in self.syllabi)

    @property
    def lessons(self) -> int:
        """How many there are at all levels together."""
        return sum(len(syllabus.lessons) for syllabus in self.syllabi)

    @property
    def questions(self) -> tuple[CourseQuestion, ...]:
        """Those of all lessons at all levels."""
        return tuple(
            question
            for syllabus in self.syllabi
            for lesson in syllabus.lessons
            for question in lesson.questions
        )

    def at(self, level: Level) -> CourseLevel | None:
        return next((syllabus for syllabus in self.syllabi if syllabus.level == level), None)

    def nearest(self, level: Level) -> CourseLevel:
        """The syllabus for this level or the nearest one, and of two as near the easier."""
        order = list(Level)
        wanted = order.index(level)
        # `min` keeps the first of equals, and the easiest syllabus comes first.
        return min(self.syllabi, key=lambda found: abs(order.index(found.level) - wanted))
