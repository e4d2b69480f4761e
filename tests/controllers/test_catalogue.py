"""What is in the catalogue is read by everybody, talked about alone, and changed by nobody."""

from uuid import uuid4

import pytest

from techtree import work
from techtree.accounts import Learner
from techtree.lessons import Lesson, LessonVersion
from techtree.messages import Message
from techtree.status import Status
from techtree.syllabi import Syllabus
from tests.controllers.conftest import Visitor


@pytest.fixture
async def public_lesson(ada_lesson: Lesson) -> Lesson:
    """A finished lesson that everybody may read."""
    await Syllabus.update({Syllabus.in_catalogue: True, Syllabus.learner: None}).where(
        Syllabus.id == ada_lesson.syllabus.id
    )
    version = await ada_lesson.ensure_version()
    attempt = await work.begin(LessonVersion, version.id)
    assert attempt
    await work.save(
        LessonVersion, version.id, attempt, content="Read by all.", status=Status.COMPLETE.value
    )
    return ada_lesson


async def test_a_stranger_reads_it_and_becomes_a_guest(
    visitor: Visitor, public_lesson: Lesson
) -> None:
    before = await Learner.count()
    page = await visitor.get(f"/lessons/{public_lesson.id}")
    assert "Read by all." in page.text
    assert "complete" in page.text
    await visitor.get(f"/lessons/{public_lesson.id}")
    assert await Learner.count() == before + 1


async def test_a_conversation_about_it_is_nobody_elses(
    adas: Visitor, eves: Visitor, public_lesson: Lesson
) -> None:
    path = f"/lessons/{public_lesson.id}"
    await adas.post(f"{path}/messages", htmx=True, message="A secret question", key=str(uuid4()))
    assert "A secret question" in (await adas.get(path)).text
    assert "A secret question" not in (await eves.get(path)).text
    heard = await eves.get(f"{path}/events?mode=poll")
    assert "A secret question" not in heard.text
    assert 'id="chat-history"' in heard.text
    await eves.send("DELETE", f"{path}/messages", htmx=True)
    assert await Message.count() == 2


@pytest.mark.parametrize("action", ["content", "content/stop"])
async def test_its_text_is_not_a_readers_to_change(
    eves: Visitor, public_lesson: Lesson, action: str
) -> None:
    answer = await eves.post(f"/lessons/{public_lesson.id}/{action}", htmx=True)
    assert answer.status_code == 404
    assert await LessonVersion.count() == 1


async def test_a_reader_may_have_written_what_failed(eves: Visitor, public_lesson: Lesson) -> None:
    await LessonVersion.update({LessonVersion.status: Status.FAILED}, force=True)
    answer = await eves.post(f"/lessons/{public_lesson.id}/content", htmx=True)
    assert answer.status_code == 202
    version = await public_lesson.version()
    assert version
    assert (version.number, version.status) == (2, Status.PENDING)


async def test_the_page_knows_whether_it_is_its_learners_own(
    adas: Visitor, eves: Visitor, ada_lesson: Lesson
) -> None:
    await Syllabus.update({Syllabus.in_catalogue: True}).where(
        Syllabus.id == ada_lesson.syllabus.id
    )
    path = f"/lessons/{ada_lesson.id}"
    assert 'class="lesson-layout" data-own' in (await adas.get(path)).text
    assert 'class="lesson-layout">' in (await eves.get(path)).text
