"""Watching work from the command line: a bar on a terminal, a line now and then in a pipe."""

import asyncio
import math
import os
import shutil
import sys
import time
from collections.abc import Awaitable, Callable
from uuid import UUID

from techtree.lessons import LessonVersion
from techtree.messages import Message
from techtree.status import Status
from techtree.syllabi import Syllabus

LOOK_EVERY = 0.3
"""Seconds between two looks at the rows."""
LINE_EVERY = 5.0
"""Seconds between two lines in a pipe or a file, which keeps them all."""
WIDTH = 30


class GoneError(Exception):
    """What was watched has been deleted; `str(error)` says so."""


class Display:
    """One line that is rewritten on a terminal; elsewhere the newest one every few seconds."""

    def __init__(self) -> None:
        self._line = ""
        self._written = ""
        self._wrote_at = -math.inf
        self._terminal = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"

    def show(self, line: str) -> None:
        if line == self._line:
            return
        self._line = line
        if self._terminal:
            # A longer line would wrap, and only its last part would be rewritten.
            width = shutil.get_terminal_size().columns - 1
            _say(f"\r\x1b[2K{line[:width]}")
        elif time.monotonic() - self._wrote_at >= LINE_EVERY:
            self._write()

    def end(self) -> None:
        if self._terminal and self._line:
            _say("\n")
        elif self._line != self._written:
            self._write()

    def _write(self) -> None:
        _say(f"{self._line}\n")
        self._written, self._wrote_at = self._line, time.monotonic()


def _say(text: str) -> None:
    sys.stderr.write(text)
    sys.stderr.flush()


def bar(done: int, total: int) -> str:
    filled = WIDTH * done // total if total else WIDTH
    return f"[{'#' * filled}{'.' * (WIDTH - filled)}] {done}/{total}"


async def watch_syllabus(syllabus: UUID) -> Syllabus:
    """Until the draft is done; shows the modules as they are decided."""
    display = Display()
    try:
        while True:
            found = await Syllabus.objects().get(Syllabus.id == syllabus)
            if found is None:
                raise GoneError(f"syllabus {syllabus} was deleted")
            modules = await found.outline()
            lessons = sum(len(module.lessons) for module in modules)
            display.show(f"{found.status}: {len(modules)} modules, {lessons} lessons")
            if not Status(found.status).is_open:
                return found
            await asyncio.sleep(LOOK_EVERY)
    finally:
        display.end()


async def watch_text(
    read: Callable[[], Awaitable[LessonVersion | Message | None]],
) -> LessonVersion | Message:
    """Until the text is done; shows its growing number of words."""
    display = Display()
    try:
        while True:
            found = await read()
            if found is None:
                raise GoneError("what was to be written was deleted")
            display.show(f"{found.status}: {len(found.content.split())} words")
            if not Status(found.status).is_open:
                return found
            await asyncio.sleep(LOOK_EVERY)
    finally:
        display.end()


async def watch_lessons(versions: list[UUID]) -> list[LessonVersion]:
    """Until every version is done; returns them as they ended."""
    display = Display()
    try:
        while True:
            rows = await LessonVersion.objects().where(LessonVersion.id.is_in(versions))
            done = [row for row in rows if not Status(row.status).is_open]
            display.show(f"{bar(len(done), len(rows))} lessons written")
            if len(done) == len(rows):
                return rows
            await asyncio.sleep(LOOK_EVERY)
    finally:
        display.end()
