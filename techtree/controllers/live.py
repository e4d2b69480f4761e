"""The live stream of a page, for whoever may see the page."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from asyncpg import PostgresError
from litestar.exceptions import NotFoundException
from litestar.types import ASGIApp
from redis.exceptions import RedisError

from techtree.accounts import Learner
from techtree.controllers.attempts import address_of
from techtree.controllers.guards import HttpRequest
from techtree.controllers.limits import too_many
from techtree.live import updates
from techtree.live.channels import Channel
from techtree.live.log import Cursor
from techtree.live.pages import Live
from techtree.live.stream import Access, Allowed
from techtree.sessions import Session

__all__ = ["Live", "StreamAddress", "stream_address", "stream_response"]

logger = logging.getLogger(__name__)

WAIT = 30
"""Seconds after which somebody with too many open pages may try again."""

LookUp = Callable[[Learner | None], Awaitable[object]]


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
    request: HttpRequest,
    live: Live,
    channels: Sequence[Channel],
    learner: Learner | None,
    look_up: LookUp,
) -> ASGIApp:
    """The page's stream. The browser's own cursor wins over the one the page was made with.

    `look_up` finds the page's row through the learner, and raises NotFoundException once the
    learner may not see it any more. Raises TooManyRequestsException when the learner, or their
    network, has too many pages open.
    """
    address = address_of(request)
    if not live.has_room(learner.id if learner else None, address):
        too_many(WAIT)
    access = Access(
        learner.id if learner else None,
        learner.session if learner else None,
        _allowed(learner, look_up),
        address,
    )
    after = request.headers.get("last-event-id") or str(request.query_params.get("after", ""))
    return live.response(
        channels, after=after, access=access, poll=request.query_params.get("mode") == "poll"
    )


def _allowed(learner: Learner | None, look_up: LookUp) -> Allowed:
    # An open stream holds this for long, so it must not hold the request.
    session = learner.session if learner else None

    async def allowed() -> bool:
        try:
            now = await Session.learner_of(session) if session else None
            if session and now is None:
                return False
            await look_up(now)
        except NotFoundException:
            return False
        except (PostgresError, OSError) as error:
            # Whether the session holds is not known; the stream itself shows nothing new to
            # anybody who could not see it a moment ago.
            logger.warning("A stream's session could not be checked: %s", error)
        return True

    return allowed
