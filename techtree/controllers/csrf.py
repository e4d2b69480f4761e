"""Every form and every htmx request shows that it comes from a page of ours."""

from litestar.config.csrf import CSRFConfig
from litestar.middleware import DefineMiddleware
from litestar.middleware.csrf import CSRFMiddleware

from techtree.settings import Settings, session_secret

STREAMS = r"/events$"


def csrf(settings: Settings) -> DefineMiddleware:
    config = CSRFConfig(
        secret=session_secret(settings).hex(),
        cookie_name="techtree-csrf",
        cookie_httponly=True,
        cookie_samesite="lax",
        cookie_secure=settings.https,
        header_name="x-csrftoken",
        # A stream must not set cookies, and what can't change anything needs no token.
        exclude=[STREAMS, "^/static/", "^/health/", "^/metrics", "^/library/"],
    )
    return DefineMiddleware(_Csrf, config=config)


class _Csrf(CSRFMiddleware):
    def _decode_csrf_token(self, token: str) -> str | None:
        # Litestar compares with a function that raises on anything but ASCII.
        return super()._decode_csrf_token(token) if token.isascii() else None
