"""The figures for a monitor, for whoever the operator has given the token."""

import secrets

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException

from techtree.controllers.guards import HttpRequest
from techtree.metrics import Monitor
from techtree.settings import Environment, get_settings

FORMAT = "text/plain; version=0.0.4; charset=utf-8"


@get("/metrics")
async def show(request: HttpRequest, monitor: NamedDependency[Monitor]) -> Response[bytes]:
    """Everything that is counted, in the text format of Prometheus."""
    settings = get_settings()
    if settings.metrics_token is not None:
        offered = request.headers.get("authorization", "").removeprefix("Bearer ")
        expected = settings.metrics_token.get_secret_value()
        if not secrets.compare_digest(offered.encode(), expected.encode()):
            challenge = {"WWW-Authenticate": "Bearer"}
            return Response(b"", status_code=401, headers=challenge, media_type=FORMAT)
    elif settings.env is Environment.PRODUCTION:
        raise NotFoundException
    return Response(await monitor.page(), media_type=FORMAT, headers={"Cache-Control": "no-store"})
