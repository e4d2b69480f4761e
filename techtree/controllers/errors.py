"""What a learner sees when something is not there, not allowed, or broken."""

import logging
from dataclasses import dataclass
from typing import Any

from litestar import Response
from litestar.enums import MediaType
from litestar.exceptions import HTTPException

from techtree.controllers.answers import go_to
from techtree.controllers.guards import HttpRequest
from techtree.controllers.headers import secured
from techtree.languages import gettext as _, marked
from techtree.rendering import render

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Words:
    title: str
    what: str
    next_: str


NOT_FOUND = Words(
    marked("Nothing here"),
    marked("There is no page at this address, or it belongs to somebody else."),
    marked("Check the address, or go back to your dashboard."),
)
REFUSED = Words(
    marked("That did not work"),
    marked("This form was open for too long, or it came from another site. Nothing was changed."),
    marked("Go back, load the page again and send it once more."),
)
TOO_LARGE = Words(
    marked("Too much at once"),
    marked("What you sent is larger than this site takes. Nothing was changed."),
    marked("Send less, or send it in parts."),
)
TOO_MANY = Words(
    marked("That is a lot at once"),
    marked(
        "You, or somebody in your network, has asked for more than this site gives in an hour."
        " Everything you have is kept, and can be read."
    ),
    marked("Go on reading, and try again later."),
)
BAD_REQUEST = Words(
    marked("That was not understood"),
    marked("The request does not have the form this page expects. Nothing was changed."),
    marked("Go back and try again."),
)
BROKEN = Words(
    marked("Something broke on our side"),
    marked("The page could not be made. What you had written before is kept."),
    marked("Try again in a moment. If it happens again, tell whoever runs this site."),
)

WORDS = {403: REFUSED, 404: NOT_FOUND, 405: NOT_FOUND, 413: TOO_LARGE, 429: TOO_MANY}


def sign_in_first(request: HttpRequest, error: Exception) -> Response[str]:
    """A page of one's own leads to signing in; anything below it does not exist for strangers."""
    if request.url.path in ("/dashboard", "/account"):
        return secured(go_to(request, "/sign-in"))
    return _error(404, NOT_FOUND)


def http_error(request: HttpRequest, error: HTTPException) -> Response[str]:
    words = WORDS.get(error.status_code, BAD_REQUEST if error.status_code < 500 else BROKEN)
    return _error(error.status_code, words, getattr(error, "headers", None))


def unexpected(request: HttpRequest, error: Exception) -> Response[str]:
    # The pattern of the address, not the address: that may hold a link's token.
    logger.error("%s %s failed", request.method, request.scope.get("path_template"), exc_info=error)
    return _error(500, BROKEN)


def _error(status: int, words: Words, headers: dict[str, Any] | None = None) -> Response[str]:
    html = render(
        "errors/error.html",
        status_code=status,
        title=_(words.title),
        what=_(words.what),
        next_=_(words.next_),
        learner=None,
        csrf_token="",
    )
    return secured(Response(html, status_code=status, media_type=MediaType.HTML, headers=headers))
