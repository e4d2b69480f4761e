"""Whatever a learner may not see does not exist."""

from uuid import uuid4

import pytest

from techtree.accounts import Learner
from techtree.lessons import Lesson
from techtree.messages import Message, Study
from tests.controllers.conftest import Visitor

ROUTES = [
    ("GET", "/syllabi/{syllabus}"),
    ("GET", "/syllabi/{syllabus}/events"),
    ("POST", "/syllabi/{syllabus}/draft"),
    ("POST", "/syllabi/{syllabus}/easier"),
    ("GET", "/lessons/{lesson}"),
    ("GET", "/lessons/{lesson}/events"),
    ("POST", "/lessons/{lesson}/content"),
    ("POST", "/lessons/{lesson}/content/stop"),
    ("POST", "/lessons/{lesson}/messages"),
    ("DELETE", "/lessons/{lesson}/messages"),
    ("POST", "/messages/{message}/retry"),
]


def test_every_route_with_an_id_is_in_the_list() -> None:
    from techtree.app import HANDLERS  # noqa: PLC0415

    with_ids = [path for handler in HANDLERS for path in handler.paths if ":uuid}" in path]
    assert len(with_ids) == len(ROUTES)


@pytest.mark.parametrize("route", ROUTES)
async def test_another_learner_and_a_stranger_find_nothing(
    eves: Visitor, visitor: Visitor, ada: Learner, ada_lesson: Lesson, route: tuple[str, str]
) -> None:
    method, path = route
    study = await Study.open(ada, ada_lesson)
    _, answer = await study.ask("A secret question", uuid4())
    address = path.format(syllabus=ada_lesson.syllabus.id, lesson=ada_lesson.id, message=answer.id)
    for who in (eves, visitor):
        found = await who.send(method, address, htmx=True)
        assert found.status_code == 404
        assert "secret" not in found.text
    assert await Message.count() == 2


@pytest.mark.parametrize("path", ["/lessons/1", "/lessons/x'--", f"/lessons/{uuid4()}", "/nowhere"])
async def test_what_never_was_is_not_found_either(adas: Visitor, path: str) -> None:
    assert (await adas.get(path)).status_code == 404
