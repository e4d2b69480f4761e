"""Around the application: each request gets its id, is counted, and is logged as one line."""

import logging
import time
from typing import Any
from uuid import UUID

from prometheus_client import CollectorRegistry, Counter, Histogram

from techtree.telemetry import request_id, traces
from techtree.telemetry.logs import fields

logger = logging.getLogger(__name__)

NO_ROUTE = "(none)"
"""Stands for every address at which there is nothing: strangers try any number of them."""
QUIET = ("/static", "/health", "/metrics")
"""Asked for too often to be worth a line each."""


class Requests:
    def __init__(self, app: Any, registry: CollectorRegistry) -> None:
        self.app = app
        self._requests = Counter(
            "techtree_requests",
            "Requests answered, by the pattern of their address.",
            ("method", "route", "status"),
            registry=registry,
        )
        self._seconds = Histogram(
            "techtree_request_seconds",
            "From a request to the end of its answer; for a live stream to its beginning.",
            ("route",),
            buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10),
            registry=registry,
        )

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        with (
            request_id.under(_offered(scope)) as number,
            traces.span("request", scope["headers"]) as say,
        ):
            began = time.perf_counter()
            # A live stream is answered later and elsewhere; that it was granted is what is seen.
            status = 200
            tag = (request_id.HEADER.encode(), number.encode())

            async def answer(message: Any) -> None:
                nonlocal status
                if message["type"] == "http.response.start":
                    status = message["status"]
                    message["headers"] = [*message.get("headers", ()), tag]
                await send(message)

            try:
                await self.app(scope, receive, answer)
            except BaseException:
                status = 500
                raise
            finally:
                self._note(scope, status, time.perf_counter() - began, say)

    def _note(self, scope: Any, status: int, seconds: float, say: traces.Say) -> None:
        route = scope.get("path_template") or NO_ROUTE
        # Methods are the client's own words until a route knows them.
        method = scope["method"] if route != NO_ROUTE else "-"
        self._requests.labels(method, route, status).inc()
        self._seconds.labels(route).observe(seconds)
        say(method=method, route=route, status=status)
        if route.startswith(QUIET) or not logger.isEnabledFor(logging.INFO):
            return
        # Never the address itself: it may hold a link's token, or what somebody searched for.
        logger.info(
            "request",
            extra=fields(
                method=method,
                route=route,
                status=status,
                ms=round(seconds * 1000, 1),
                **{k: v for k, v in scope.get("path_params", {}).items() if isinstance(v, UUID)},
            ),
        )


def _offered(scope: Any) -> str | None:
    name = request_id.HEADER.encode()
    return next((v.decode("latin-1") for k, v in scope["headers"] if k == name), None)
