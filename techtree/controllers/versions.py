"""Earlier versions of a lesson: compared with the newest, and gone back to."""

from difflib import ndiff
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from techtree.accounts import Learner
from techtree.controllers.answers import go_to, page
from techtree.controllers.guards import HttpRequest, find_lesson, find_own_lesson
from techtree.lessons import LessonVersion
from techtree.live import updates


@get("/lessons/{lesson_id:uuid}/versions")
async def index(
    request: HttpRequest, lesson_id: FromPath[UUID], signed_in: NamedDependency[Learner]
) -> Response[str]:
    lesson = await find_lesson(lesson_id, signed_in)
    versions = await lesson.versions()
    newest, earlier = (versions[0], versions[1:]) if versions else (None, [])
    return page(
        request,
        "versions/index.html",
        signed_in,
        lesson=lesson,
        newest=newest,
        earlier=[(each, _changes(each, newest)) for each in earlier if newest],
        may_change=lesson.syllabus.learner == signed_in.id,
    )


@post("/lessons/{lesson_id:uuid}/versions/{number:int}")
async def go_back(
    request: HttpRequest,
    lesson_id: FromPath[UUID],
    number: FromPath[int],
    signed_in: NamedDependency[Learner],
) -> Response[str]:
    """Show an earlier version again. The one it takes the place of is kept."""
    lesson = await find_own_lesson(lesson_id, signed_in)
    version = await lesson.go_back(number)
    if version is not None:
        await updates.announce(updates.show_lesson(version.id))
    return go_to(request, f"/lessons/{lesson.id}")


def _changes(old: LessonVersion, new: LessonVersion) -> list[tuple[str, str]]:
    """The lines that go (`-`), come (`+`) or stay on the way from the old text to the new one."""
    lines = ndiff(old.content.splitlines(), new.content.splitlines())
    return [(line[0], line[2:]) for line in lines if line[0] in "-+ "]
