"""How often somebody may try to sign in: limits per address of the network and per account."""

import hashlib
import logging

from redis.exceptions import RedisError

from techtree.connections import redis
from techtree.controllers.guards import HttpRequest

logger = logging.getLogger(__name__)

WINDOW = 15 * 60
"""Seconds that attempts are counted for."""
PER_ACCOUNT = 10
PER_CLIENT = 50
"""A school behind one address signs in through it all at once."""

TOO_MANY = (
    "Too many attempts. Nothing was changed. Wait a quarter of an hour, then try again with the"
    " right password."
)


async def allowed(request: HttpRequest, email: str) -> bool:
    """Count one attempt, and say whether it may go on.

    Without Redis everybody may: a learner who can't sign in is worse than a guess at a hash that
    takes a fifth of a second.
    """
    client = request.client.host if request.client else "unknown"
    try:
        by_account = await _count(_account_key(email))
        by_client = await _count(f"techtree:attempts:client:{client}")
    except (RedisError, OSError) as error:
        logger.warning("Sign-in attempts are not counted: %s", error)
        return True
    return by_account <= PER_ACCOUNT and by_client <= PER_CLIENT


async def forgive(email: str) -> None:
    """The right password was given: earlier typing mistakes no longer count."""
    try:
        await redis().delete(_account_key(email))
    except (RedisError, OSError) as error:
        logger.warning("Sign-in attempts are not forgotten: %s", error)


async def _count(key: str) -> int:
    async with redis().pipeline(transaction=True) as pipeline:
        pipeline.set(key, 0, ex=WINDOW, nx=True)
        pipeline.incr(key)
        _, count = await pipeline.execute()
    return int(count)


def _account_key(email: str) -> str:
    # Hashed, so that addresses which have no account here are not collected.
    return f"techtree:attempts:account:{hashlib.sha256(email.lower().encode()).hexdigest()}"
