"""Last words that could not be told while Redis was away. They are told when it is back.

A Redis that restarted makes every page render afresh. One that was only out of reach has forgotten
nothing, so its pages trust it, and the end of a job that it never heard of must be told later.
"""

import logging
from collections.abc import Awaitable, Callable
from uuid import UUID

from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

Show = Callable[[UUID], Awaitable[None]]
"""Publishes the row as it is stored."""

_untold: dict[UUID, Show] = {}


async def tell(row: UUID, show: Show) -> None:
    try:
        await show(row)
        _untold.pop(row, None)
    except (RedisError, OSError) as error:
        logger.warning("%s: its new state will be told when Redis is back: %s", row, error)
        _untold[row] = show


async def tell_again() -> None:
    """One attempt for each; to be called now and then."""
    for row, show in list(_untold.items()):
        await tell(row, show)
        if row in _untold:
            return
