"""Giving out a finished text at the speed at which someone reads along."""

import asyncio
import re
from collections.abc import AsyncIterator

WORDS_PER_SECOND = 75
WORDS_PER_PIECE = 4


async def at_reading_pace(text: str, pace: float) -> AsyncIterator[str]:
    """Yield a text in pieces of a few words. `pace` multiplies the waiting; 0 is no waiting."""
    clock = asyncio.get_running_loop().time
    start = clock()
    for number, piece in enumerate(_PIECE.findall(text)):
        # Measured from the start, so that time spent by the reader of these pieces isn't added.
        due = start + pace * number * WORDS_PER_PIECE / WORDS_PER_SECOND
        await asyncio.sleep(max(0.0, due - clock()))
        yield piece


_PIECE = re.compile(rf"\s*(?:\S+\s*){{1,{WORDS_PER_PIECE}}}|\s+")
