"""The headers that tell a browser what a page may do: on every answer, errors too."""

from litestar import Response
from litestar.types import ASGIApp

SECURITY = {
    "Content-Security-Policy": (
        # KaTeX places its glyphs with style attributes.
        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
        " object-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}


async def secure(response: ASGIApp) -> ASGIApp:
    """For `after_request`. Answers to exceptions don't come by here, so they call `secured`."""
    # A stream is a bare ASGI application: it writes its own headers.
    return secured(response) if isinstance(response, Response) else response


def secured(response: Response[str]) -> Response[str]:
    for name, value in SECURITY.items():
        response.headers.setdefault(name, value)
    return response
