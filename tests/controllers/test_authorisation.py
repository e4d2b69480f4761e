"""Who may do what: every route that the application has, and everybody who may come by."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import pytest
from httpx import ASGITransport, AsyncClient
from litestar.middleware.session.client_side import ClientSideSessionBackend, CookieBackendConfig
from piccolo.apps.user.tables import BaseUser
from redis.asyncio import Redis as RedisClient

from techtree.accounts import Learner
from techtree.app import create_app
from techtree.assessments import Answer, Question, Use
from techtree.assessments.questions import written
from techtree.lessons import Lesson
from techtree.messages import Message, Study
from techtree.placements import Placement
from techtree.sessions import Session
from techtree.settings import get_settings, session_secret
from techtree.status import Level
from tests import items
from tests.controllers.conftest import Visitor

NOBODY = "5a2d3f1e-0000-4000-8000-000000000000"

# What the rows are about is Ada's: she is the owner.
# anonymous, guest, another learner, administrator, owner
MATRIX = """
GET    /                                                200 200 200 200 200
GET    /account                                         303 200 200 200 200
POST   /account/delete                                  404 422 422 422 422
GET    /account/export                                  404 200 200 200 200
POST   /account/password                                404 404 422 422 422
POST   /account/sessions/end                            404 303 303 303 303
POST   /account/sessions/{session_id}/end               404 303 303 303 303
GET    /admin                                           404 404 404 200 404
GET    /admin/answers                                   404 404 404 200 404
GET    /admin/jobs                                      404 404 404 200 404
POST   /admin/jobs/{job_id}/{what}                      404 404 404 303 404
GET    /admin/learners                                  404 404 404 200 404
POST   /admin/learners/{learner_id}/{what}              404 404 404 303 404
GET    /admin/ledger                                    404 404 404 200 404
GET    /admin/lessons                                   404 404 404 200 404
GET    /admin/quality                                   404 404 404 200 404
GET    /admin/questions                                 404 404 404 200 404
POST   /admin/questions/{question_id}/retire            404 404 404 303 404
GET    /admin/syllabi                                   404 404 404 200 404
POST   /admin/syllabi/{syllabus_id}/{what}              404 404 404 303 404
POST   /answers/{answer_id}/contest                     404 404 404 404 303
POST   /answers/{answer_id}/grading                     404 404 404 404 303
POST   /answers/{answer_id}/self-mark                   404 404 404 404 303
GET    /dashboard                                       303 200 200 200 200
GET    /dashboard/events                                404 200 200 200 200
GET    /forgot-password                                 200 200 200 200 200
POST   /forgot-password                                 200 200 200 200 200
POST   /guest                                           303 303 303 303 303
GET    /health/live                                     200 200 200 200 200
GET    /health/ready                                    200 200 200 200 200
GET    /lessons/{lesson_id}                             404 404 404 404 200
POST   /lessons/{lesson_id}/assessments                 404 404 404 404 303
POST   /lessons/{lesson_id}/content                     404 404 404 404 303
POST   /lessons/{lesson_id}/content/stop                404 404 404 404 303
GET    /lessons/{lesson_id}/events                      404 404 404 404 200
POST   /lessons/{lesson_id}/exercises                   404 404 404 404 303
DELETE /lessons/{lesson_id}/messages                    404 404 404 404 200
POST   /lessons/{lesson_id}/messages                    404 404 404 404 303
POST   /lessons/{lesson_id}/messages/undo-wipe          404 404 404 404 303
DELETE /lessons/{lesson_id}/quiz                        404 404 404 404 303
POST   /lessons/{lesson_id}/quiz                        404 404 404 404 303
POST   /lessons/{lesson_id}/quiz/leave                  404 404 404 404 303
POST   /lessons/{lesson_id}/quiz/retry                  404 404 404 404 303
GET    /lessons/{lesson_id}/versions                    404 404 404 404 200
POST   /lessons/{lesson_id}/versions/{number}           404 404 404 404 303
GET    /library/{course}/{level}/{name}                 200 200 200 200 200
GET    /live-check                                      200 200 200 200 200
GET    /live-check/events                               200 200 200 200 200
GET    /metrics                                         200 200 200 200 200
POST   /messages/{message_id}/again                     404 404 404 404 303
POST   /messages/{message_id}/ask                       404 404 404 404 303
POST   /messages/{message_id}/edit                      404 404 404 404 303
POST   /messages/{message_id}/retry                     404 404 404 404 303
POST   /messages/{message_id}/stop                      404 404 404 404 303
POST   /placements                                      303 303 303 303 303
GET    /placements/{placement_id}                       404 404 404 404 200
POST   /placements/{placement_id}/answers               404 404 404 404 303
GET    /placements/{placement_id}/events                404 404 404 404 200
POST   /placements/{placement_id}/level/{level}         404 404 404 404 303
POST   /placements/{placement_id}/skip                  404 404 404 404 303
POST   /placements/{placement_id}/start                 404 404 404 404 303
POST   /questions/{question_id}/answers                 404 404 404 404 303
POST   /questions/{question_id}/close                   404 404 404 404 303
POST   /questions/{question_id}/flag                    404 404 404 404 303
POST   /questions/{question_id}/hints                   404 404 404 404 303
POST   /questions/{question_id}/partner                 404 404 404 404 303
POST   /questions/{question_id}/retry                   404 404 404 404 303
GET    /reset-password/{token}                          404 404 404 404 404
POST   /reset-password/{token}                          404 404 404 404 404
GET    /sign-in                                         200 200 200 200 200
POST   /sign-in                                         422 422 422 422 422
POST   /sign-out                                        303 303 303 303 303
GET    /sign-up                                         200 200 200 200 200
POST   /sign-up                                         422 422 422 422 422
GET    /styleguide                                      200 200 200 200 200
POST   /syllabi                                         422 422 422 422 422
GET    /syllabi/{syllabus_id}                           404 404 404 404 200
POST   /syllabi/{syllabus_id}/draft                     404 404 404 404 303
POST   /syllabi/{syllabus_id}/easier                    404 404 404 404 303
GET    /syllabi/{syllabus_id}/events                    404 404 404 404 200
GET    /syllabi/{syllabus_id}/export.apkg               404 404 404 404 200
GET    /syllabi/{syllabus_id}/export.html               404 404 404 404 200
GET    /syllabi/{syllabus_id}/export.md                 404 404 404 404 200
POST   /syllabi/{syllabus_id}/harder                    404 404 404 404 303
POST   /syllabi/{syllabus_id}/lessons                   404 404 404 404 303
"""


def routes() -> dict[tuple[str, str], list[int]]:
    found = {}
    for line in MATRIX.strip().splitlines():
        method, path, *statuses = line.split()
        found[method, path] = [int(status) for status in statuses]
    return found


async def test_every_route_of_the_application_is_in_the_matrix(servers: None) -> None:
    there = {
        (method, route.path_format)
        for route in create_app().app.app.routes
        for handler in getattr(route, "route_handlers", [])
        for method in getattr(handler, "http_methods", [])
        if method not in ("OPTIONS", "HEAD")
    }
    there = {(method, path) for method, path in there if not path.startswith("/static")}
    assert there == set(routes())


@pytest.mark.parametrize("route", list(routes()), ids=" ".join)
async def test_a_route_is_there_for_those_it_is_for(
    route: tuple[str, str], ada: Learner, eve: Learner, ada_lesson: Lesson, redis: "RedisClient"
) -> None:
    method, path = route
    address = address_of(path, await things(ada, ada_lesson))
    if path.endswith("/events"):
        # An answer that ends.
        address += "?mode=poll"
    guest = await Learner.new_guest()
    admin = await Learner.sign_up("root@example.org", "a password of an administrator")
    await BaseUser.update({BaseUser.admin: True}).where(BaseUser.id == admin.user)
    async with visitors(None, guest, eve, admin, ada) as everybody:
        if method == "GET":
            answers = await asyncio.gather(*[each.send(method, address) for each in everybody])
        else:
            # One after the other, for what is changed is the owner's to change last.
            answers = [await each.send(method, address) for each in everybody]
    found = [answer.status_code for answer in answers]
    assert not any("secret" in each.text for each in answers if each.status_code >= 400)
    assert found == routes()[route]
    if found[1] == 404:
        # To those who may not, it is the same as what never was.
        assert found[0] in (303, 404)


async def things(ada: Learner, lesson: Lesson) -> dict[str, object]:
    """Ids of rows of Ada's, by the names that routes have for them."""
    study = await Study.open(ada, lesson)
    _, message = await study.ask("A secret question", uuid4())
    question = await Question.ask(study, Use.EXERCISE, Level.BEGINNER, ["friction"])
    item = items.choice(text="A secret task")
    await Question.update({**written(item), "status": "complete"}).where(Question.id == question.id)
    found = await Question.objects().get(Question.id == question.id)
    assert found
    session = await Session.begin(ada, "")
    placement = await Placement.open(ada, "A secret topic")
    answer = await Answer.give(found, ada.id, "1", uuid4())
    return {
        "syllabus_id": lesson.syllabus.id,
        "lesson_id": lesson.id,
        "message_id": message.id,
        "question_id": question.id,
        "answer_id": answer.id,
        "placement_id": placement.id,
        "session_id": session.id,
        "learner_id": ada.id,
        "job_id": message.id,
        "number": 1,
        "level": "beginner",
        "token": "made-up",
        "course": "linear-algebra-you-can-see",
        "name": "grid-moves.svg",
    }


