"""Writing lessons: the one a learner opened, and the one that comes next."""

from contextlib import aclosing
from uuid import UUID

import dramatiq

from tasks.author import author
from tasks.broker import LONG, broker
from tasks.queue import enqueue
from tasks.runs import Attempt, run
from tasks.text import LiveText
from techtree.lessons import Lesson, LessonVersion
from techtree.live import updates
from techtree.live.channels import of_lesson, of_syllabus
from techtree.live.publisher import Publisher
from techtree.status import Status
from techtree.syllabi import Syllabus
from techtree.teaching import lesson_brief


@dramatiq.actor(broker=broker, notify_shutdown=True, priority=LONG)
async def write_lesson(version: str) -> None:
    """Write the text of one version of a lesson."""
    await run(write_lesson, LessonVersion, UUID(version), _write, updates.show_lesson)


async def _write(attempt: Attempt) -> None:
    version = await LessonVersion.objects().get(LessonVersion.id == attempt.row)
    if version is None:
        return
    lesson = await Lesson.with_place(version.lesson)
    if lesson is None:
        return
    brief = await lesson_brief(lesson, version)
    await attempt.save(content="", model=author().name)
    version.content, version.status = "", Status.WRITING
    fence = version.fence(attempt.number)
    syllabus = lesson.syllabus.id
    async with (
        Publisher(updates.log(), of_syllabus(syllabus)) as tree,
        Publisher(updates.log(), of_lesson(lesson.id), region="content", fence=fence) as page,
    ):
        tree.put("tree", await updates.syllabus_tree(syllabus))
        page.put(
            "content",
            updates.lesson_content(lesson.id, version, lesson.syllabus.language),
            whole=True,
        )
        text = LiveText(page, f"lesson-{lesson.id}")
        attempt.progress = text.checkpoint
        async with aclosing(author().write_lesson(brief)) as pieces:
            async for piece in pieces:
                text.write(piece)
        text.close()
        await attempt.complete()
        version.status = Status.COMPLETE
        page.put("status", updates.lesson_status(lesson.id, version))
        tree.put("tree", await updates.syllabus_tree(syllabus))
    await updates.show_dashboard(syllabus)


async def prepare(syllabus: Syllabus) -> list[UUID]:
    """Have all lessons written that are not, in the background; the versions to watch."""
    versions = []
    for lesson in await Lesson.objects().where(Lesson.syllabus == syllabus.id):
        version = await lesson.ensure_version(background=True)
        if version.status in (Status.FAILED, Status.STOPPED):
            version = await lesson.write_again(background=True)
        versions.append(version.id)
        if Status(version.status).is_open:
            await enqueue(write_lesson, version.id, background=True)
    return versions


async def write_ahead(lesson: UUID) -> None:
    """Prepare a lesson that the learner is likely to open next."""
    found = await Lesson.objects().get(Lesson.id == lesson)
    if found is None or await found.version() is not None:
        return
    version = await found.ensure_version(background=True)
    await enqueue(write_lesson, version.id, background=True)
