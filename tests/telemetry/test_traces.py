"""Spans, where an operator has set up OpenTelemetry, and nothing of it elsewhere."""

import os
import subprocess
import sys

import pytest

from techtree.settings import ROOT
from tests.telemetry.site import KEY, LINK, PASSWORD, QUESTION, SYLLABUS, TRACE, Site, until


@pytest.mark.parametrize(
    ("number", "actor", "kind"),
    [(SYLLABUS, "draft_syllabus", "syllabus"), (QUESTION, "reply_to_message", "reply")],
)
async def test_one_trace_leads_from_the_proxy_to_the_call_to_the_model(
    site: Site, number: str, actor: str, kind: str
) -> None:
    spans = site.collector
    await until(lambda: bool(spans.named("job", actor=actor, request_id=number)))
    (request,) = spans.named("request", request_id=number)
    (job,) = spans.named("job", request_id=number)
    await until(lambda: any(call.parent == job.id for call in spans.named("model call", kind=kind)))
    calls = [call for call in spans.named("model call", kind=kind) if call.parent == job.id]
    assert request.trace == job.trace == calls[0].trace == TRACE
    assert request.parent == "00f067aa0ba902b7"
    assert job.parent == request.id
    assert (request.service, job.service) == ("techtree-web", "techtree-worker")
    assert request.attributes["route"].startswith("/")
    assert job.attributes["outcome"] == "complete"
    assert calls[0].attributes["tokens_out"] > 0


async def test_a_job_that_nobody_asked_for_by_a_traced_request_has_a_trace_of_its_own(
    site: Site,
) -> None:
    await until(lambda: bool(site.collector.named("job", actor="write_lesson")))
    assert site.collector.named("job", actor="write_lesson")[0].trace != TRACE


async def test_no_span_holds_a_secret_or_what_a_learner_wrote(site: Site) -> None:
    await until(lambda: bool(site.collector.named("job", outcome="failed")))
    for word in (KEY, PASSWORD, LINK, "Knots", "And now?", "ada@example.org", *site.cookies):
        assert word.encode() not in site.collector.received


LOADED = "import sys, tasks.worker; print('opentelemetry.exporter' in sys.modules)"
HIDDEN = f"import sys; sys.modules['opentelemetry.exporter'] = None; {LOADED}"


@pytest.mark.parametrize(
    ("program", "endpoint", "loaded", "warned"),
    [
        (LOADED, None, "False", False),
        (LOADED, "http://127.0.0.1:1", "True", False),
        (HIDDEN, "http://127.0.0.1:1", "True", True),
    ],
)
def test_opentelemetry_is_loaded_only_where_it_is_wanted(
    program: str, endpoint: str | None, loaded: str, warned: bool
) -> None:
    finished = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={**os.environ, **({"OTEL_EXPORTER_OTLP_ENDPOINT": endpoint} if endpoint else {})},
        capture_output=True,
        text=True,
        check=True,
    )
    assert finished.stdout.strip() == loaded
    assert ("OpenTelemetry isn't installed" in finished.stderr) is warned
