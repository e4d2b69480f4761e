"""The learner's own page: one way on, and all that was begun."""

from dataclasses import dataclass
from uuid import UUID

from litestar import Response, get
from litestar.di import NamedDependency

from techtree.accounts import Learner
from techtree.controllers.answers import page
from techtree.controllers.guards import HttpRequest
from techtree.controllers.syllabi import LEVELS
from techtree.status import Level
from techtree.syllabi import Syllabus


@dataclass(frozen=True, slots=True)
class Overview:
    """A syllabus as the dashboard lists it."""

    id: UUID
    topic: str
    title: str
    level: str
    status: str
    modules_total: int
    lessons_total: int
    lessons_read: int
    next_lesson: UUID | None
    next_title: str | None

    @property
    def level_label(self) -> str:
        return Level(self.level).label


@dataclass(frozen=True, slots=True)
class Continue:
    url: str
    title: str
    reason: str


@get("/dashboard")
async def show(request: HttpRequest, signed_in: NamedDependency[Learner]) -> Response[str]:
    syllabi = await _overviews(signed_in)
    return page(
        request,
        "dashboard/show.html",
        signed_in,
        syllabi=syllabi,
        continue_=_continue(syllabi),
        levels=LEVELS,
    )


def _continue(syllabi: list[Overview]) -> Continue | None:
    """The next unread lesson of what was studied last."""
    for each in syllabi:
        if each.next_lesson is None:
            continue
        reason = (
            f"You have opened {each.lessons_read} of {each.lessons_total} lessons of {each.title}."
            if each.lessons_read
            else f"The first lesson of {each.title}."
        )
        return Continue(f"/lessons/{each.next_lesson}", each.next_title or "", reason)
    return None


_OVERVIEWS = """
WITH places AS (
    SELECT l.syllabus, l.id, l.title, m.id AS module, s.opened_at,
           row_number() OVER (PARTITION BY l.syllabus ORDER BY m.position, l.position) AS place
    FROM lesson l JOIN module m ON m.id = l.module
    JOIN syllabus y ON y.id = l.syllabus AND y.learner = {}
    LEFT JOIN study s ON s.lesson = l.id AND s.learner = y.learner
)
SELECT y.id, y.topic, coalesce(nullif(y.title, ''), y.topic) AS title, y.level, y.status,
       count(DISTINCT p.module) AS modules_total, count(p.id) AS lessons_total,
       count(p.opened_at) AS lessons_read,
       (array_agg(p.id ORDER BY p.place) FILTER (WHERE p.opened_at IS NULL))[1] AS next_lesson,
       (array_agg(p.title ORDER BY p.place) FILTER (WHERE p.opened_at IS NULL))[1] AS next_title
FROM syllabus y LEFT JOIN places p ON p.syllabus = y.id
WHERE y.learner = {}
GROUP BY y.id ORDER BY greatest(y.created_at, max(p.opened_at)) DESC LIMIT 200
"""


async def _overviews(learner: Learner) -> list[Overview]:
    rows = await Syllabus.raw(_OVERVIEWS, learner.id, learner.id)
    return [Overview(**row) for row in rows]
