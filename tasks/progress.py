"""Watching work from the command line: a bar on a terminal, a line per change in a pipe."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from uuid import UUID

from techtree.lessons import LessonVersion
from techtree.messages import Message
from techtree.status import Status
from techtree.syllabi import Syllabus

LOOK_EVERY = 0.3
"""Seconds between two looks at the rows."""
WIDTH = 30


class Display:
    """One line that is rewritten on a terminal, and written anew elsewhere when it changes."""

    def __init__(self) -> None:
        self._last = ""
        self._terminal = sys.stderr.isatty()

    def show(self, line: str) -> None:
        if line == self._last:
            return
        if self._terminal:
            sys.stderr.write(f"\r\x1b[2K{line}")
        else:
            sys.stderr.write(f"{line}\n")
        sys.stderr.flush()
        self._last = line

    def end(self) -> None:
        if self._terminal and self._last:
            sys.stderr.write("\n")


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
                raise LookupError(f"syllabus {syllabus} was deleted")
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
                raise LookupError("the row was deleted")
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
