"""A syllabus as a model writes it: its shape, what is tidied, and what it must satisfy."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from graphlib import CycleError, TopologicalSorter

from pydantic import BaseModel, Field

MODULES = range(2, 9)
LESSONS = range(3, 11)
"""In each module."""
NUMBERING = re.compile(
    r"(?i)^(?:(?:module|lesson|unit|part)\s+\d+(?:\.\d+)*\s*[:.)–—-]|\d+(?:\.\d+)*[.:)])\s+"
)
LONGEST_TITLE = 120
LONGEST_SUMMARY = 400


class Concept(BaseModel):
    key: str = Field(description="short, lower case, words joined by hyphens")
    name: str = Field(description="as people say it")
    builds_on: list[str] = Field(default=[], description="keys of concepts it directly needs")


class Lesson(BaseModel):
    title: str
    summary: str = Field(description="one sentence, one line")
    teaches: list[str] = Field(description="keys of the concepts it introduces, at least one")
    builds_on: list[str] = Field(
        default=[], description="keys of concepts that earlier lessons taught and this one uses"
    )


class Module(BaseModel):
    title: str
    summary: str = Field(description="one sentence, one line")
    lessons: list[Lesson] = Field(description="3 to 10, in reading order")


class Outline(BaseModel):
    """The order of the fields is the order in which a model decides them."""

    title: str
    summary: str = Field(description="one sentence: what the learner will be able to do")
    concepts: list[Concept] = Field(description="every concept the syllabus teaches")
    modules: list[Module] = Field(description="2 to 8, in reading order")

    @property
    def parts(self) -> "list[Outline | Module | Lesson]":
        """Everything that has a title and a summary."""
        return [self, *self.modules, *self.lessons]

    @property
    def lessons(self) -> list[Lesson]:
        """All of them, in reading order."""
        return [lesson for module in self.modules for lesson in module.lessons]


def tidied(outline: Outline) -> Outline:
    """The same syllabus without the small defects that have only one sensible repair.

    Spaces, numbering in titles, the spelling of keys, references that lead nowhere; concepts that
    no lesson teaches, and a concept for each key that only a lesson names.
    """
    modules = tidied_modules(outline.modules)
    taught = {key for module in modules for lesson in module.lessons for key in lesson.teaches}
    concepts: dict[str, Concept] = {}
    for concept in outline.concepts:
        key = _key(concept.key or concept.name)
        if key in taught:
            known = concepts.setdefault(key, Concept(key=key, name=_line(concept.name) or key))
            known.builds_on += _keys(concept.builds_on)
    for key in sorted(taught - concepts.keys()):
        concepts[key] = Concept(key=key, name=key.replace("-", " "))
    for concept in concepts.values():
        wanted = dict.fromkeys(concept.builds_on)
        concept.builds_on = [key for key in wanted if key in concepts and key != concept.key]
    for module in modules:
        for lesson in module.lessons:
            lesson.builds_on = [key for key in lesson.builds_on if key in concepts]
    return Outline(
        title=_line(outline.title),
        summary=_line(outline.summary),
        concepts=list(concepts.values()),
        modules=modules,
    )


def tidied_modules(modules: list[Module]) -> list[Module]:
    """Modules tidied as far as they can be without their concepts."""
    titles = _titles(module.title for module in modules)
    return [
        Module(title=title, summary=_line(module.summary), lessons=_tidied_lessons(module.lessons))
        for title, module in zip(titles, modules, strict=True)
    ]


def problems_of(outline: Outline) -> list[str]:
    """What a tidied syllabus breaks, each in a sentence the model can act on."""
    return [
        *_wrong_counts(outline),
        *_wrong_texts(outline),
        *_repeated("module", [module.title for module in outline.modules]),
        *_repeated("lesson", [lesson.title for lesson in outline.lessons]),
        *_wrong_order(outline),
        *_cycle(outline.concepts),
    ]


def _tidied_lessons(lessons: list[Lesson]) -> list[Lesson]:
    titles = _titles(lesson.title for lesson in lessons)
    return [
        Lesson(
            title=title,
            summary=_line(lesson.summary),
            teaches=_keys(lesson.teaches),
            builds_on=[key for key in _keys(lesson.builds_on) if key not in _keys(lesson.teaches)],
        )
        for title, lesson in zip(titles, lessons, strict=True)
    ]


def _wrong_counts(outline: Outline) -> Iterator[str]:
    if len(outline.modules) not in MODULES:
        yield f"There are {len(outline.modules)} modules; there must be 2 to 8."
    for module in outline.modules:
        if len(module.lessons) not in LESSONS:
            yield f"The module “{module.title}” has {len(module.lessons)} lessons, not 3 to 10."


def _wrong_texts(outline: Outline) -> Iterator[str]:
    places = [("The syllabus", outline.title, outline.summary)]
    for m, module in enumerate(outline.modules, start=1):
        places.append((f"Module {m}", module.title, module.summary))
        for n, lesson in enumerate(module.lessons, start=1):
            places.append((f"Lesson {n} of module {m}", lesson.title, lesson.summary))
            if not lesson.teaches:
                yield f"Lesson {n} of module {m} teaches no concept; name at least one."
    for place, title, summary in places:
        for what, text, longest in (
            ("title", title, LONGEST_TITLE),
            ("summary", summary, LONGEST_SUMMARY),
        ):
            if not text:
                yield f"{place} has no {what}."
            elif len(text) > longest:
                yield f"{place} has a {what} of more than {longest} characters."


def _repeated(what: str, titles: Iterable[str]) -> Iterator[str]:
    for title, count in Counter(title.casefold() for title in titles if title).items():
        if count > 1:
            yield f"{count} {what}s have the title “{title}”; every {what} needs its own."


def _wrong_order(outline: Outline) -> Iterator[str]:
    taught: set[str] = set()
    for lesson in outline.lessons:
        for key in lesson.builds_on:
            if key not in taught:
                yield f"The lesson “{lesson.title}” builds on `{key}`, taught only later."
        taught.update(lesson.teaches)


def _cycle(concepts: list[Concept]) -> Iterator[str]:
    graph = TopologicalSorter({concept.key: concept.builds_on for concept in concepts})
    try:
        graph.prepare()
    except CycleError as error:
        circle = " → ".join(f"`{key}`" for key in error.args[1])
        yield f"These concepts need each other in a circle: {circle}."


def _line(text: str) -> str:
    return " ".join(text.split())


def _titles(texts: Iterable[str]) -> list[str]:
    """Each on one line, without “Module 2:” or “4.” where the rest tells them apart."""
    lines = [_line(text) for text in texts]
    bare = [NUMBERING.sub("", line) or line for line in lines]
    return bare if len({title.casefold() for title in bare}) == len(bare) else lines


def _keys(keys: list[str]) -> list[str]:
    return [key for key in dict.fromkeys(_key(key) for key in keys) if key]


def _key(text: str) -> str:
    return re.sub(r"[\W_]+", "-", text.casefold()).strip("-")
