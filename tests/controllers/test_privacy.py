"""Whatever a learner may not see does not exist."""

from uuid import uuid4

import pytest

from techtree.accounts import Learner
from techtree.assessments import Answer, Question, Use
from techtree.assessments.questions import written
from techtree.lessons import Lesson
from techtree.messages import Message, Study
from techtree.placements import Placement
from techtree.status import Level
from tests import items
from tests.controllers.conftest import Visitor

ROUTES = [
    ("GET", "/syllabi/{syllabus}"),
    ("GET", "/syllabi/{syllabus}/events"),
    ("POST", "/syllabi/{syllabus}/draft"),
    ("POST", "/syllabi/{syllabus}/easier"),
    ("POST", "/syllabi/{syllabus}/harder"),
    ("GET", "/lessons/{lesson}"),
    ("GET", "/lessons/{lesson}/events"),
    ("POST", "/lessons/{lesson}/content"),
    ("POST", "/lessons/{lesson}/content/stop"),
    ("GET", "/lessons/{lesson}/versions"),
    ("POST", "/lessons/{lesson}/versions/1"),
    ("POST", "/lessons/{lesson}/messages"),
    ("DELETE", "/lessons/{lesson}/messages"),
    ("POST", "/messages/{message}/retry"),
    ("POST", "/messages/{message}/ask"),
    ("POST", "/messages/{message}/again"),
    ("POST", "/messages/{message}/stop"),
    ("POST", "/messages/{message}/edit"),
    ("POST", "/lessons/{lesson}/messages/undo-wipe"),
    ("POST", "/lessons/{lesson}/exercises"),
    ("POST", "/lessons/{lesson}/assessments"),
    ("POST", "/questions/{question}/answers"),
    ("POST", "/questions/{question}/hints"),
    ("POST", "/questions/{question}/partner"),
    ("POST", "/questions/{question}/close"),
    ("POST", "/questions/{question}/flag"),
    ("POST", "/questions/{question}/retry"),
    ("POST", "/answers/{answer}/contest"),
    ("POST", "/answers/{answer}/grading"),
    ("POST", "/answers/{answer}/self-mark"),
    ("POST", "/lessons/{lesson}/quiz"),
    ("POST", "/lessons/{lesson}/quiz/retry"),
    ("DELETE", "/lessons/{lesson}/quiz"),
    ("POST", "/lessons/{lesson}/quiz/leave"),
    ("GET", "/placements/{placement}"),
    ("GET", "/placements/{placement}/events"),
    ("POST", "/placements/{placement}/answers"),
    ("POST", "/placements/{placement}/skip"),
    ("POST", "/placements/{placement}/level/beginner"),
    ("POST", "/placements/{placement}/start"),
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
    question, evidence, placement = await _answered(ada, study)
    address = path.format(
        syllabus=ada_lesson.syllabus.id,
        lesson=ada_lesson.id,
        message=answer.id,
        question=question.id,
        answer=evidence.id,
        placement=placement.id,
    )
    for who in (eves, visitor):
        found = await who.send(method, address, htmx=True)
        assert found.status_code == 404
        assert "secret" not in found.text
    assert await Message.count() == 2


async def _answered(ada: Learner, study: Study) -> tuple[Question, Answer, Placement]:
    question = await Question.ask(study, Use.EXERCISE, Level.BEGINNER, ["friction"])
    item = items.choice(text="A secret task")
    await Question.update({**written(item), "status": "complete"}).where(Question.id == question.id)
    found = await Question.objects().get(Question.id == question.id)
    assert found
    evidence = await Answer.give(found, ada.id, "1", uuid4())
    return found, evidence, await Placement.open(ada, "A secret topic")


@pytest.mark.parametrize("path", ["/lessons/1", "/lessons/x'--", f"/lessons/{uuid4()}", "/nowhere"])
async def test_what_never_was_is_not_found_either(adas: Visitor, path: str) -> None:
    assert (await adas.get(path)).status_code == 404
