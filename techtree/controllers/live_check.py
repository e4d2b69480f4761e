"""A page on which a browser finds out what its network does to live updates."""

import asyncio
import json
import secrets
import time
from collections.abc import Sequence

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.types import ASGIApp, Receive, Scope, Send

from techtree.accounts import Learner
from techtree.controllers.answers import page
from techtree.controllers.guards import HttpRequest
from techtree.live.pages import Live
from techtree.live.stream import HEADERS, HEARTBEAT

KILOBYTE = 1024
QUIET = HEARTBEAT + 2
"""Seconds without a word that a network must bear: a little more than between signs of life."""

Schedule = Sequence[tuple[float, int]]
"""For each frame the seconds since the first, and the kilobytes sent by then."""

STEPS: Schedule = ((0, 0), (1, 2), (2, 4), (3, 8), (4, 16), (5, 32), (6, 32))
"""What shows after how many bytes, if at all before the end, something lets go of an answer."""
SILENCE: Schedule = ((0, 2), (QUIET, 2))


@get("/live-check", sync_to_thread=False)
def show(request: HttpRequest, learner: NamedDependency[Learner | None]) -> Response[str]:
    return page(request, "live_check/show.html", learner, seconds=round(QUIET))


@get("/live-check/events", sync_to_thread=False)
def events(request: HttpRequest, live: NamedDependency[Live]) -> ASGIApp:
    """Frames at known times; each says when it was sent, so the browser sees what held it up."""
    part = request.query_params.get("part")
    return _Frames(live, SILENCE if part == "silence" else STEPS)


class _Frames:
    def __init__(self, live: Live, schedule: Schedule) -> None:
        self._live = live
        self._schedule = schedule

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
        began = time.monotonic()
        before = 0
        for at, kilobytes in self._schedule:
            if not await self._wait_until(began + at, receive):
                break
            frame = _frame(
                padding=(kilobytes - before) * KILOBYTE,
                at=round(time.monotonic() - began, 3),
                kilobytes=kilobytes,
                last=(at, kilobytes) == self._schedule[-1],
            )
            await send({"type": "http.response.body", "body": frame, "more_body": True})
            before = kilobytes
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _wait_until(self, moment: float, receive: Receive) -> bool:
        """False when the browser has gone, or when this server is about to."""
        while (left := moment - time.monotonic()) > 0:
            if self._live.draining or await _gone_within(min(left, 0.5), receive):
                return False
        return True


async def _gone_within(seconds: float, receive: Receive) -> bool:
    try:
        async with asyncio.timeout(seconds):
            while (await receive())["type"] != "http.disconnect":
                pass
    except TimeoutError:
        return False
    return True


def _frame(*, padding: int, **said: object) -> bytes:
    # Padding of one letter would vanish where something compresses.
    comment = f": {secrets.token_hex(padding // 2)}\n" if padding else ""
    return f"{comment}data: {json.dumps(said)}\n\n".encode()
