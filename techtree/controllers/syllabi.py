"""Syllabi: asked for, shown, drafted again, made easier."""

from collections.abc import Callable
from functools import partial
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ASGIApp

from tasks import lessons
from tasks.queue import enqueue
from tasks.syllabi import draft_syllabus
from techtree import languages, prices, progress, work
from techtree.accounts import Learner
from techtree.controllers.answers import form_text, fragment, go_to, is_htmx, page
from techtree.controllers.guards import (
    HttpRequest,
    find_own_syllabus,
    find_syllabus,
)
from techtree.controllers.limits import may_generate, new_guest
from techtree.controllers.live import Live, stream_address, stream_response
from techtree.languages import gettext as _
from techtree.live import updates
from techtree.live.channels import of_syllabus
from techtree.prices import Estimate
from techtree.settings import get_settings
from techtree.status import Level, Status
from techtree.syllabi import MAX_TOPIC, Syllabus
from techtree.tree import tree
from techtree.tutor.library import Course, find_course, load_courses


def shelf() -> tuple[Course, ...]:
    """The starter library, whoever writes otherwise."""
    return load_courses()


@post("/syllabi", guards=[may_generate])
async def create(request: HttpRequest, learner: NamedDependency[Learner | None]) -> Response[str]:
    topic = " ".join((await form_text(request, "topic")).split())[:MAX_TOPIC]
    level = _level(await form_text(request, "level"))
    language = await chosen_language(request)
    if not topic:
        return page(
            request,
            "landing/show.html",
            learner,
            status=422,
            courses=shelf(),
            levels=list(Level),
            error=_("Name a topic first: what do you want to understand?"),
        )
    if get_settings().teaches_from_library and find_course(topic, level) is None:
        return page(
            request,
            "syllabi/unknown_topic.html",
            learner,
            status=404,
            topic=topic,
            courses=shelf(),
        )
    if learner is None:
        learner = await new_guest(request)
    syllabus = await Syllabus.ask_for(learner, topic, level, language)
    await enqueue(draft_syllabus, syllabus.id)
    return go_to(request, f"/syllabi/{syllabus.id}")


@get("/syllabi/{syllabus_id:uuid}")
async def show(
    request: HttpRequest, syllabus_id: FromPath[UUID], learner: NamedDependency[Learner | None]
) -> Response[str]:
    await find_syllabus(syllabus_id, learner)
    stream = await stream_address(f"/syllabi/{syllabus_id}/events", [of_syllabus(syllabus_id)])
    # Read again, because what the page shows must be no older than its place in the stream.
    syllabus = await find_syllabus(syllabus_id, learner)
    modules = await progress.outline(syllabus)
    return page(
        request,
        "syllabi/show.html",
        learner,
        syllabus=syllabus,
        modules=modules,
        tree=tree(modules),
        stream=stream,
        linked=await syllabus.linked(),
        unwritten=await _to_prepare(syllabus, learner),
    )


@get("/syllabi/{syllabus_id:uuid}/events")
async def events(
    request: HttpRequest,
    syllabus_id: FromPath[UUID],
    learner: NamedDependency[Learner | None],
    live: NamedDependency[Live],
) -> ASGIApp:
    await find_syllabus(syllabus_id, learner)
    return stream_response(
        request, live, [of_syllabus(syllabus_id)], learner, partial(find_syllabus, syllabus_id)
    )


@post("/syllabi/{syllabus_id:uuid}/draft", guards=[may_generate])
async def draft_again(
    request: HttpRequest, syllabus_id: FromPath[UUID], learner: NamedDependency[Learner | None]
) -> Response[str]:
    """Try a failed draft again."""
    syllabus = await find_own_syllabus(syllabus_id, learner)
    if await work.ask_again(Syllabus, syllabus.id):
        await enqueue(draft_syllabus, syllabus.id)
        await updates.announce(updates.show_syllabus(syllabus.id))
    if is_htmx(request):
        return fragment(await updates.syllabus_tree(syllabus.id), status=202)
    return go_to(request, f"/syllabi/{syllabus.id}")


@post("/syllabi/{syllabus_id:uuid}/lessons", guards=[may_generate])
async def prepare(
    request: HttpRequest, syllabus_id: FromPath[UUID], learner: NamedDependency[Learner | None]
) -> Response[str]:
    """Have all lessons written ahead, at the price that the button tells."""
    syllabus = await find_own_syllabus(syllabus_id, learner)
    if syllabus.status == Status.COMPLETE:
        await lessons.prepare(syllabus)
        await updates.announce(updates.show_syllabus(syllabus.id))
    return go_to(request, f"/syllabi/{syllabus.id}")


@post("/syllabi/{syllabus_id:uuid}/easier", guards=[may_generate])
async def easier(
    request: HttpRequest, syllabus_id: FromPath[UUID], learner: NamedDependency[Learner | None]
) -> Response[str]:
    """The same topic one level lower. The old syllabus stays."""
    return await _adapted(request, syllabus_id, learner, lambda level: level.easier)


@post("/syllabi/{syllabus_id:uuid}/harder", guards=[may_generate])
async def harder(
    request: HttpRequest, syllabus_id: FromPath[UUID], learner: NamedDependency[Learner | None]
) -> Response[str]:
    """The same topic one level higher. The old syllabus stays."""
    return await _adapted(request, syllabus_id, learner, lambda level: level.harder)


async def _adapted(
    request: HttpRequest,
    syllabus_id: UUID,
    learner: Learner | None,
    other_level: Callable[[Level], Level | None],
) -> Response[str]:
    syllabus = await find_own_syllabus(syllabus_id, learner)
    level = other_level(Level(syllabus.level))
    if learner is None or level is None:
        return go_to(request, f"/syllabi/{syllabus.id}")
    other = await syllabus.adapt(learner, level)
    await enqueue(draft_syllabus, other.id)
    return go_to(request, f"/syllabi/{other.id}")


async def _to_prepare(syllabus: Syllabus, learner: Learner | None) -> Estimate | None:
    """What the learner could have written ahead, and at what price."""
    if learner is None or syllabus.learner != learner.id or syllabus.status != Status.COMPLETE:
        return None
    count = await syllabus.unwritten()
    return await prices.of_lessons(count) if count else None


async def chosen_language(request: HttpRequest) -> str:
    """What a course is to be in. The library teaches in one language only."""
    if get_settings().teaches_from_library:
        return languages.SOURCE
    return languages.chosen(await form_text(request, "language"))


def _level(text: str) -> Level:
    try:
        return Level(text)
    except ValueError:
        return Level.BEGINNER
