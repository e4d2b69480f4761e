"""The learner's own page: one way on, and all that was begun."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from litestar import Response, get
from litestar.di import NamedDependency

from techtree import progress, record
from techtree.accounts import Learner
from techtree.controllers.answers import page
from techtree.controllers.guards import HttpRequest
from techtree.controllers.syllabi import LEVELS
from techtree.progress import Overview


@dataclass(frozen=True, slots=True)
class Continue:
    url: str
    title: str
    reason: str


@get("/dashboard")
async def show(request: HttpRequest, signed_in: NamedDependency[Learner]) -> Response[str]:
    syllabi = await progress.overviews(signed_in.id)
    return page(
        request,
        "dashboard/show.html",
        signed_in,
        syllabi=syllabi,
        continue_=await _continue(signed_in.id, syllabi),
        weeks=await record.weeks(signed_in.id, datetime.now(UTC).date()),
        reached=await record.reached(signed_in.id, [each.id for each in syllabi]),
        levels=LEVELS,
    )


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
        return Continue(f"/lessons/{lesson.id}", lesson.title, _reason(each, lesson))
    return None


def _reason(syllabus: Overview, lesson: progress.Passage) -> str:
    count = f"{syllabus.completed} of {len(syllabus.lessons)} lessons of {syllabus.title}"
    if lesson.opened:
        return f"You opened it and haven’t passed its quiz yet. Complete so far: {count}."
    if syllabus.completed:
        return f"It comes next: {count} are complete."
    if any(each.opened for each in syllabus.lessons):
        return f"It comes next in {syllabus.title}."
    return f"The first lesson of {syllabus.title}."
