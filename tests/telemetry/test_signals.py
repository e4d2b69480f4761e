"""What an operator hears of the real stack: figures from every web process, one id for all."""

import asyncio
import signal
import time

import pytest

from tests.chaos.learner import Learner
from tests.telemetry.figures import Figures
from tests.telemetry.site import (
    KEY,
    LINK,
    MONITOR,
    NEW_PASSWORD,
    PASSWORD,
    PATIENCE,
    QUESTION,
    SYLLABUS,
    Site,
)


async def test_every_web_process_tells_what_all_workers_did(site: Site) -> None:
    failed = {"actor": "reply_to_message", "outcome": "failed"}
    for web in (0, 1):
        found = await until_figure(site, "techtree_site_jobs_total", web=web, **failed)
        for actor in ("draft_syllabus", "write_lesson", "reply_to_message"):
            done = {"actor": actor, "outcome": "complete"}
            assert found.of("techtree_site_jobs_total", **done) >= 1, actor
            assert found.of("techtree_site_job_seconds_count", actor=actor) >= 1, actor
        assert found.of("techtree_site_job_wait_seconds_count", queue="default") >= 3
        assert found.of("techtree_site_model_tokens_total", direction="in") > 100
        assert found.of("techtree_site_model_tokens_total", direction="out") > 100
        complete = {"outcome": "complete"}
        for kind in ("syllabus", "lesson", "reply"):
            assert found.of("techtree_site_model_calls_total", kind=kind, **complete) >= 1
        assert found.of("techtree_site_model_seconds_count") >= 3
        assert found.of("techtree_site_workers") == 2


async def test_a_web_process_counts_the_pages_that_it_serves(site: Site) -> None:
    while_open, after = site.reading, await site.figures(0)
    assert while_open.of("techtree_pages_open") == 1
    assert while_open.of("techtree_pages_opened_total", mode="stream") == 1
    assert while_open.of("techtree_page_deliveries_total") >= 2
    assert while_open.of("techtree_fanout_seconds_count") >= 2
    # Its workers are next door: nothing takes seconds, and nothing takes no time at all.
    assert while_open.of("techtree_fanout_seconds_bucket", le="1.0") >= 1
    assert while_open.of("techtree_fanout_seconds_sum") > 0
    assert while_open.of("techtree_page_cuts_total") == 0
    assert after.of("techtree_pages_open") == 0
    assert (await site.figures(1)).of("techtree_pages_opened_total") == 0


@pytest.mark.parametrize(
    ("number", "actor", "kind"),
    [(SYLLABUS, "draft_syllabus", "syllabus"), (QUESTION, "reply_to_message", "reply")],
)
async def test_one_id_leads_from_the_request_to_the_call_to_the_model(
    site: Site, number: str, actor: str, kind: str
) -> None:
    assert site.answers[number].headers["x-request-id"] == number
    web = [line for line in site.lines("web") if line.get("request") == number]
    assert [line["message"] for line in web] == ["request"]
    assert web[0]["status"] == site.answers[number].status_code
    worker = [line for line in site.lines("worker") if line.get("request") == number]
    assert {line["message"] for line in worker} >= {"job", "model call"}
    assert {line["actor"] for line in worker if line["message"] == "job"} == {actor}
    calls = await site.stack.rows("SELECT kind FROM call WHERE request_id = $1", number)
    assert {row["kind"] for row in calls} >= {kind}


async def test_no_secret_is_in_any_log(site: Site) -> None:
    logs = "".join(file.read_text() for file in site.stack.state.glob("w*.log"))
    assert "401" in logs, "the model's refusal, which named the key, was logged"
    assert len(site.cookies) >= 3
    for secret in (KEY, MONITOR, PASSWORD, NEW_PASSWORD, LINK, *site.cookies):
        assert secret not in logs


async def test_no_log_holds_the_address_of_a_link_or_what_a_learner_wrote(site: Site) -> None:
    logs = "".join(file.read_text() for file in site.stack.state.glob("w*.log"))
    for written in ("And now?", "Knots", "ada@example.org", "/reset-password/MS"):
        assert written not in logs


async def test_every_line_of_web_and_worker_is_json(site: Site) -> None:
    for program in ("web", "worker"):
        lines = site.lines(program)
        assert lines
        assert {line["program"] for line in lines} == {program}
        assert all(line["time"] and line["level"] and line["logger"] for line in lines)


async def test_a_worker_that_leaves_still_tells_how_its_jobs_ended(site: Site) -> None:
    site.model.queue.clear()
    site.model.tokens_per_second = 5
    async with Learner("bo", site.address(1)) as bo:
        await bo.send("POST", "/syllabi", topic="Ropes", level="beginner")
        await until_figure(site, "techtree_site_open_rows", status="writing")
    for worker in site.stack.workers:
        worker.send_to_first(signal.SIGTERM)
    for worker in site.stack.workers:
        await worker.ended()
    found = await until_figure(site, "techtree_site_jobs_total", outcome="handed_back")
    assert found.of("techtree_site_workers") == 0


async def until_figure(site: Site, name: str, *, web: int = 1, **labels: str) -> Figures:
    deadline = time.monotonic() + PATIENCE
    while True:
        found = await site.figures(web)
        if found.of(name, **labels):
            return found
        assert time.monotonic() < deadline, found.series(name)
        await asyncio.sleep(0.5)