WHAT = {"learners": "disable", "syllabi": "publish", "jobs": "cancel"}
"""What an administrator does with a row of each table."""


def address_of(path: str, ids: dict[str, object]) -> str:
    what = next((what for table, what in WHAT.items() if f"/admin/{table}/" in path), "")
    return path.format(**ids, what=what)


@asynccontextmanager
async def visitors(*learners: Learner | None) -> AsyncIterator[list[Visitor]]:
    """A browser for each, without the time that passwords take."""
    secret = session_secret(get_settings())
    backend = ClientSideSessionBackend(CookieBackendConfig(secret=secret, key="techtree"))
    app = create_app()
    made = []
    for learner in learners:
        transport = ASGITransport(app, raise_app_exceptions=False)
        client = AsyncClient(transport=transport, base_url="http://techtree.test")
        if learner is not None:
            session = await Session.begin(learner, "")
            (cookie,) = backend.dump_data({"session": str(session.id)})
            client.cookies.set("techtree", cookie.decode(), domain="techtree.test")
        made.append(Visitor(client))
    yield made
    for visitor in made:
        await visitor.client.aclose()


@pytest.mark.parametrize("path", ["/lessons/1", "/lessons/x'--", f"/lessons/{NOBODY}", "/nowhere"])
async def test_what_never_was_is_not_found_either(adas: Visitor, path: str) -> None:
    assert (await adas.get(path)).status_code == 404


async def test_what_others_tried_changed_nothing(
    ada: Learner, eve: Learner, ada_lesson: Lesson, redis: "RedisClient"
) -> None:
    ids = await things(ada, ada_lesson)
    before = await Message.count()
    async with visitors(eve) as (visitor,):
        for method, path in routes():
            if "{" in path:
                await visitor.send(method, address_of(path, ids), message="Mine", answer="1")
    assert await Message.count() == before
    assert await Study.count() == 1
    assert await Answer.count() == 1
    assert await Session.count().where(Session.learner == ada.id) == 1
