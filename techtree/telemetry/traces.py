"""Spans of requests, jobs and calls to models, where an operator has set up OpenTelemetry."""

import logging
import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from techtree.telemetry import request_id

logger = logging.getLogger(__name__)

ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
OPTION = "trace"
"""The option of a job's message that says which span it belongs under."""
FAREWELL = 2.0
"""Seconds that a process that ends gives its last spans."""

Say = Callable[..., None]
"""Adds attributes to a span; None is left out."""

_provider: Any = None


def configure(program: str) -> None:
    """Send spans from now on, if the environment says where to, as OpenTelemetry defines it."""
    global _provider  # noqa: PLW0603
    if _provider is not None or not any(os.environ.get(name) for name in ENDPOINTS):
        return
    try:
        # Half a second and some megabytes, for those who want it.
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # noqa: PLC0415
            OTLPSpanExporter,
        )
        from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
        from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415
    except ImportError:
        logger.warning("%s is set, but OpenTelemetry isn't installed: no spans", ENDPOINTS[0])
        return
    name = os.environ.get("OTEL_SERVICE_NAME") or f"techtree-{program}"
    _provider = TracerProvider(resource=Resource.create({"service.name": name}))
    _provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))


def close() -> None:
    """Send what is left. A collector that is away holds nobody up for long."""
    if _provider is not None:
        last = threading.Thread(target=_provider.shutdown, daemon=True)
        last.start()
        last.join(FAREWELL)


@contextmanager
def span(name: str, headers: Iterable[tuple[bytes, bytes]] = ()) -> Iterator[Say]:
    """Under the span that a request's `headers` name, else under the one that is open."""
    if _provider is None:
        yield _say_nothing
        return
    carried = {key.decode("latin-1"): value.decode("latin-1") for key, value in headers}
    parent = _format().extract(carried) if carried else None
    tracer = _provider.get_tracer("techtree")
    # An error's words may hold what is nobody's business; the log has them, without secrets.
    quiet = {"record_exception": False, "set_status_on_exception": False}
    with tracer.start_as_current_span(name, parent, **quiet) as opened:
        opened.set_attribute("request_id", request_id.current())
        yield lambda **said: opened.set_attributes(_plain(said))


def past(name: str, seconds: float, **said: Any) -> None:
    """A span that ends now, under the one that is open."""
    if _provider is not None:
        now = time.time_ns()
        tracer = _provider.get_tracer("techtree")
        made = tracer.start_span(name, start_time=now - int(seconds * 1e9), attributes=_plain(said))
        made.end(now)


def options() -> dict[str, Any]:
    """What a message must carry so that its job belongs under the span that is open now."""
    if _provider is None:
        return {}
    carried: dict[str, str] = {}
    _format().inject(carried)
    return {OPTION: carried} if carried else {}


def begin(carried: dict[str, str] | None) -> None:
    """Belong under the span that a message carries, until this context ends or begins again."""
    if _provider is not None:
        from opentelemetry import context  # noqa: PLC0415

        context.attach(_format().extract(carried or {}, context.Context()))


def _format() -> Any:
    from opentelemetry.trace.propagation import tracecontext  # noqa: PLC0415

    # Nothing but the two ids: strangers may send whatever else there is.
    return tracecontext.TraceContextTextMapPropagator()


def _plain(said: dict[str, Any]) -> dict[str, Any]:
    kinds = str | int | float
    return {k: v if isinstance(v, kinds) else str(v) for k, v in said.items() if v is not None}


def _say_nothing(**said: Any) -> None:
    pass
