"""Whether a syllabus hangs together: names used once, concepts taught before they are built on."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from techtree.tutor.library.courses import Course, CourseConcept, CourseLevel
from techtree.tutor.library.front_matter import Marked
from techtree.tutor.library.problems import Problem

Place = tuple[Marked, Path]


def check_structure(course: Course) -> Iterator[Problem]:
    """What must hold before a course may be taught."""
    for syllabus in course.syllabi:
        yield from _names(syllabus)
        yield from _concepts(syllabus)
        yield from _order(syllabus)


def _names(syllabus: CourseLevel) -> Iterator[Problem]:
    own, modules, lessons = syllabus.path, syllabus.modules, syllabus.lessons
    yield from _repeated("module title", ((module.title, own) for module in modules))
    yield from _repeated("lesson title", ((lesson.title, lesson.path) for lesson in lessons))
    yield from _repeated("lesson", ((lesson.slug, own) for lesson in lessons))
    yield from _repeated("concept key", ((concept.key, own) for concept in syllabus.concepts))
    yield from _repeated("concept name", ((concept.name, own) for concept in syllabus.concepts))


def _repeated(what: str, places: Iterable[Place]) -> Iterator[Problem]:
    first: dict[str, Place] = {}
    for name, path in places:
        earlier, where = first.setdefault(name.casefold(), (name, path))
        if earlier is not name and name:
            yield Problem(
                path,
                name.line,
                f"The {what} “{name}” is there already, in {where.name}, line {earlier.line}",
                "Give one of the two another name.",
            )


def _concepts(syllabus: CourseLevel) -> Iterator[Problem]:
    known = {concept.key for concept in syllabus.concepts}
    for concept in syllabus.concepts:
        yield from _unknown(concept.builds_on, known, syllabus.path)
    for lesson in syllabus.lessons:
        yield from _unknown((*lesson.teaches, *lesson.builds_on), known, lesson.path)
    circle = _circle(syllabus.concepts)
    if circle:
        yield Problem(
            syllabus.path,
            circle[0].line,
            f"These concepts build on each other in a circle: {' → '.join([*circle, circle[0]])}",
            "Remove one of these steps.",
        )


def _unknown(keys: Iterable[Marked], known: set[Marked], path: Path) -> Iterator[Problem]:
    for key in keys:
        if key and key not in known:
            yield Problem(
                path,
                key.line,
                f"The syllabus has no concept `{key}`",
                "Correct the key, or add the concept to `concepts` in syllabus.md.",
            )


def _circle(concepts: tuple[CourseConcept, ...]) -> list[Marked]:
    """The keys along one circle, each building on the next; empty when there is none."""
    by_key = {concept.key: concept for concept in concepts}
    settled: set[str] = set()

    def follow(key: Marked, path: list[Marked]) -> list[Marked]:
        if key in path:
            return path[path.index(key) :]
        if key in settled or key not in by_key:
            return []
        path.append(by_key[key].key)
        for needed in by_key[key].builds_on:
            if circle := follow(needed, path):
                return circle
        settled.add(path.pop())
        return []

    return next((circle for concept in concepts if (circle := follow(concept.key, []))), [])


def _order(syllabus: CourseLevel) -> Iterator[Problem]:
    """Every concept is taught once, after the concepts it builds on."""
    builds_on = {concept.key: concept.builds_on for concept in syllabus.concepts}
    taught: dict[str, str] = {}
    for lesson in syllabus.lessons:
        for key in lesson.builds_on:
            if key in builds_on and key not in taught:
                yield Problem(
                    lesson.path,
                    key.line,
                    f"The lesson builds on `{key}`, which no earlier lesson teaches",
                    "Teach it before, or remove it from `builds_on`.",
                )
        for key in lesson.teaches:
            if key in taught:
                yield Problem(
                    lesson.path,
                    key.line,
                    f"`{key}` is taught already by “{taught[key]}”",
                    "Let one lesson teach it, and move it to `builds_on` in the other.",
                )
            taught.setdefault(key, lesson.title)
        for key in lesson.teaches:
            for needed in builds_on.get(key, ()):
                if needed in builds_on and needed not in taught:
                    yield Problem(
                        lesson.path,
                        key.line,
                        f"`{key}` builds on `{needed}`, which is not taught by then",
                        "Change the order of the lessons, or what the concept builds on.",
                    )
    for concept in syllabus.concepts:
        if concept.key not in taught:
            yield Problem(
                syllabus.path,
                concept.key.line,
                f"No lesson teaches the concept `{concept.key}`",
                "Add it to `teaches` of a lesson, or remove it.",
            )
