"""The command for teachers: what is wrong with a course, file by file and line by line."""

import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from techtree.tutor.library.courses import PICTURES, Course
from techtree.tutor.library.formulas import check_formulas
from techtree.tutor.library.front_matter import Marked
from techtree.tutor.library.lessons import check_lesson
from techtree.tutor.library.markdown import parse
from techtree.tutor.library.matching import distance
from techtree.tutor.library.pictures import pictures_in
from techtree.tutor.library.problems import Problem
from techtree.tutor.library.prose_rules import check_prose, check_repetition
from techtree.tutor.library.question_rules import check_keys, check_placement, check_questions
from techtree.tutor.library.reading import COURSE_FILE, read_course
from techtree.tutor.library.samples import check_samples
from techtree.tutor.library.shelf import LIBRARY, course_folders
from techtree.tutor.library.skeleton import GAP
from techtree.tutor.library.spelling import check_spelling, texts_of
from techtree.tutor.library.structure import check_structure


def main_check(paths: Sequence[str | Path]) -> int:
    """Print a line for each problem at these paths; the whole library when none is given.

    Answers the exit status: 0 when all is well, 1 when not, 2 when a path isn't in a library.
    """
    status = 0
    for path in [Path(path) for path in paths] or [LIBRARY]:
        if not path.exists() or not _courses_at(path.resolve()):
            sys.stderr.write(f"{path}: there is no course here. Give the folder of a course.\n")
            return 2
        problems = check(path)
        sys.stdout.writelines(f"{problem}\n" for problem in problems)
        counted = f"{len(problems)} problem{'' if len(problems) == 1 else 's'}"
        sys.stdout.write(f"{path}: {counted if problems else 'no problems'}.\n")
        status = max(status, 1 if problems else 0)
    return status


def check(path: Path) -> list[Problem]:
    """Problems of a library, a course, a level or a single file, in the order of reading.

    A file is judged as part of its course, because most rules are about several files.
    """
    path = path.resolve()
    folders = _courses_at(path)
    if not folders:
        return [
            Problem(
                path,
                1,
                "There is no course here",
                f"Give a course's folder, which holds {COURSE_FILE}.",
            )
        ]
    problems: list[Problem] = []
    courses = [_check_course(folder, path, problems) for folder in folders]
    problems += _shared_topics([course for course in courses if course])
    # A slip can come up twice, such as a wrong key that two lessons name on the same line.
    unique = dict.fromkeys(problem for problem in problems if _is_at(problem.path, path))
    return list(unique)


def _courses_at(path: Path) -> list[Path]:
    """The folders of the courses that a path holds or belongs to."""
    for folder in [path, *path.parents[:2]]:
        if (folder / COURSE_FILE).is_file():
            return [folder]
    folders = course_folders(path)
    return folders if any((folder / COURSE_FILE).is_file() for folder in folders) else []


def _is_at(found: Path, path: Path) -> bool:
    return found.is_relative_to(path) or (path.name == COURSE_FILE and found == path.parent)


def _check_course(folder: Path, path: Path, problems: list[Problem]) -> Course | None:
    """Check a course; what needs another program is done for what is at `path` only."""
    course = read_course(folder, problems)
    if course is None:
        return None
    problems += check_structure(course)
    for syllabus in course.syllabi:
        for lesson in syllabus.lessons:
            problems += check_lesson(lesson, syllabus)
            problems += check_prose(lesson, syllabus)
            if _is_at(lesson.path, path):
                problems += check_samples(lesson, parse(lesson.body))
            problems += check_questions(lesson)
        problems += check_keys(syllabus)
    problems += check_placement(course)
    questions = (*course.questions, *course.placement)
    problems += check_formulas(question for question in questions if _is_at(question.path, path))
    problems += check_repetition(course)
    files = [file for file in texts_of(course) if _is_at(file, path)]
    problems += check_spelling(course, files)
    problems += _gaps(files)
    problems += _unused_pictures(course)
    return course


def _gaps(files: list[Path]) -> Iterator[Problem]:
    for file in files:
        lines = file.read_text(encoding="utf-8", errors="replace").split("\n")
        for number, line in enumerate(lines, start=1):
            if re.search(rf"\b{GAP}\b", line):
                yield Problem(
                    file, number, "Here is a gap", f"Write what the words after {GAP} ask for."
                )


def _unused_pictures(course: Course) -> Iterator[Problem]:
    for syllabus in course.syllabi:
        shown = {name for lesson in syllabus.lessons for name in pictures_in(lesson)}
        for path in sorted(syllabus.path.parent.iterdir()):
            if path.suffix in PICTURES and path.name not in shown:
                yield Problem(
                    path, 1, "No lesson shows this picture", "Show it in a lesson, or remove it."
                )


def _shared_topics(courses: list[Course]) -> Iterator[Problem]:
    for position, course in enumerate(courses):
        for other in courses[:position]:
            for topic in (course.title, *course.topics):
                if distance(topic, (other.title, *other.topics)) is not None:
                    yield _shared(topic, course, other)


def _shared(topic: Marked, course: Course, other: Course) -> Problem:
    return Problem(
        course.folder / COURSE_FILE,
        topic.line,
        f"The course {other.slug} is found by “{topic}” too",
        "Leave the name to one of the two.",
    )
