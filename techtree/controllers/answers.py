"""The shapes of an answer: a page, a fragment for htmx, or the way to another page."""

from typing import Any

from litestar import Response
from litestar.enums import MediaType
from litestar.utils.scope.state import ScopeState

from techtree.accounts import Learner
from techtree.assets import asset
from techtree.controllers.guards import HttpRequest
from techtree.rendering import render
from techtree.settings import get_settings


def page(
    request: HttpRequest,
    template: str,
    learner: Learner | None,
    *,
    status: int = 200,
    **context: Any,
) -> Response[str]:
    """A whole page. What is only for this viewer lives in its frame."""
    html = render(
        template,
        learner=learner,
        csrf_token=csrf_token(request),
        teaches_from_library=get_settings().teaches_from_library,
        **context,
    )
    headers = {
        "Cache-Control": "no-store",
        # A link that somebody is about to follow is fetched before they do.
        "Speculation-Rules": f'"{asset("preload.json")}"',
    }
    return Response(html, media_type=MediaType.HTML, status_code=status, headers=headers)


def fragment(html: str, *, status: int = 200) -> Response[str]:
    """Elements for htmx to swap."""
    return Response(html, media_type=MediaType.HTML, status_code=status)


def go_to(request: HttpRequest, path: str) -> Response[str]:
    """Send the browser to another page, whether htmx or a plain form asked."""
    if is_htmx(request):
        return Response("", media_type=MediaType.HTML, headers={"HX-Redirect": path})
    return Response("", media_type=MediaType.HTML, status_code=303, headers={"Location": path})


def is_htmx(request: HttpRequest) -> bool:
    return request.headers.get("hx-request") == "true"


def is_guess(request: HttpRequest) -> bool:
    """Whether a browser asks because its learner may be about to. It must begin nothing."""
    return "prefetch" in request.headers.get("sec-purpose", "")


def csrf_token(request: HttpRequest) -> str:
    token = ScopeState.from_scope(request.scope).csrf_token
    return token if isinstance(token, str) else ""


async def form_text(request: HttpRequest, name: str) -> str:
    """A field of the posted form as text, stripped; empty when it is missing or a file."""
    value = (await request.form()).get(name, "")
    return value.replace("\x00", "").strip() if isinstance(value, str) else ""


async def typed(request: HttpRequest, name: str) -> str:
    """A field exactly as it was typed: a password; empty when it is missing or a file."""
    value = (await request.form()).get(name, "")
    return value if isinstance(value, str) else ""
