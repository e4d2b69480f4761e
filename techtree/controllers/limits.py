"""How much one learner, and one address of the network, may ask for in an hour."""

import hashlib
import logging
from typing import Any, NoReturn

from litestar.connection import ASGIConnection
from litestar.exceptions import TooManyRequestsException
from litestar.handlers import BaseRouteHandler
from redis.exceptions import RedisError

from techtree.accounts import Learner
from techtree.connections import redis
from techtree.controllers.attempts import address_of
from techtree.controllers.guards import HttpRequest, begin_session, learner_of
from techtree.settings import get_settings

logger = logging.getLogger(__name__)

HOUR = 3600
LETTERS = 3
"""That one address gets in an hour, whoever asks for them."""


async def may_generate(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """A guard for requests that have something written."""
    learner = await learner_of(connection)
    if learner is not None:
        await count_generation(learner)


async def count_generation(learner: Learner) -> None:
    """Raises TooManyRequestsException past the number that the settings allow."""
    limit = get_settings().generations_per_hour
    await _count(f"techtree:generations:{learner.id}", limit)


async def new_guest(request: HttpRequest) -> Learner:
    """A guest for this browser. Raises TooManyRequestsException as `count_generation` does."""
    limit = get_settings().guests_per_address
    await _count(f"techtree:guests:{address_of(request)}", limit)
    guest = await Learner.new_guest()
    await begin_session(request, guest)
    return guest


async def count_account(request: HttpRequest) -> None:
    """An account is to be made. Raises TooManyRequestsException as `count_generation` does."""
    limit = get_settings().guests_per_address
    await _count(f"techtree:accounts:{address_of(request)}", limit)


async def count_letter(email: str) -> None:
    """A letter to this address. Raises TooManyRequestsException as `count_generation` does."""
    address = hashlib.sha256(email.strip().lower().encode()).hexdigest()
    await _count(f"techtree:letters:{address}", LETTERS)


def too_many(seconds: int) -> NoReturn:
    raise TooManyRequestsException(headers={"Retry-After": str(max(1, seconds))})


async def _count(key: str, limit: int) -> None:
    """Without Redis nothing is counted: learning goes on."""
    try:
        async with redis().pipeline(transaction=True) as pipeline:
            pipeline.set(key, 0, ex=HOUR, nx=True)
            pipeline.incr(key)
            pipeline.ttl(key)
            _, count, seconds = await pipeline.execute()
    except (RedisError, OSError) as error:
        logger.warning("Requests are not counted: %s", error)
        return
    if int(count) > limit:
        too_many(int(seconds))
