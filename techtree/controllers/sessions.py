"""Signing in and out, and seeing where one is signed in."""

from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from techtree.accounts import Learner
from techtree.controllers.answers import form_text, go_to, page, typed
from techtree.controllers.attempts import attempt
from techtree.controllers.guards import HttpRequest, begin_session, end_session
from techtree.controllers.live import Live
from techtree.languages import gettext as _, marked
from techtree.sessions import Session

WRONG = marked("Address and password do not match an account here. Check both and try again.")


@get("/sign-in", sync_to_thread=False)
def new(request: HttpRequest, learner: NamedDependency[Learner | None]) -> Response[str]:
    return page(request, "accounts/sign_in.html", learner, email="", error=None)


@post("/sign-in")
async def create(request: HttpRequest, learner: NamedDependency[Learner | None]) -> Response[str]:
    email = await form_text(request, "email")
    tried = await attempt(request, email)
    if tried.wait:
        refused = _sign_in_page(request, learner, email, tried.refusal, status=429)
        refused.headers["Retry-After"] = str(tried.wait)
        return refused
    account = await Learner.sign_in(email, await typed(request, "password"))
    if account is None:
        return _sign_in_page(request, learner, email, _(WRONG), status=422)
    await tried.forgive()
    if learner is not None and learner.is_guest:
        await account.take_over(learner)
    await begin_session(request, account)
    return go_to(request, "/dashboard")


@post("/sign-out")
async def destroy(
    request: HttpRequest, learner: NamedDependency[Learner | None], live: NamedDependency[Live]
) -> Response[str]:
    """In this browser, whose open pages end; others stay signed in."""
    if learner is not None and learner.session is not None:
        await Session.end(learner.session, learner)
        await live.session_ended(learner.id)
    end_session(request)
    return go_to(request, "/")


@post("/account/sessions/{session_id:uuid}/end")
async def end(
    request: HttpRequest,
    session_id: FromPath[UUID],
    signed_in: NamedDependency[Learner],
    live: NamedDependency[Live],
) -> Response[str]:
    """Sign out another browser."""
    await Session.end(session_id, signed_in)
    await live.session_ended(signed_in.id)
    return go_to(request, "/account")


@post("/account/sessions/end")
async def end_all(
    request: HttpRequest, signed_in: NamedDependency[Learner], live: NamedDependency[Live]
) -> Response[str]:
    """Sign out everywhere, here too."""
    await Session.end_all(signed_in)
    await live.session_ended(signed_in.id)
    end_session(request)
    return go_to(request, "/")


def _sign_in_page(
    request: HttpRequest, learner: Learner | None, email: str, error: str, status: int
) -> Response[str]:
    return page(request, "accounts/sign_in.html", learner, status=status, email=email, error=error)
