"""The lesson page, its stream, and the writing of its text."""

from functools import partial
from typing import Annotated
from uuid import UUID, uuid4

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.enums import MediaType
from litestar.params import FromPath, QueryParameter
from litestar.types import ASGIApp

from tasks.lessons import write_ahead, write_lesson
from tasks.queue import enqueue
from techtree import progress, work
from techtree.accounts import Learner
from techtree.controllers.answers import form_text, fragment, go_to, is_guess, is_htmx, page
from techtree.controllers.guards import (
    HttpRequest,
    find_followed,
    find_lesson,
    find_own_lesson,
)
from techtree.controllers.limits import count_generation, may_generate, new_guest
from techtree.controllers.live import Live, stream_address, stream_response
from techtree.lessons import Lesson, LessonVersion
from techtree.live import learning, updates
from techtree.live.channels import Channel, of_lesson, of_study, of_syllabus
from techtree.messages import Conversation, Study
from techtree.status import Level, Status

Position = Annotated[int | None, QueryParameter(ge=0, lt=2**31)]
"""Of a message in its conversation."""


@get("/lessons/{lesson_id:uuid}")
async def show(
    request: HttpRequest,
    lesson_id: FromPath[UUID],
    learner: NamedDependency[Learner | None],
    before: Position = None,
) -> Response[str]:
    """Opening a lesson starts its writing, and that of the next one behind it.

    `before` asks for what was said before a position in the conversation.
    """
    lesson = await find_lesson(lesson_id, learner)
    if is_guess(request) and not await _is_open(lesson, learner):
        return Response("", media_type=MediaType.HTML, status_code=503)
    if learner is None:
        # Somebody new who was sent here, to a lesson of the catalogue.
        learner = await new_guest(request)
    study = await Study.open(learner, lesson)
    if before is not None and is_htmx(request):
        return fragment(await updates.earlier_messages(study.id, before))
    stream = await stream_address(
        f"/lessons/{lesson.id}/events", _channels(lesson.id, study.id, lesson.syllabus.id)
    )
    if await lesson.version() is None:
        await count_generation(learner)
    version = await lesson.ensure_version()
    if version.status == Status.PENDING:
        await enqueue(write_lesson, version.id)
    neighbours = await lesson.neighbours()
    if neighbours.after:
        await write_ahead(neighbours.after)
    syllabus = lesson.syllabus
    scene = await learning.set_scene(study, lesson, version, neighbours.after)
    return page(
        request,
        "lessons/show.html",
        learner,
        lesson=lesson,
        lesson_id=lesson.id,
        taught_in=syllabus.language,
        syllabus=syllabus,
        modules=await progress.outline(
            syllabus, scene.reached if syllabus.learner == learner.id else None
        ),
        version=version,
        blocks=updates.blocks_of(version.content, open_end=Status(version.status).is_open),
        wiped=await study.can_unwipe(),
        **updates.shown(await Conversation.of(study.id, before)),
        before=before,
        task=await learning.task(scene, oob=False),
        quiz=await learning.quiz(scene, oob=False),
        progress=await learning.progress_area(scene, oob=False),
        previous=neighbours.before,
        next=neighbours.after,
        stream=stream,
        message_key=str(uuid4()),
        easier_url=f"/syllabi/{syllabus.id}/easier" if Level(syllabus.level).easier else None,
        harder_url=f"/syllabi/{syllabus.id}/harder" if Level(syllabus.level).harder else None,
    )


@get("/lessons/{lesson_id:uuid}/events")
async def events(
    request: HttpRequest,
    lesson_id: FromPath[UUID],
    signed_in: NamedDependency[Learner],
    live: NamedDependency[Live],
) -> ASGIApp:
    followed = await find_followed(lesson_id, signed_in)
    channels = _channels(lesson_id, followed.study, followed.syllabus)
    return stream_response(request, live, channels, signed_in, partial(find_followed, lesson_id))


@post("/lessons/{lesson_id:uuid}/content", guards=[may_generate])
async def write(
    request: HttpRequest, lesson_id: FromPath[UUID], signed_in: NamedDependency[Learner]
) -> Response[str]:
    """Write the lesson, or write it again; what was written before is kept as a version.

    A reader of the catalogue may only have a text written that failed or was stopped.
    """
    lesson = await find_lesson(lesson_id, signed_in)
    newest = await lesson.version()
    if newest and newest.status == Status.COMPLETE:
        await find_own_lesson(lesson_id, signed_in)
    version = await lesson.write_again(wish=await form_text(request, "instruction"))
    await enqueue(write_lesson, version.id)
    return await _content(request, lesson, version)


@post("/lessons/{lesson_id:uuid}/content/stop")
async def stop(
    request: HttpRequest, lesson_id: FromPath[UUID], signed_in: NamedDependency[Learner]
) -> Response[str]:
    lesson = await find_own_lesson(lesson_id, signed_in)
    version = await lesson.version()
    if version is None:
        return go_to(request, f"/lessons/{lesson.id}")
    await work.stop(LessonVersion, version.id)
    return await _content(request, lesson, version)


async def _is_open(lesson: Lesson, learner: Learner | None) -> bool:
    """Opened before, written, and so is the next: showing it again begins nothing."""
    if learner is None or not await Study.followed(learner.id, lesson.id):
        return False
    version = await lesson.version()
    after = (await lesson.neighbours()).after
    following = await LessonVersion.newest_of(after) if after else version
    return version is not None and version.status == Status.COMPLETE and following is not None


async def _content(request: HttpRequest, lesson: Lesson, version: LessonVersion) -> Response[str]:
    await updates.announce(updates.show_lesson(version.id))
    if not is_htmx(request):
        return go_to(request, f"/lessons/{lesson.id}")
    now = await lesson.version()
    return fragment(updates.lesson_content(lesson.id, now, lesson.syllabus.language), status=202)


def _channels(lesson: UUID, study: UUID, syllabus: UUID) -> list[Channel]:
    """The page and its stream must agree on the order, in which a cursor counts them."""
    return [of_lesson(lesson), of_study(study), of_syllabus(syllabus)]
