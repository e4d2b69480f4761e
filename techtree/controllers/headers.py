"""The headers that tell a browser what a page may do: on every answer, errors too."""

from litestar import Response
from litestar.response.base import ASGIResponse
from litestar.types import ASGIApp

from techtree.settings import get_settings

SECURITY = {
    "Content-Security-Policy": (
        "default-src 'self'; script-src 'self'; style-src 'self';"
        # KaTeX places its glyphs with style attributes.
        " style-src-attr 'unsafe-inline'; img-src 'self' data:; connect-src 'self';"
        " object-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

HTTPS_ONLY = {"Strict-Transport-Security": f"max-age={365 * 24 * 3600}; includeSubDomains"}
"""Sent where browsers reach us over https: they never try anything else again."""


async def secure(response: ASGIApp) -> ASGIApp:
    """For `after_request`. Answers to exceptions don't come by here, so they call `secured`."""
    if isinstance(response, Response):
        return secured(response)
    if isinstance(response, ASGIResponse):
        for name, value in _headers().items():
            response.headers.setdefault(name.lower(), value)
    # A stream is a bare ASGI application: it writes its own headers.
    return response


def secured(response: Response[str]) -> Response[str]:
    for name, value in _headers().items():
        response.headers.setdefault(name, value)
    return response


def _headers() -> dict[str, str]:
    return SECURITY | HTTPS_ONLY if get_settings().https else SECURITY
