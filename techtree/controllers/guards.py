"""Who asks, and what of theirs they ask for. Whatever a learner may not see is not found."""

import secrets
from typing import Any
from uuid import UUID

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.di import NamedDependency
from litestar.exceptions import HTTPException, NotFoundException

from techtree.accounts import Learner
from techtree.assessments import Answer, Question
from techtree.lessons import Lesson
from techtree.messages import Followed, Message, Study
from techtree.placements import Placement
from techtree.sessions import Session
from techtree.syllabi import Syllabus

HttpRequest = Request[Any, Any, Any]

KNOWN = 5
"""Accounts that a browser is known to after it has signed out of them."""


class SignInFirst(HTTPException):
    """The page belongs to somebody, and nobody is signed in."""

    status_code = 401


async def provide_learner(request: HttpRequest) -> Learner | None:
    """The learner of this browser's session, a guest perhaps; None when there is no session."""
    return await learner_of(request)


async def provide_signed_in(learner: NamedDependency[Learner | None]) -> Learner:
    if learner is None:
        raise SignInFirst
    return learner


async def learner_of(connection: ASGIConnection[Any, Any, Any, Any]) -> Learner | None:
    session = session_of(connection)
    return await Session.learner_of(session) if session else None


def session_of(connection: ASGIConnection[Any, Any, Any, Any]) -> UUID | None:
    """The session that the cookie names, whether it still holds or not."""
    try:
        return UUID(_cookie(connection)["session"])
    except (ValueError, TypeError, KeyError):
        return None


async def begin_session(request: HttpRequest, learner: Learner) -> None:
    """This browser is the learner's from now on."""
    before = session_of(request)
    if before is not None:
        # A cookie that somebody copied before signing in is worth nothing after it.
        await Session.delete().where(Session.id == before)
    session = await Session.begin(learner, request.headers.get("user-agent", ""))
    known = {**_cookie(request).get("known", {})}
    if learner.email:
        known |= {learner.email: known.get(learner.email) or secrets.token_hex(8)}
    request.set_session({"session": str(session.id), "known": dict(list(known.items())[-KNOWN:])})


def end_session(request: HttpRequest) -> None:
    """This browser is nobody's; it is still known as one that accounts were used in."""
    request.set_session({"known": _cookie(request).get("known", {})})


def known_browser(request: HttpRequest, email: str) -> str | None:
    """This browser's own name, if the account with this address was signed in to here before."""
    name = _cookie(request).get("known", {}).get(email.strip().lower())
    return str(name) if name else None


def _cookie(connection: ASGIConnection[Any, Any, Any, Any]) -> dict[str, Any]:
    session = connection.scope.get("session")
    return session if isinstance(session, dict) else {}


async def find_syllabus(syllabus: UUID, learner: Learner | None) -> Syllabus:
    return await Syllabus.for_learner(syllabus, learner) or _not_found()


async def find_own_syllabus(syllabus: UUID, learner: Learner | None) -> Syllabus:
    """A syllabus that the learner may change."""
    found = await find_syllabus(syllabus, learner)
    return found if learner and found.learner == learner.id else _not_found()


async def find_lesson(lesson: UUID, learner: Learner | None) -> Lesson:
    return await Lesson.for_learner(lesson, learner) or _not_found()


async def find_own_lesson(lesson: UUID, learner: Learner | None) -> Lesson:
    """A lesson whose text the learner may have written again."""
    found = await find_lesson(lesson, learner)
    return found if learner and found.syllabus.learner == learner.id else _not_found()


async def find_followed(lesson: UUID, learner: Learner | None) -> Followed:
    """What a learner who has opened the lesson's page hears there."""
    found = await Study.followed(learner.id, lesson) if learner else None
    return found or _not_found()


async def find_message(message: UUID, learner: Learner | None) -> Message:
    return await Message.for_learner(message, learner) or _not_found()


async def find_question(question: UUID, learner: Learner | None) -> Question:
    return await Question.for_learner(question, learner) or _not_found()


async def find_answer(answer: UUID, learner: Learner | None) -> Answer:
    return await Answer.for_learner(answer, learner) or _not_found()


async def find_placement(placement: UUID, learner: Learner | None) -> Placement:
    return await Placement.for_learner(placement, learner) or _not_found()


def _not_found() -> Any:
    raise NotFoundException
