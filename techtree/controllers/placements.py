"""Placements: begun, answered, skipped, and where they lead."""

from functools import partial
from uuid import UUID, uuid4

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ASGIApp

from tasks.questions import carry_on
from tasks.queue import enqueue
from tasks.syllabi import draft_syllabus
from techtree.accounts import Learner
from techtree.assessments import Answer
from techtree.controllers.answers import form_text, fragment, go_to, is_htmx, page
from techtree.controllers.guards import HttpRequest, find_placement
from techtree.controllers.limits import may_generate, new_guest
from techtree.controllers.live import Live, stream_address, stream_response
from techtree.controllers.syllabi import chosen_language
from techtree.grading import DONT_KNOW
from techtree.live import learning, updates
from techtree.live.channels import of_placement
from techtree.placements import Placement
from techtree.settings import get_settings
from techtree.status import Level
from techtree.syllabi import MAX_TOPIC, Syllabus
from techtree.tutor.library import find_course, load_courses


@post("/placements", guards=[may_generate])
async def create(request: HttpRequest, learner: NamedDependency[Learner | None]) -> Response[str]:
    topic = " ".join((await form_text(request, "topic")).split())[:MAX_TOPIC]
    if not topic:
        return go_to(request, "/")
    if get_settings().teaches_from_library and find_course(topic, Level.BEGINNER) is None:
        return page(
            request,
            "syllabi/unknown_topic.html",
            learner,
            status=404,
            topic=topic,
            courses=load_courses(),
        )
    if learner is None:
        learner = await new_guest(request)
    placement = await Placement.open(learner, topic, await chosen_language(request))
    await carry_on(placement.id)
    return go_to(request, f"/placements/{placement.id}")


@get("/placements/{placement_id:uuid}")
async def show(
    request: HttpRequest, placement_id: FromPath[UUID], signed_in: NamedDependency[Learner]
) -> Response[str]:
    placement = await find_placement(placement_id, signed_in)
    stream = await stream_address(
        f"/placements/{placement.id}/events", [of_placement(placement.id)]
    )
    return page(
        request,
        "placements/show.html",
        signed_in,
        region=await learning.placement(placement.id, oob=False),
        stream=stream,
    )


@get("/placements/{placement_id:uuid}/events")
async def events(
    request: HttpRequest,
    placement_id: FromPath[UUID],
    signed_in: NamedDependency[Learner],
    live: NamedDependency[Live],
) -> ASGIApp:
    placement = await find_placement(placement_id, signed_in)
    look_up = partial(find_placement, placement_id)
    return stream_response(request, live, [of_placement(placement.id)], signed_in, look_up)


@post("/placements/{placement_id:uuid}/answers", guards=[may_generate])
async def answer(
    request: HttpRequest, placement_id: FromPath[UUID], signed_in: NamedDependency[Learner]
) -> Response[str]:
    """Answer the question that is asked now."""
    placement = await find_placement(placement_id, signed_in)
    now = (await placement.course()).now
    if now is not None and now.question.item is not None:
        text = await form_text(request, "answer")
        unsaid = bool(await form_text(request, "dont_know"))
        content = DONT_KNOW if unsaid else now.question.in_own_order(text)
        await Answer.give(now.question, signed_in.id, content, uuid4())
        await carry_on(placement.id)
    return await _shown(request, placement)


@post("/placements/{placement_id:uuid}/skip")
async def skip(
    request: HttpRequest, placement_id: FromPath[UUID], signed_in: NamedDependency[Learner]
) -> Response[str]:
    """End the placement at a level of the learner's choice, or else at the one found so far."""
    placement = await find_placement(placement_id, signed_in)
    course = await placement.course()
    chosen = await form_text(request, "level")
    level = Level(chosen) if chosen in list(Level) else course.likeliest
    return await _choose(request, placement, level)


@post("/placements/{placement_id:uuid}/level/{level:str}")
async def choose(
    request: HttpRequest,
    placement_id: FromPath[UUID],
    level: FromPath[str],
    signed_in: NamedDependency[Learner],
) -> Response[str]:
    """Another level than the one that was found, or one before any was."""
    placement = await find_placement(placement_id, signed_in)
    chosen = Level(level) if level in list(Level) else Level.BEGINNER
    return await _choose(request, placement, chosen)


@post("/placements/{placement_id:uuid}/start", guards=[may_generate])
async def start(
    request: HttpRequest, placement_id: FromPath[UUID], signed_in: NamedDependency[Learner]
) -> Response[str]:
    """A syllabus at the level."""
    placement = await find_placement(placement_id, signed_in)
    found = (await placement.course()).found
    level = Level(placement.chosen) if placement.chosen else found
    if level is None:
        return go_to(request, f"/placements/{placement.id}")
    syllabus = await Syllabus.ask_for(signed_in, placement.topic, level, placement.language)
    await enqueue(draft_syllabus, syllabus.id)
    return go_to(request, f"/syllabi/{syllabus.id}")


async def _choose(request: HttpRequest, placement: Placement, level: Level) -> Response[str]:
    await placement.choose(level)
    await placement.prepare()
    return await _shown(request, placement)


async def _shown(request: HttpRequest, placement: Placement) -> Response[str]:
    await updates.announce(learning.show_placement(placement.id))
    if not is_htmx(request):
        return go_to(request, f"/placements/{placement.id}")
    return fragment(await learning.placement(placement.id))
