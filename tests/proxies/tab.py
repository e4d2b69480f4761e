"""A reader that chooses how to connect as live.js does: short answers where streams are held."""

import asyncio
import time

from tests.chaos.reader import Reader, texts_of
from tests.live.page import Event

PATIENCE = 2.5
"""Seconds without a `hello` after which the tab asks for short answers."""
SILENCE = 15.0
"""Seconds without any event after which it does, too: the server gives a sign of life in 10."""


class Tab(Reader):
    heard_at = 0.0
    """When the first event with content arrived."""
    _last_at = 0.0

    @property
    def learnt(self) -> bool:
        return bool(self._mode)

    @property
    def is_complete(self) -> bool:
        return all(not text.is_open for text in self.texts.values())

    @property
    def words(self) -> str:
        return " ".join(" ".join(text for _, _, text in texts_of(self.page)).split())

    async def _listen_once(self) -> None:
        self._last_at = time.monotonic()
        held_back = asyncio.create_task(self._find_out())
        try:
            await super()._listen_once()
        except asyncio.CancelledError:
            if not self.learnt or self._task is None or self._task.cancelling():
                raise
        finally:
            held_back.cancel()

    async def _find_out(self) -> None:
        await asyncio.sleep(PATIENCE)
        while self.connected and time.monotonic() - self._last_at < SILENCE:
            await asyncio.sleep(0.1)
        if not self.learnt and self._listening:
            self._mode = "&mode=poll"
            self._listening.cancel()

    def _take(self, event: Event) -> None:
        self._last_at = time.monotonic()
        if not event.name:
            self.heard_at = self.heard_at or time.monotonic()
        super()._take(event)
