"""Whether this process lives, and whether what it needs answers."""

import time
from collections.abc import Awaitable, Callable
from typing import Any

from litestar import Response, get

from techtree.accounts import Learner
from techtree.connections import redis


@get("/health/live", sync_to_thread=False)
def live() -> dict[str, str]:
    return {"status": "ok"}


@get("/health/ready")
async def ready() -> Response[dict[str, Any]]:
    """Each dependency with its latency in milliseconds, or with what is wrong."""
    checks = {
        "postgresql": await _check(lambda: Learner.raw("SELECT 1").run()),
        "redis": await _check(lambda: redis().ping()),
    }
    healthy = all("error" not in check for check in checks.values())
    body = {"status": "ok" if healthy else "unavailable", **checks}
    return Response(body, status_code=200 if healthy else 503)


async def _check(ask: Callable[[], Awaitable[Any]]) -> dict[str, Any]:
    begun = time.perf_counter()
    try:
        await ask()
    except Exception as error:
        return {"error": type(error).__name__}
    return {"ms": round((time.perf_counter() - begun) * 1000, 1)}
