"""From a model's token to its reader: lessons written at once by one worker, and a bare loop."""

import asyncio
from typing import Any

from tasks.lessons import write_lesson
from tasks.queue import enqueue
from techtree.running.programs import programs
from techtree.settings import get_settings
from techtree.status import Status
from tests.benchmarks import stage
from tests.benchmarks.model import STAMPED, TOKENS
from tests.benchmarks.pages import event_stream
from tests.benchmarks.programs import Program, free_port, listening, python, running

LESSONS = 200
QUIET = 8.0
"""Seconds without a token after which all are taken to be written."""


async def measure(pages: Program, lessons: int = LESSONS) -> dict[str, Any]:
    """One run: `{"bare": figures, "techtree": figures}`."""
    with running(python("tests.benchmarks.model"), log="model") as model:
        url = model.answer()
        return {
            "bare": await _bare(pages, url, lessons),
            "techtree": await _techtree(pages, url, lessons),
        }


async def _bare(pages: Program, url: str, lessons: int) -> dict[str, Any]:
    port = free_port()
    with running(python("tests.benchmarks.model", str(port), url), log="bare", talks=False) as loop:
        listening(loop, port)
        cpu = loop.cpu()
        request = event_stream("/", "127.0.0.1", "")
        _open(pages, port, [request] * lessons, "HTTP/1.1 200")
        return await _read(pages, lessons) | {"cpu_s": loop.cpu() - cpu}


async def _techtree(pages: Program, url: str, lessons: int) -> dict[str, Any]:
    written = await stage.catalogue(lessons, separate=True)
    seats = await stage.seats(written, lessons)
    (command,) = (each.command for each in programs(get_settings()) if each.name == "worker")
    env = {
        "TECHTREE_MODEL": "openai:benchmark",
        "TECHTREE_MODEL_URL": url,
        "TECHTREE_MODEL_KEY": "benchmark",
    }
    async with stage.web_processes() as ((web, port),):
        with running(command, log="worker", env=env, talks=False) as worker:
            requests = [event_stream(each.path, "127.0.0.1", each.cookie) for each in seats]
            await _warm_up()
            _open(pages, port, requests, "event: hello")
            cpu, worker_cpu = web.cpu(), worker.cpu()
            reading = asyncio.create_task(_read(pages, lessons))
            for lesson in written:
                await enqueue(write_lesson, (await lesson.ensure_version()).id)
            found = await reading
            return found | {"web_cpu_s": web.cpu() - cpu, "cpu_s": worker.cpu() - worker_cpu}


async def _warm_up() -> None:
    """Wait until the worker has written a lesson that nobody reads."""
    (lesson,) = await stage.catalogue(1)
    version = await lesson.ensure_version()
    await enqueue(write_lesson, version.id)
    while Status(version.status) != Status.COMPLETE:
        await asyncio.sleep(0.2)
        await version.refresh()


def _open(pages: Program, port: int, requests: list[str], ready: str) -> None:
    pages.ask(do="open", host="127.0.0.1", port=port, requests=requests, ready=ready, timeout=120)


async def _read(pages: Program, lessons: int) -> dict[str, Any]:
    expected = lessons * (TOKENS // STAMPED)
    pages.tell(do="collect", deliveries=expected, timeout=QUIET)
    answer = await asyncio.to_thread(pages.answer)
    pages.ask(do="close")
    found: dict[str, Any] = answer["latencies"]
    return found | {
        "lost": expected - found["count"],
        "seconds": answer["seconds"],
        "client_share": answer["cpu"] / answer["seconds"],
    }
