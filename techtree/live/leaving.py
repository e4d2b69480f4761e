"""What a web server that is told to stop does with its open pages."""

import asyncio
import contextlib
import signal
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

from techtree.live.pages import Live


@contextlib.contextmanager
def leaving(live: Live, window: float) -> Iterator[None]:
    """While this is open, SIGTERM drains the pages over `window` seconds, and SIGINT at once.

    SIGTERM comes from a deploy: another process takes the pages, and not all at the same moment.
    SIGINT comes from somebody who waits at a keyboard. The web server's own handler runs first: it
    takes no new connections, and ends when the last response has.
    """
    tasks: set[asyncio.Task[None]] = set()

    def drain(seconds: float) -> None:
        task = asyncio.create_task(live.drain(seconds))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    with _also_on(signal.SIGTERM, lambda: drain(window)), _also_on(signal.SIGINT, lambda: drain(0)):
        yield


@contextlib.contextmanager
def _also_on(number: signal.Signals, act: Callable[[], None]) -> Iterator[None]:
    first: Any = signal.getsignal(number)
    if not callable(first) or first is signal.default_int_handler:
        # No web server has taken the signal: a test, or the command line.
        yield
        return
    loop = asyncio.get_running_loop()

    def both(received: int, frame: FrameType | None) -> None:
        first(received, frame)
        loop.call_soon_threadsafe(act)

    signal.signal(number, both)
    try:
        yield
    finally:
        signal.signal(number, first)
