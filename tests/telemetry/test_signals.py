"""What an operator hears of the real stack: figures from every web process, one id for all."""

import asyncio
import json
import signal
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.chaos.learner import Learner
from tests.chaos.stack import Stack
from tests.fakes.openai_server import OpenAIServer
from tests.fakes.openai_wire import Answer
from tests.telemetry.figures import Figures

PATIENCE = 60.0
KEY = "the-key-of-the-model"
MONITOR = "the-word-of-the-monitor"
PASSWORD = "a good long password"
NEW_PASSWORD = "quite another password"
LINK = "MS4yLjMtdGhpcy1vcGVucy1hLWRvb3I"
SYLLABUS, QUESTION = "proxy-saw-the-syllabus", "proxy-saw-the-question"


class Site:
    """Two web processes and two workers that have drafted, written, answered, and failed once."""

    def __init__(self, stack: Stack, model: OpenAIServer) -> None:
        self.stack = stack
        self.model = model
        self.answers: dict[str, httpx.Response] = {}
        self.cookies: set[str] = set()
        self.lesson = ""

    async def figures(self, web: int) -> Figures:
        headers = {"authorization": f"Bearer {MONITOR}"}
        async with httpx.AsyncClient(base_url=self.address(web), timeout=10) as client:
            answer = await client.get("/metrics", headers=headers)
        assert answer.status_code == 200
        return Figures(answer.text)

    def address(self, web: int) -> str:
        return f"http://127.0.0.1:{self.stack.ports[web]}"

    def lines(self, program: str) -> list[dict[str, Any]]:
        """What the programs whose names begin so have logged."""
        files = self.stack.state.glob(f"{program}*.log")
        return [json.loads(line) for file in files for line in file.read_text().splitlines()]

    async def live_through_a_day(self) -> None:
        async with Learner("ada", self.address(0)) as ada:
            syllabus = await self._ask(ada, "/syllabi", SYLLABUS, topic="Knots", level="beginner")
            self.lesson = (await ada.lessons_of(syllabus.headers["location"]))[0]
            await ada.load(self.lesson)
            async with (
                ada.client.stream("GET", f"{self.lesson}/events?after=") as stream,
                asyncio.timeout(PATIENCE),
            ):
                pieces = stream.aiter_text()
                heard = ""
                while 'data-status="complete"' not in heard:
                    heard += await anext(pieces)
                await self._ask(ada, f"{self.lesson}/messages", QUESTION, message="Why?")
                while 'data-role="tutor" data-status="complete"' not in heard:
                    heard += await anext(pieces)
                self.reading = await self.figures(0)
            await self._misuse(ada)
            self.cookies |= set(ada.client.cookies.values())

    async def _misuse(self, ada: Learner) -> None:
        """What has secrets in it, and goes wrong."""
        email = {"email": "ada@example.org"}
        await ada.send("POST", "/sign-up", **email, password=PASSWORD)
        self.cookies |= set(ada.client.cookies.values())
        token = {"_csrf_token": ada.client.cookies["techtree-csrf"]}
        wrong = {"current": NEW_PASSWORD, "password": NEW_PASSWORD}
        await ada.client.post("/account/password", data={**wrong, **token})
        await ada.client.get(f"/reset-password/{LINK}")
        self.model.answer(*[Answer(status=401, echo_key=True)] * 2)
        await ada.send("POST", f"{self.lesson}/messages", message="And now?")
        await until(lambda: any("401" in str(line) for line in self.lines("worker")))

    async def _ask(self, ada: Learner, path: str, number: str, **fields: str) -> httpx.Response:
        fields["_csrf_token"] = ada.client.cookies["techtree-csrf"]
        headers = {"x-request-id": number}
        answer = await ada.client.post(path, data=fields, headers=headers)
        assert answer.status_code < 400, answer.text
        self.answers[number] = answer
        return answer


async def until(holds: Any) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, "this never came about"
        await asyncio.sleep(0.1)


@pytest.fixture(scope="module")
async def site() -> AsyncIterator[Site]:
    async with OpenAIServer() as model:
        with tempfile.TemporaryDirectory(prefix="techtree-signals-") as home:
            settings = {
                "TECHTREE_LOG": "json",
                "TECHTREE_MODEL_KEY": KEY,
                "TECHTREE_METRICS_TOKEN": MONITOR,
            }
            async with Stack(Path(home) / "state", model.url, **settings).running() as stack:
                site = Site(stack, model)
                try:
                    await site.live_through_a_day()
                except BaseException:
                    print(stack.logs())  # noqa: T201 -- without it a failure can't be understood
                    raise
                yield site


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
