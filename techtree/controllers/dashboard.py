"""The learner's own page: one way on, and all that was begun."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.types import ASGIApp

from techtree import progress, record
from techtree.accounts import Learner
from techtree.controllers.answers import page
from techtree.controllers.guards import HttpRequest
from techtree.controllers.live import Live, stream_address, stream_response
from techtree.languages import gettext as _
from techtree.live.channels import of_learner
from techtree.progress import Overview
from techtree.status import Level


@dataclass(frozen=True, slots=True)
class Continue:
    url: str
    title: str
    language: str
    reason: str


@get("/dashboard")
async def show(request: HttpRequest, signed_in: NamedDependency[Learner]) -> Response[str]:
    # Before the rows are read: what the page shows must be no older than its place in the stream.
    stream = await stream_address("/dashboard/events", [of_learner(signed_in.id)])
    syllabi = await progress.overviews(signed_in.id)
    return page(
        request,
        "dashboard/show.html",
        signed_in,
        syllabi=syllabi,
        continue_=await _continue(signed_in.id, syllabi),
        weeks=await record.weeks(signed_in.id, datetime.now(UTC).date()),
        reached=await record.reached(signed_in.id, [each.id for each in syllabi]),
        levels=list(Level),
        stream=stream,
    )


@get("/dashboard/events")
async def events(
    request: HttpRequest, signed_in: NamedDependency[Learner], live: NamedDependency[Live]
) -> ASGIApp:
    return stream_response(request, live, [of_learner(signed_in.id)], signed_in, _still_there)


async def _still_there(learner: Learner | None) -> None:
    if learner is None:
        raise NotFoundException


async def _continue(learner: UUID, syllabi: list[Overview]) -> Continue | None:
    """The first lesson that is neither complete nor known, of what was studied last."""
    for each in syllabi:
        if each.next is None:
            continue
        reached = await progress.of_syllabus(each.id, learner)
        lesson = next(
            (
                lesson
                for lesson in each.lessons
                if not lesson.completed and not reached.knows(lesson.teaches)
            ),
            each.next,
        )
        return Continue(f"/lessons/{lesson.id}", lesson.title, each.language, _reason(each, lesson))
    return None


def _reason(syllabus: Overview, lesson: progress.Passage) -> str:
    count = _("{completed} of {lessons} lessons of {title}").format(
        completed=syllabus.completed, lessons=len(syllabus.lessons), title=syllabus.title
    )
    if lesson.opened:
        return _("You opened it and haven’t passed its quiz yet. Complete so far: {count}.").format(
            count=count
        )
    if syllabus.completed:
        return _("It comes next: {count} are complete.").format(count=count)
    if any(each.opened for each in syllabus.lessons):
        return _("It comes next in {title}.").format(title=syllabus.title)
    return _("The first lesson of {title}.").format(title=syllabus.title)
