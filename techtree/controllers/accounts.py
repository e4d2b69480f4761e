"""An account: making one, learning without one, taking along what is in it, deleting it."""

import json

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.enums import MediaType

from techtree import belongings
from techtree.accounts import AccountError, Learner
from techtree.controllers.answers import form_text, go_to, page, typed
from techtree.controllers.attempts import attempt
from techtree.controllers.guards import HttpRequest, begin_session
from techtree.controllers.limits import count_account, new_guest
from techtree.controllers.live import Live
from techtree.languages import gettext as _
from techtree.live.forgetting import channels_of, forget
from techtree.sessions import Session

DELETE_WORD = "delete"


@get("/sign-up", sync_to_thread=False)
def new(request: HttpRequest, learner: NamedDependency[Learner | None]) -> Response[str]:
    return _sign_up_page(request, learner)


@post("/sign-up")
async def create(request: HttpRequest, learner: NamedDependency[Learner | None]) -> Response[str]:
    email = await form_text(request, "email")
    await count_account(request)
    try:
        account = await Learner.sign_up(email, await typed(request, "password"), guest=learner)
    except AccountError as error:
        return _sign_up_page(request, learner, email, str(error), status=422)
    await begin_session(request, account)
    return go_to(request, "/dashboard")


@post("/guest")
async def create_guest(
    request: HttpRequest, learner: NamedDependency[Learner | None]
) -> Response[str]:
    if learner is None:
        await new_guest(request)
    return go_to(request, "/dashboard")


@get("/account")
async def show(request: HttpRequest, signed_in: NamedDependency[Learner]) -> Response[str]:
    return await account_page(request, signed_in)


@get("/account/export")
async def export(signed_in: NamedDependency[Learner]) -> Response[str]:
    """All that is stored of the learner, as one file."""
    found = await belongings.of_learner(signed_in)
    return Response(
        json.dumps(found, indent=2, ensure_ascii=False),
        media_type=MediaType.JSON,
        headers={
            "Content-Disposition": 'attachment; filename="techtree.json"',
            "Cache-Control": "no-store",
        },
    )


@post("/account/delete")
async def destroy(
    request: HttpRequest, signed_in: NamedDependency[Learner], live: NamedDependency[Live]
) -> Response[str]:
    """Delete the learner and all that is theirs. Open pages end at once."""
    if signed_in.is_guest:
        if (await form_text(request, "confirm")).lower() != DELETE_WORD:
            problem = _("Type the word {word} to delete everything. Nothing was changed.").format(
                word=DELETE_WORD
            )
            return await account_page(request, signed_in, delete_error=problem)
    else:
        tried = await attempt(request, signed_in.email or "")
        if tried.wait:
            return await account_page(request, signed_in, delete_error=tried.refusal, status=429)
        if not await signed_in.has_password(await typed(request, "password")):
            problem = _("That is not your password. Nothing was changed.")
            return await account_page(request, signed_in, delete_error=problem)
        await tried.forgive()
    channels = await channels_of(signed_in.id)
    await signed_in.forget()
    await forget(live.log, channels)
    await live.session_ended(signed_in.id)
    request.clear_session()
    return go_to(request, "/")


async def account_page(
    request: HttpRequest,
    learner: Learner,
    *,
    status: int = 422,
    **said: str,
) -> Response[str]:
    """The page of one's account; `done`, or `password_error` or `delete_error` beside its form."""
    return page(
        request,
        "accounts/show.html",
        learner,
        status=status if said and "done" not in said else 200,
        sessions=await Session.of(learner),
        delete_word=DELETE_WORD,
        said=said,
    )


def _sign_up_page(
    request: HttpRequest,
    learner: Learner | None,
    email: str = "",
    error: str | None = None,
    status: int = 200,
) -> Response[str]:
    return page(request, "accounts/sign_up.html", learner, status=status, email=email, error=error)
