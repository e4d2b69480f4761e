"""From a course's folder to a course, noting whatever stands in the way."""

import re
from collections.abc import Iterator
from pathlib import Path

from techtree.status import Level
from techtree.tutor.library.courses import (
    PICTURES,
    Course,
    CourseConcept,
    CourseLesson,
    CourseLevel,
    CourseModule,
)
from techtree.tutor.library.front_matter import Fields, Marked, read_page
from techtree.tutor.library.problems import Problem
from techtree.tutor.library.questions import (
    PLACEMENT_FILE,
    QUESTIONS,
    read_placement,
    read_questions,
)

COURSE_FILE = "course.md"
SYLLABUS_FILE = "syllabus.md"
WORDS_FILE = "words.txt"
"""Words of the course that no dictionary has, one a line."""
MODULES = (2, 8)
"""How few and how many modules a syllabus has."""
LESSONS = (2, 10)
"""How few and how many lessons a module has."""

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def read_course(folder: Path, problems: list[Problem]) -> Course | None:
    """The course as far as it can be read; None when not even `course.md` can."""
    _note_bad_name(folder.name, folder, 1, "folder", problems)
    page = read_page(folder / COURSE_FILE, problems)
    if page is None:
        return None
    fields = page.fields
    title, summary = fields.text("title"), fields.text("summary")
    topics = fields.texts("topics", at_least=1)
    fields.finish()
    if not page.body.strip():
        problems.append(
            Problem(
                fields.path,
                page.body_line,
                "There is no text below the front matter",
                "Write a paragraph that tells a learner what the course is about.",
            )
        )
    syllabi = tuple(_read_levels(folder, problems))
    placement = read_placement(folder / PLACEMENT_FILE, problems)
    return Course(folder.name, title, summary, topics, page.body, syllabi, folder, placement)


def _read_levels(folder: Path, problems: list[Problem]) -> Iterator[CourseLevel]:
    names = [level.value for level in Level]
    for found in sorted(path for path in folder.iterdir() if not _is_hidden(path)):
        if found.name not in (*names, COURSE_FILE, PLACEMENT_FILE, WORDS_FILE):
            problems.append(
                Problem(
                    found,
                    1,
                    "This belongs to no level",
                    f"A course's folder holds {COURSE_FILE}, {PLACEMENT_FILE}, {WORDS_FILE} and the"
                    f" folders {', '.join(names)}.",
                )
            )
    levels = [level for level in Level if (folder / level.value).is_dir()]
    if not levels:
        problems.append(
            Problem(
                folder,
                1,
                "The course has no level",
                f"Make at least one of the folders {', '.join(names)}.",
            )
        )
    for level in levels:
        syllabus = _read_level(folder / level.value, level, problems)
        if syllabus is not None:
            yield syllabus


def _read_level(folder: Path, level: Level, problems: list[Problem]) -> CourseLevel | None:
    page = read_page(folder / SYLLABUS_FILE, problems)
    if page is None:
        return None
    fields = page.fields
    title, summary = fields.text("title"), fields.text("summary")
    concepts = tuple(_read_concept(entry) for entry in fields.entries("concepts", 1))
    modules = tuple(
        _read_module(entry, folder, problems) for entry in fields.entries("modules", *MODULES)
    )
    fields.finish()
    if page.body.strip():
        problems.append(
            Problem(
                fields.path,
                page.body_line,
                "Text below a syllabus' front matter is shown nowhere",
                "Move it to the summary or to a lesson.",
            )
        )
    syllabus = CourseLevel(
        folder.parent.name, level, title, summary, concepts, modules, fields.path
    )
    _note_strays(folder, syllabus, problems)
    return syllabus


def _read_concept(fields: Fields) -> CourseConcept:
    key = fields.text("key")
    concept = CourseConcept(key, fields.text("name"), fields.texts("builds_on"))
    if key:
        _note_bad_name(key, fields.path, key.line, "key", fields.problems)
    fields.finish()
    return concept


def _read_module(fields: Fields, folder: Path, problems: list[Problem]) -> CourseModule:
    title, summary = fields.text("title"), fields.text("summary")
    slugs = fields.texts("lessons", *LESSONS)
    fields.finish()
    lessons = [_read_lesson(slug, folder, fields.path, problems) for slug in slugs if slug]
    return CourseModule(title, summary, tuple(lesson for lesson in lessons if lesson))


def _read_lesson(
    slug: Marked, folder: Path, listed_in: Path, problems: list[Problem]
) -> CourseLesson | None:
    path = folder / f"{slug}.md"
    if not _note_bad_name(slug, listed_in, slug.line, "lesson", problems):
        return None
    if not path.is_file():
        problems.append(
            Problem(
                listed_in,
                slug.line,
                f"The lesson `{slug}` has no file",
                f"Write {path.name} in the folder of this syllabus, or correct the name here.",
            )
        )
        return None
    page = read_page(path, problems)
    if page is None:
        return None
    fields = page.fields
    lesson = CourseLesson(
        slug=slug,
        title=fields.text("title"),
        summary=fields.text("summary"),
        teaches=fields.texts("teaches", at_least=1),
        builds_on=fields.texts("builds_on"),
        sources=fields.texts("sources", at_least=1),
        body=page.body,
        body_line=page.body_line,
        path=path,
        questions=read_questions(folder / f"{slug}{QUESTIONS}", problems),
    )
    fields.finish()
    return lesson


def _note_strays(folder: Path, syllabus: CourseLevel, problems: list[Problem]) -> None:
    """Note files that no learner would ever see."""
    # A lesson that could not be read has its own problem and must not get a second one here.
    listed = {lesson.slug for lesson in syllabus.lessons}
    troubled = {problem.path for problem in problems}
    for path in sorted(folder.iterdir()):
        if path.name == SYLLABUS_FILE or _is_hidden(path) or path in troubled:
            continue
        if path.suffix == ".md" and path.stem not in listed:
            problems.append(
                Problem(
                    path,
                    1,
                    "No module of the syllabus lists this lesson",
                    f"Add `{path.stem}` to the lessons of a module in {SYLLABUS_FILE}.",
                )
            )
        elif path.name.endswith(QUESTIONS):
            if path.name.removesuffix(QUESTIONS) not in listed:
                problems.append(
                    Problem(
                        path,
                        1,
                        "These questions belong to no lesson",
                        f"Give the file the name of a lesson and the ending {QUESTIONS}.",
                    )
                )
        elif path.suffix != ".md" and path.suffix not in PICTURES:
            problems.append(
                Problem(
                    path,
                    1,
                    "This is neither a lesson nor a picture",
                    f"Remove it; lessons end in .md, questions in {QUESTIONS} and pictures in"
                    f" {', '.join(PICTURES)}.",
                )
            )


def _note_bad_name(name: str, path: Path, line: int, what: str, problems: list[Problem]) -> bool:
    if SLUG.fullmatch(name):
        return True
    problems.append(
        Problem(
            path,
            line,
            f"The {what} name `{name}` has other characters than small letters, digits and hyphens",
            "Write it like `adding-and-scaling`: it becomes part of an address.",
        )
    )
    return False


def _is_hidden(path: Path) -> bool:
    return path.name.startswith(".")
