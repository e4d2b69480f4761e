"""Whether this process lives, and whether what it needs answers."""

from typing import Any

from litestar import Response, get

from techtree.dependencies import check_dependencies


@get("/health/live", sync_to_thread=False)
def live() -> dict[str, str]:
    return {"status": "ok"}


@get("/health/ready")
async def ready() -> Response[dict[str, Any]]:
    """Each dependency with its latency in milliseconds, and with what is wrong."""
    health = await check_dependencies()
    works = all(check.works for check in health.values())
    body: dict[str, Any] = {"status": "ok" if works else "unavailable"}
    for name, check in health.items():
        body[name] = {"ms": round(check.seconds * 1000, 1)}
        if check.error:
            body[name]["error"] = check.error
    return Response(body, status_code=200 if works else 503)
