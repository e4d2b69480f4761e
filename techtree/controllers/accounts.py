"""Signing up, in and out, and learning as a guest."""

from litestar import Response, get, post
from litestar.di import NamedDependency

from techtree.accounts import AccountError, Learner
from techtree.controllers import attempts
from techtree.controllers.answers import form_text, go_to, page
from techtree.controllers.guards import HttpRequest, begin_session
from techtree.controllers.live import Live

WRONG = "Address and password do not match an account here. Check both and try again."


@get("/sign-up", sync_to_thread=False)
def new_account(request: HttpRequest, learner: NamedDependency[Learner | None]) -> Response[str]:
    return _sign_up_page(request, learner)


@post("/sign-up")
async def create_account(
    request: HttpRequest, learner: NamedDependency[Learner | None]
) -> Response[str]:
    email = await form_text(request, "email")
    password = str((await request.form()).get("password", ""))
    if not await attempts.allowed(request, email):
        return _sign_up_page(request, learner, email, attempts.TOO_MANY, status=429)
    try:
        account = await Learner.sign_up(email, password, guest=learner)
    except AccountError as error:
        return _sign_up_page(request, learner, email, str(error), status=422)
    begin_session(request, account)
    return go_to(request, "/dashboard")


@get("/sign-in", sync_to_thread=False)
def new_session(request: HttpRequest, learner: NamedDependency[Learner | None]) -> Response[str]:
    return page(request, "accounts/sign_in.html", learner, email="", error=None)


@post("/sign-in")
async def create_session(
    request: HttpRequest, learner: NamedDependency[Learner | None]
) -> Response[str]:
    email = await form_text(request, "email")
    password = str((await request.form()).get("password", ""))
    if not await attempts.allowed(request, email):
        return _sign_in_page(request, learner, email, attempts.TOO_MANY, status=429)
    account = await Learner.sign_in(email, password)
    if account is None:
        return _sign_in_page(request, learner, email, WRONG, status=422)
    await attempts.forgive(email)
    if learner is not None and learner.is_guest:
        await account.take_over(learner)
    begin_session(request, account)
    return go_to(request, "/dashboard")


@post("/sign-out")
async def delete_session(
    request: HttpRequest, learner: NamedDependency[Learner | None], live: NamedDependency[Live]
) -> Response[str]:
    """Everywhere: every session of the learner ends, and so do its open streams."""
    if learner is not None:
        await learner.sign_out_everywhere()
        await live.session_ended(learner.id)
    request.clear_session()
    return go_to(request, "/")


@post("/guest")
async def create_guest(
    request: HttpRequest, learner: NamedDependency[Learner | None]
) -> Response[str]:
    if learner is None:
        begin_session(request, await Learner.new_guest())
    return go_to(request, "/dashboard")


def _sign_up_page(
    request: HttpRequest,
    learner: Learner | None,
    email: str = "",
    error: str | None = None,
    status: int = 200,
) -> Response[str]:
    return page(request, "accounts/sign_up.html", learner, status=status, email=email, error=error)


def _sign_in_page(
    request: HttpRequest, learner: Learner | None, email: str, error: str, status: int
) -> Response[str]:
    return page(request, "accounts/sign_in.html", learner, status=status, email=email, error=error)
