"""From a validated draft to the rows of a syllabus."""

from uuid import UUID, uuid4

from techtree.lessons import Lesson
from techtree.status import Status
from techtree.syllabi import Concept, Module, Syllabus
from techtree.tutor.author import SyllabusDraft
from techtree.work import save


async def store(syllabus: UUID, attempt: int, draft: SyllabusDraft) -> None:
    """Turn the final draft into modules, concepts and lessons, all or none.

    Raises SupersededError when the attempt is no longer the syllabus' own.
    """
    modules = [
        Module(
            id=uuid4(),
            syllabus=syllabus,
            position=position,
            title=module.title,
            summary=module.summary,
        )
        for position, module in enumerate(draft.modules, start=1)
    ]
    lessons = [
        Lesson(
            syllabus=syllabus,
            module=row.id,
            position=position,
            title=lesson.title,
            summary=lesson.summary,
            teaches=list(lesson.teaches),
            builds_on=list(lesson.builds_on),
            source=lesson.source or "",
        )
        for row, module in zip(modules, draft.modules, strict=True)
        for position, lesson in enumerate(module.lessons, start=1)
    ]
    concepts = [
        Concept(
            syllabus=syllabus, key=concept.key, name=concept.name, builds_on=list(concept.builds_on)
        )
        for concept in draft.concepts
    ]
    async with Syllabus._meta.db.transaction():
        await save(
            Syllabus,
            syllabus,
            attempt,
            title=draft.title,
            summary=draft.summary,
            draft=None,
            status=Status.COMPLETE.value,
        )
        await Module.insert(*modules)
        await Lesson.insert(*lessons)
        if concepts:
            await Concept.insert(*concepts)
