"""The live stream of a page, for whoever may see the page."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from asyncpg import PostgresError
from litestar.types import ASGIApp
from redis.exceptions import RedisError

from techtree.accounts import Learner
from techtree.controllers.guards import HttpRequest, learner_of
from techtree.live import updates
from techtree.live.channels import Channel
from techtree.live.log import Cursor
from techtree.live.stream import Live

__all__ = ["Live", "StreamAddress", "stream_address", "stream_response"]

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class StreamAddress:
    url: str


async def stream_address(path: str, channels: Sequence[Channel]) -> StreamAddress:
    """Where the page's stream goes on from. To be asked for before the rows of the page are read.

    Without Redis it names a place that no log holds, so that the stream begins afresh.
    """
    try:
        cursor = await updates.log().cursor(channels)
    except (RedisError, OSError) as error:
        logger.warning("A page begins without a place in the log: %s", error)
        cursor = Cursor("0", ("0-0",) * len(channels))
    return StreamAddress(f"{path}?after={cursor}")


def stream_response(
    request: HttpRequest, live: Live, channels: Sequence[Channel], learner: Learner | None
) -> ASGIApp:
    """The page's stream. The browser's own cursor wins over the one the page was made with."""

    async def allowed() -> bool:
        try:
            now = await learner_of(request)
        except (PostgresError, OSError) as error:
            # Whether the session holds is not known; the stream itself shows nothing new to
            # anybody who could not see it a moment ago.
            logger.warning("A stream's session could not be checked: %s", error)
            return True
        return (now and now.id) == (learner and learner.id)

    return live.response(
        channels,
        after=request.headers.get("last-event-id") or str(request.query_params.get("after", "")),
        learner=learner.id if learner else None,
        allowed=allowed,
        poll=request.query_params.get("mode") == "poll",
    )
