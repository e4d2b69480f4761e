"""The courses that can be taught here, and finding one of them."""

import logging
import re
from functools import cache
from pathlib import Path

from techtree.status import Level
from techtree.tutor.library.courses import PICTURES, Course, CourseLevel
from techtree.tutor.library.matching import distance
from techtree.tutor.library.problems import Problem
from techtree.tutor.library.reading import SLUG, read_course
from techtree.tutor.library.structure import check_structure

LIBRARY = Path(__file__).parents[2] / "library"

logger = logging.getLogger(__name__)


@cache
def load_courses(library: Path = LIBRARY) -> tuple[Course, ...]:
    """Every course that is whole, by title; read once in the life of a process.

    A course with a broken structure is left out and logged, so that one slip of a teacher doesn't
    take the others from the shelf.
    """
    courses: list[Course] = []
    for folder in course_folders(library):
        problems: list[Problem] = []
        course = read_course(folder, problems)
        if course is not None:
            problems += check_structure(course)
        if course is not None and not problems:
            courses.append(course)
        else:
            logger.warning("The course %s is left out. %s", folder.name, problems[0])
    return tuple(sorted(courses, key=lambda course: course.title.casefold()))


def course_folders(library: Path) -> list[Path]:
    folders = library.iterdir() if library.is_dir() else ()
    return sorted(
        path for path in folders if path.is_dir() and not path.name.startswith((".", "_"))
    )


def find_course(
    topic: str, level: Level, courses: tuple[Course, ...] | None = None
) -> CourseLevel | None:
    """The course on this topic, at the level or the one nearest to it that the course has."""
    found: list[tuple[int, Course]] = []
    for course in load_courses() if courses is None else courses:
        far = distance(topic, (course.title, *course.topics))
        if far is not None:
            found.append((far, course))
    if not found:
        return None
    return min(found, key=lambda pair: pair[0])[1].nearest(level)


def course_picture(course: str, level: str, name: str, library: Path = LIBRARY) -> Path | None:
    """The file of a lesson's picture, or None if there is no such picture in the library."""
    if not SLUG.fullmatch(course) or level not in list(Level) or not _PICTURE.fullmatch(name):
        return None
    path = library / course / level / name
    inside = path.resolve().is_relative_to(library.resolve())
    return path if inside and path.is_file() else None


_PICTURE = re.compile(rf"[\w-]+(?:{'|'.join(re.escape(ending) for ending in PICTURES)})", re.ASCII)
