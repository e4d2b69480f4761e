"""How much one learner, or one network, may ask for; and that what they have stays readable."""

from typing import Any
from uuid import uuid4

import pytest

from techtree.accounts import Learner
from techtree.lessons import Lesson
from techtree.live.channels import of_lesson
from techtree.live.fanout import Fanout
from techtree.live.log import Log
from techtree.live.pages import Live
from techtree.live.stream import Access, Stream
from techtree.messages import MAX_MESSAGE, Message
from techtree.settings import get_settings
from tests.controllers.conftest import Visitor


def limit(monkeypatch: pytest.MonkeyPatch, **settings: int) -> None:
    for name, value in settings.items():
        monkeypatch.setattr(get_settings(), name, value)


async def test_a_learner_asks_for_so_much_in_an_hour_and_reads_on(
    adas: Visitor, ada_lesson: Lesson, eves: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit(monkeypatch, generations_per_hour=2)
    address = f"/lessons/{ada_lesson.id}/messages"
    answers = [await adas.post(address, message="Why?", htmx=True) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [202, 202, 429]
    assert 0 < int(answers[2].headers["retry-after"]) <= 3600
    assert "Everything you have is kept" in answers[2].text
    assert await Message.count() == 4
    assert (await adas.get("/dashboard")).status_code == 200
    other = await eves.post("/syllabi", topic="Linear algebra", level="beginner")
    assert other.status_code == 303, "another learner is not concerned"


async def test_opening_lessons_that_must_be_written_counts_and_reading_does_not(
    adas: Visitor,
    ada_lesson: Lesson,
    another_lesson: Lesson,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    limit(monkeypatch, generations_per_hour=1)
    first, second = f"/lessons/{ada_lesson.id}", f"/lessons/{another_lesson.id}"
    await Lesson.raw("DELETE FROM lesson_version")
    assert (await adas.get(first)).status_code == 200
    assert (await adas.get(first)).status_code == 200
    await Lesson.raw("DELETE FROM lesson_version WHERE lesson = {}", another_lesson.id)
    assert (await adas.get(second)).status_code == 429
    assert (await adas.get(first)).status_code == 200


async def test_a_network_makes_so_many_guests_in_an_hour(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit(monkeypatch, guests_per_address=2)
    statuses = []
    for _ in range(3):
        statuses.append((await visitor.post("/guest")).status_code)
        visitor.client.cookies.clear()
    assert statuses == [303, 303, 429]
    assert await Learner.count() == 2


async def test_a_network_makes_so_many_accounts_in_an_hour(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit(monkeypatch, guests_per_address=1)
    for number, expected in ((1, 303), (2, 429)):
        answer = await visitor.post(
            "/sign-up", email=f"bo{number}@example.org", password="long enough"
        )
        assert answer.status_code == expected


async def test_a_message_has_a_length(adas: Visitor, ada_lesson: Lesson) -> None:
    address = f"/lessons/{ada_lesson.id}/messages"
    answer = await adas.post(address, htmx=True, message="x" * (MAX_MESSAGE + 1))
    assert answer.status_code == 422
    assert await Message.count() == 0


@pytest.fixture
def live(redis: Any) -> Live:
    return Live(Log(redis), Fanout(redis))


def stream(live: Live, learner: Any, address: str) -> Stream:
    async def allowed() -> bool:
        return True

    channels = [of_lesson(uuid4())]
    response = live.response(channels, after="", access=Access(learner, None, allowed, address))
    return response._stream


async def test_a_learner_and_a_network_have_so_many_pages_open(
    live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit(monkeypatch, streams_per_learner=2, streams_per_address=3)
    ada, bo = uuid4(), uuid4()
    first, second = stream(live, ada, "192.0.2.1"), stream(live, ada, "192.0.2.2")
    live.add(first)
    live.add(second)
    assert not live.has_room(ada, "192.0.2.9"), "two pages of hers are open"
    assert live.has_room(bo, "192.0.2.1")
    live.remove(first)
    assert live.has_room(ada, "192.0.2.9")
    for _ in range(2):
        live.add(stream(live, None, "192.0.2.2"))
    assert not live.has_room(bo, "192.0.2.2"), "three pages are open in that network"
    assert live.has_room(bo, "192.0.2.1")


async def test_one_page_too_many_is_told_when_to_try_again(
    adas: Visitor, ada_lesson: Lesson, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"/syllabi/{ada_lesson.syllabus.id}/events?mode=poll"
    monkeypatch.setattr(Live, "has_room", lambda *_: False)
    answer = await adas.get(address)
    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "30"
