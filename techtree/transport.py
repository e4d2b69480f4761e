"""A syllabus with its lessons as one file, to be kept or to be read into another TechTree."""

from typing import Annotated, Literal, Self
from uuid import UUID, uuid4

from piccolo.table import Table
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

from techtree.languages import SOURCE
from techtree.lessons import Lesson, LessonVersion
from techtree.status import Level, Status
from techtree.syllabi import MAX_TOPIC, Concept, Module, Syllabus

Name = Annotated[str, Field(min_length=1, max_length=300, pattern=r"^[^\x00]*$")]
Key = Annotated[str, Field(max_length=100, pattern=r"^[^\x00]*$")]
Prose = Annotated[str, Field(max_length=400_000, pattern=r"^[^\x00]*$")]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class StoredLesson(_Part):
    title: Name
    summary: Prose
    teaches: tuple[Key, ...] = ()
    builds_on: tuple[Key, ...] = ()
    source: Annotated[str, Field(max_length=300)] = ""
    """Its place in the starter library; empty when a model wrote it."""
    text: Prose | None = None
    """Markdown of the newest finished version; None when there is none yet."""
    model: Annotated[str, Field(max_length=200)] = ""


class StoredModule(_Part):
    title: Name
    summary: Prose
    lessons: tuple[StoredLesson, ...]


class StoredConcept(_Part):
    key: Key
    name: Name
    builds_on: tuple[Key, ...] = ()


class StoredSyllabus(_Part):
    """What a learner's syllabus says, without anything about the learner."""

    format: Literal["techtree-syllabus-1"] = "techtree-syllabus-1"
    topic: Annotated[str, Field(min_length=1, max_length=MAX_TOPIC, pattern=r"^[^\x00]*$")]
    level: Level
    language: Annotated[str, Field(max_length=20, pattern=r"^[a-z-]+$")] = SOURCE
    title: Name
    summary: Prose
    model: Annotated[str, Field(max_length=200)] = ""
    concepts: tuple[StoredConcept, ...]
    modules: Annotated[tuple[StoredModule, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _knows_its_concepts(self) -> Self:
        keys = [concept.key for concept in self.concepts]
        if len(set(keys)) != len(keys):
            raise ValueError("two concepts have the same key")
        return self


STORED: TypeAdapter[StoredSyllabus] = TypeAdapter(StoredSyllabus)


async def take_out(syllabus: UUID) -> StoredSyllabus | None:
    """A finished syllabus with the newest finished text of each lesson; None if there is none."""
    row = await Syllabus.objects().get(Syllabus.id == syllabus)
    if row is None or row.status != Status.COMPLETE:
        return None
    modules = await Module.objects().where(Module.syllabus == syllabus).order_by(Module.position)
    concepts = await Concept.objects().where(Concept.syllabus == syllabus).order_by(Concept.key)
    return StoredSyllabus(
        topic=row.topic,
        level=Level(row.level),
        language=row.language,
        title=row.title,
        summary=row.summary,
        model=row.model,
        concepts=tuple(
            StoredConcept(key=each.key, name=each.name, builds_on=tuple(each.builds_on))
            for each in concepts
        ),
        modules=tuple([await _module(module) for module in modules]),
    )


async def put_in(stored: StoredSyllabus) -> UUID:
    """Store it as a new syllabus of the catalogue, which everybody may read; returns its id."""
    syllabus = Syllabus(
        id=uuid4(),
        in_catalogue=True,
        topic=stored.topic,
        level=stored.level.value,
        language=stored.language,
        title=stored.title,
        summary=stored.summary,
        model=stored.model,
        status=Status.COMPLETE.value,
    )
    rows: list[Table] = [syllabus]
    for position, module in enumerate(stored.modules, start=1):
        rows += _rows(syllabus, position, module)
    rows += [
        Concept(syllabus=syllabus.id, key=each.key, name=each.name, builds_on=list(each.builds_on))
        for each in stored.concepts
    ]
    async with Syllabus._meta.db.transaction():
        for table in _TABLES:
            if found := [row for row in rows if isinstance(row, table)]:
                await table.insert(*found)
    return UUID(str(syllabus.id))


_TABLES: tuple[type[Table], ...] = (Syllabus, Module, Concept, Lesson, LessonVersion)
"""What a row refers to comes before it."""


async def _module(module: Module) -> StoredModule:
    lessons = await Lesson.objects().where(Lesson.module == module.id).order_by(Lesson.position)
    return StoredModule(
        title=module.title,
        summary=module.summary,
        lessons=tuple([await _lesson(lesson) for lesson in lessons]),
    )


async def _lesson(lesson: Lesson) -> StoredLesson:
    version = (
        await LessonVersion.objects()
        .where(LessonVersion.lesson == lesson.id, LessonVersion.status == Status.COMPLETE.value)
        .order_by(LessonVersion.number, ascending=False)
        .first()
    )
    return StoredLesson(
        title=lesson.title,
        summary=lesson.summary,
        teaches=tuple(lesson.teaches),
        builds_on=tuple(lesson.builds_on),
        source=lesson.source,
        text=version.content if version else None,
        model=version.model if version else "",
    )


def _rows(syllabus: Syllabus, position: int, stored: StoredModule) -> list[Table]:
    module = Module(
        id=uuid4(),
        syllabus=syllabus.id,
        position=position,
        title=stored.title,
        summary=stored.summary,
    )
    rows: list[Table] = [module]
    for number, each in enumerate(stored.lessons, start=1):
        lesson = Lesson(
            id=uuid4(),
            syllabus=syllabus.id,
            module=module.id,
            position=number,
            title=each.title,
            summary=each.summary,
            teaches=list(each.teaches),
            builds_on=list(each.builds_on),
            source=each.source,
        )
        rows.append(lesson)
        if each.text is not None:
            rows.append(
                LessonVersion(
                    lesson=lesson.id,
                    number=1,
                    content=each.text,
                    model=each.model,
                    status=Status.COMPLETE.value,
                )
            )
    return rows
