"""Passwords: changing one's own, and setting a new one when it was forgotten."""

import asyncio
import logging
from smtplib import SMTPException

from litestar import Response, get, post
from litestar.background_tasks import BackgroundTask
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from techtree import mail
from techtree.accounts import AccountError, Learner
from techtree.controllers.accounts import account_page
from techtree.controllers.answers import form_text, go_to, page, typed
from techtree.controllers.attempts import attempt
from techtree.controllers.guards import HttpRequest, begin_session
from techtree.controllers.limits import count_account, count_letter
from techtree.controllers.live import Live
from techtree.languages import gettext as _, marked
from techtree.passwords import learner_of_token, reset_path
from techtree.sessions import Session
from techtree.settings import get_settings

logger = logging.getLogger(__name__)

LETTER = marked("""\
Somebody, probably you, has asked for a new password for this address at TechTree.

Set it here within an hour:
{link}

If it was not you, do nothing: your password stays as it is.
""")


@post("/account/password")
async def update(
    request: HttpRequest, signed_in: NamedDependency[Learner], live: NamedDependency[Live]
) -> Response[str]:
    """Change the password. Every other browser is signed out."""
    if signed_in.is_guest:
        raise NotFoundException
    tried = await attempt(request, signed_in.email or "")
    if tried.wait:
        return await account_page(request, signed_in, password_error=tried.refusal, status=429)
    if not await signed_in.has_password(await typed(request, "current")):
        problem = _("That is not your password of now. Nothing was changed.")
        return await account_page(request, signed_in, password_error=problem)
    await tried.forgive()
    try:
        await signed_in.set_password(await typed(request, "password"))
    except AccountError as error:
        return await account_page(request, signed_in, password_error=str(error))
    await Session.end_all(signed_in, but=signed_in.session)
    await live.session_ended(signed_in.id)
    done = _("Your password is changed. Other browsers are signed out.")
    return await account_page(request, signed_in, done=done)


@get("/forgot-password", sync_to_thread=False)
def forgotten(request: HttpRequest, learner: NamedDependency[Learner | None]) -> Response[str]:
    return _forgotten_page(request, learner, sent=False)


@post("/forgot-password")
async def send_link(
    request: HttpRequest, learner: NamedDependency[Learner | None]
) -> Response[str]:
    """Send a link, if there is such an account; the answer doesn't tell."""
    email = await form_text(request, "email")
    await count_account(request)
    answer = _forgotten_page(request, learner, sent=mail.can_send())
    if mail.can_send():
        await count_letter(email)
        # After the answer, or its time would tell who has an account here.
        answer.background = BackgroundTask(_send_link, email)
    return answer


@get("/reset-password/{token:str}")
async def edit(request: HttpRequest, token: FromPath[str]) -> Response[str]:
    whose = await learner_of_token(token)
    return _reset_page(request, token, whose)


@post("/reset-password/{token:str}")
async def reset(
    request: HttpRequest, token: FromPath[str], live: NamedDependency[Live]
) -> Response[str]:
    """Set a new password and sign in with it; every browser of before is signed out."""
    whose = await learner_of_token(token)
    if whose is None:
        return _reset_page(request, token, None)
    try:
        await whose.set_password(await typed(request, "password"))
    except AccountError as error:
        return _reset_page(request, token, whose, error=str(error))
    await Session.end_all(whose)
    await live.session_ended(whose.id)
    await begin_session(request, whose)
    return go_to(request, "/dashboard")


async def _send_link(email: str) -> None:
    path = await reset_path(email)
    if path is None:
        return
    letter = _(LETTER).format(link=f"{get_settings().address}{path}")
    try:
        await asyncio.to_thread(mail.send, email, _("A new password for TechTree"), letter)
    except (OSError, SMTPException) as error:
        logger.error("A letter could not be sent: %s", error)


def _forgotten_page(request: HttpRequest, learner: Learner | None, *, sent: bool) -> Response[str]:
    return page(
        request, "accounts/forgot_password.html", learner, sent=sent, can_send=mail.can_send()
    )


def _reset_page(
    request: HttpRequest, token: str, whose: Learner | None, *, error: str = ""
) -> Response[str]:
    return page(
        request,
        "accounts/reset_password.html",
        None,
        status=404 if whose is None else 422 if error else 200,
        token=token,
        whose=whose,
        error=error,
    )
