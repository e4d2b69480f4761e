"""The pages and what their forms do."""

from uuid import uuid4

import pytest
from dramatiq.errors import ConnectionFailed

from tasks.broker import broker
from techtree.accounts import Learner
from techtree.lessons import Lesson, LessonVersion
from techtree.messages import MAX_MESSAGE, Message
from techtree.status import Status
from techtree.syllabi import Syllabus
from tests.conftest import drafted
from tests.controllers.conftest import Visitor, counted_queries


async def test_the_front_page_shows_the_library(visitor: Visitor) -> None:
    answer = await visitor.get("/")
    assert answer.status_code == 200
    assert 'data-topic="Linear algebra you can see"' in answer.text


async def test_a_topic_the_library_lacks_creates_nothing(visitor: Visitor) -> None:
    answer = await visitor.post("/syllabi", topic="Quantum cooking", level="beginner")
    assert answer.status_code == 404
    assert "Quantum cooking" in answer.text
    assert "Linear algebra you can see" in answer.text
    assert await Syllabus.count() == 0
    assert await Learner.count() == 0


async def test_a_topic_leads_to_its_syllabus(visitor: Visitor) -> None:
    answer = await visitor.post("/syllabi", topic="  linear   algebra ", level="beginner")
    syllabus = (await Syllabus.objects())[0]
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/syllabi/{syllabus.id}"
    assert syllabus.topic == "linear algebra"
    assert (await visitor.get(answer.headers["location"])).status_code == 200


async def test_a_hostile_topic_is_only_text(adas: Visitor, ada: Learner) -> None:
    syllabus = await drafted(ada, topic="<script>alert(1)</script>")
    await Syllabus.update({Syllabus.title: ""}).where(Syllabus.id == syllabus.id)
    page = await adas.get(f"/syllabi/{syllabus.id}")
    assert "<script>alert" not in page.text
    assert "&lt;script&gt;alert" in page.text


async def test_opening_a_lesson_begins_its_writing_and_the_next_ones(
    adas: Visitor, ada_lesson: Lesson
) -> None:
    page = await adas.get(f"/lessons/{ada_lesson.id}")
    assert page.status_code == 200
    assert 'data-status="pending"' in page.text
    versions = await LessonVersion.objects().order_by(LessonVersion.background)
    assert [version.background for version in versions] == [False, True]
    await adas.get(f"/lessons/{ada_lesson.id}")
    assert await LessonVersion.count() == 2


async def test_a_question_comes_back_with_its_pending_answer(
    adas: Visitor, ada_lesson: Lesson
) -> None:
    path = f"/lessons/{ada_lesson.id}/messages"
    answer = await adas.post(path, htmx=True, message="Why does it hold?", key=str(uuid4()))
    assert answer.status_code == 202
    assert 'id="chat-form"' in answer.text
    assert 'data-role="learner"' in answer.text
    assert 'data-role="tutor" data-status="pending"' in answer.text


async def test_a_question_without_javascript_leads_back_to_the_page(
    adas: Visitor, ada_lesson: Lesson
) -> None:
    path = f"/lessons/{ada_lesson.id}/messages"
    answer = await adas.post(path, message="Why does it hold?", key=str(uuid4()))
    assert answer.status_code == 303
    page = await adas.get(answer.headers["location"])
    assert "Why does it hold?" in page.text


async def test_the_same_form_sent_twice_asks_once(adas: Visitor, ada_lesson: Lesson) -> None:
    key = str(uuid4())
    for _ in range(2):
        await adas.post(
            f"/lessons/{ada_lesson.id}/messages", htmx=True, message="Why does it hold?", key=key
        )
    assert await Message.count() == 2


@pytest.mark.parametrize("text", ["", "   ", "\x00", "x" * (MAX_MESSAGE + 1)])
async def test_an_impossible_question_is_refused_and_kept_in_the_form(
    adas: Visitor, ada_lesson: Lesson, text: str
) -> None:
    path = f"/lessons/{ada_lesson.id}/messages"
    answer = await adas.post(path, htmx=True, message=text, key=str(uuid4()))
    assert answer.status_code == 422
    assert text.strip("\x00 ") in answer.text
    assert await Message.count() == 0


async def test_a_wiped_conversation_is_gone(adas: Visitor, ada_lesson: Lesson) -> None:
    path = f"/lessons/{ada_lesson.id}/messages"
    await adas.post(path, htmx=True, message="Why does it hold?", key=str(uuid4()))
    answer = await adas.send("DELETE", path, htmx=True)
    assert answer.status_code == 200
    assert "Why does it hold?" not in answer.text
    assert "Why does it hold?" not in (await adas.get(f"/lessons/{ada_lesson.id}")).text


async def test_stopping_keeps_what_is_written_and_writing_again_begins_a_version(
    adas: Visitor, ada_lesson: Lesson
) -> None:
    await adas.get(f"/lessons/{ada_lesson.id}")
    stopped = await adas.post(f"/lessons/{ada_lesson.id}/content/stop", htmx=True)
    assert 'data-status="stopped"' in stopped.text
    again = await adas.post(f"/lessons/{ada_lesson.id}/content", htmx=True)
    assert again.status_code == 202
    version = await ada_lesson.version()
    assert version
    assert (version.number, version.status) == (2, Status.PENDING)


async def test_without_a_queue_a_question_is_kept_and_says_so(
    adas: Visitor, ada_lesson: Lesson, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object, **__: object) -> None:
        raise ConnectionFailed("nobody there")  # type: ignore[no-untyped-call]

    monkeypatch.setattr(broker, "enqueue", away)
    path = f"/lessons/{ada_lesson.id}/messages"
    answer = await adas.post(path, htmx=True, message="Why does it hold?", key=str(uuid4()))
    assert answer.status_code == 202
    assert "Your question is kept" in answer.text
    assert await Message.count() == 2


async def test_a_page_makes_the_same_number_of_queries_however_much_it_shows(
    adas: Visitor, ada: Learner, ada_lesson: Lesson, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def queries(path: str) -> int:
        await adas.get(path)
        with counted_queries(monkeypatch) as made:
            assert (await adas.get(path)).status_code == 200
        return len(made)

    pages = ["/dashboard", f"/lessons/{ada_lesson.id}", f"/syllabi/{ada_lesson.syllabus.id}"]
    few = [await queries(path) for path in pages]
    for number in range(5):
        await drafted(ada, topic=f"Topic {number}")
        key = str(uuid4())
        await adas.post(f"/lessons/{ada_lesson.id}/messages", message="Why does it hold?", key=key)
    assert [await queries(path) for path in pages] == few
    assert max(few) <= 22


@pytest.mark.parametrize("name", ["../course.md", "..%2fcourse.md", "none.svg", "syllabus.md"])
async def test_the_library_serves_its_pictures_and_nothing_else(
    visitor: Visitor, name: str
) -> None:
    found = await visitor.get(f"/library/linear-algebra-you-can-see/beginner/{name}")
    assert found.status_code == 404


async def test_the_pictures_of_the_library_run_nothing(visitor: Visitor) -> None:
    found = await visitor.get("/library/linear-algebra-you-can-see/beginner/span.svg")
    assert found.status_code == 200
    assert found.headers["content-type"] == "image/svg+xml"
    assert found.headers["content-security-policy"].startswith("default-src 'none'")
    assert found.text.startswith("<svg")


async def test_health_names_each_dependency(visitor: Visitor) -> None:
    assert (await visitor.get("/health/live")).json() == {"status": "ok"}
    ready = (await visitor.get("/health/ready")).json()
    assert ready["postgresql"]["ms"] > 0
    assert ready["redis"]["ms"] > 0
