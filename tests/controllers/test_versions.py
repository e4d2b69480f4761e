"""A lesson written again: what was wished for, what changed, and the way back."""

from techtree import work
from techtree.lessons import Lesson, LessonVersion
from techtree.teaching import lesson_brief
from tests.controllers.conftest import Visitor


async def write(lesson: Lesson, text: str) -> LessonVersion:
    version = await lesson.ensure_version()
    attempt = await work.begin(LessonVersion, version.id)
    assert attempt
    await work.save(LessonVersion, version.id, attempt, content=text, status="complete")
    return version


async def test_an_earlier_version_is_compared_and_gone_back_to(
    adas: Visitor, ada_lesson: Lesson
) -> None:
    path = f"/lessons/{ada_lesson.id}"
    await write(ada_lesson, "The old way.\nSame.")
    await adas.post(f"{path}/content", instruction="more examples")
    version = await ada_lesson.version()
    assert version and (await lesson_brief(ada_lesson, version)).wish == "more examples"
    await write(ada_lesson, "The new way.\nSame.")
    html = (await adas.get(f"{path}/versions")).text
    assert "<del>The old way.</del>" in html and "<ins>The new way.</ins>" in html
    await adas.post(f"{path}/versions/1")
    assert "The old way." in (await adas.get(path)).text
    assert [each.number for each in await ada_lesson.versions()] == [3, 2, 1]
