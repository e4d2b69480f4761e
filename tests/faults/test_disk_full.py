"""PostgreSQL's disk is full: who asks is told so, nothing is lost, and it goes on by itself."""

import asyncio
import time
from pathlib import Path
from uuid import uuid4

import pytest

from tests.chaos.balancer import Balancer
from tests.chaos.learner import Learner
from tests.chaos.stack import Machines, Stack
from tests.chaos.texts import Author
from tests.faults.small_disk import can_mount, small_disk

PATIENCE = 40.0


@pytest.mark.skipif(not can_mount(), reason="only root may mount a small disk: run as root")
async def test_a_full_disk_refuses_in_words_and_goes_on_when_there_is_room(tmp_path: Path) -> None:
    state = tmp_path.resolve() / "state"
    with small_disk(state) as disk:
        async with (
            Author(lesson=200, catalogue=1, reply=10) as author,
            Stack(state, author.url, Machines(webs=1, workers=1)).running() as stack,
            Balancer(stack.ports) as balancer,
            Learner("ada", f"http://127.0.0.1:{balancer.port}") as ada,
        ):
            syllabus = await ada.ask_for_syllabus("vectors")
            lesson = (await ada.lessons_of(syllabus))[0]
            author.tokens_per_second = 20
            await ada.send("POST", f"{lesson}/content")
            await _status(stack, lesson, "writing")

            await ada.load(lesson)

            disk.fill()
            kept, refused, key = await _ask_until_refused(ada, lesson)
            assert "Something broke on our side" in refused
            assert "Try again in a moment" in refused
            for path in (lesson, "/dashboard", syllabus):
                assert (await ada.client.get(path)).status_code == 200, stack.logs()
            # Long enough for the worker to need room, too.
            await asyncio.sleep(3)

            disk.make_room()
            await ada.send("POST", f"{lesson}/messages", message="again", key=key)
            author.tokens_per_second = None
            asked = await stack.rows("SELECT count(*) FROM message WHERE role = 'learner'")
            assert asked[0]["count"] == kept + 1
            await _status(stack, lesson, "complete")


async def _ask_until_refused(ada: Learner, lesson: str) -> tuple[int, str, str]:
    """How many questions were taken, the page that refused the next, and its key."""
    for kept in range(2_000):
        key = str(uuid4())
        form = {
            "message": f"{kept} {uuid4().hex * 50}",
            "key": key,
            "_csrf_token": ada.client.cookies["techtree-csrf"],
        }
        answer = await ada.client.post(f"{lesson}/messages", data=form)
        if answer.status_code >= 500:
            return kept, answer.text, key
    raise AssertionError("a full disk refused nothing")


async def _status(stack: Stack, lesson: str, status: str) -> None:
    deadline = time.monotonic() + PATIENCE
    query = "SELECT status FROM lesson_version WHERE lesson = $1 ORDER BY created_at DESC LIMIT 1"
    while time.monotonic() < deadline:
        rows = await stack.rows(query, lesson[-36:])
        if rows and rows[0]["status"] == status:
            return
        await asyncio.sleep(0.1)
    raise TimeoutError(f"{lesson} is {rows[0]['status'] if rows else 'missing'}: {stack.logs()}")
