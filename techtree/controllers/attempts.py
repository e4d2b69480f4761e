"""How fast passwords may be tried: with every wrong one the next try has to wait longer.

Nobody is locked out. What strangers try slows down strangers: a browser in which the account was
signed in to before has a count of its own, and so gets in whatever else is going on.
"""

import hashlib
import logging
from dataclasses import dataclass

from redis.exceptions import RedisError

from techtree.connections import redis
from techtree.controllers.guards import HttpRequest, known_browser
from techtree.languages import gettext as _, ngettext

logger = logging.getLogger(__name__)

FREE_PER_ACCOUNT = 5
FREE_PER_ADDRESS = 50
"""A school behind one address of the network mistypes its passwords all at once."""
LONGEST = 15 * 60
"""Seconds that a try has to wait at most."""
FORGOTTEN = 24 * 3600
"""Seconds without a try after which the count begins anew."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try of a password."""

    wait: int
    """Seconds to wait before it may be made; 0 means that it may be made now."""
    keys: tuple[str, ...] = ()

    @property
    def refusal(self) -> str:
        minutes = -(-self.wait // 60)
        if self.wait < 90:
            time = ngettext("{count} second", "{count} seconds", self.wait).format(count=self.wait)
        else:
            time = ngettext("{count} minute", "{count} minutes", minutes).format(count=minutes)
        return _(
            "Too many wrong passwords were tried. Nothing was changed. Wait {time}, then try again"
            " with the right password."
        ).format(time=time)

    async def forgive(self) -> None:
        """The password was right: earlier typing mistakes no longer count."""
        try:
            for key in self.keys:
                if key.startswith(_ADDRESS):
                    await redis().hincrby(key, "count", -1)
                else:
                    await redis().delete(key)
        except (RedisError, OSError) as error:
            logger.warning("Wrong passwords are not forgotten: %s", error)


async def attempt(request: HttpRequest, email: str) -> Attempt:
    """Count one try.

    Without Redis everybody may: a learner who can't sign in is worse than a guess at a hash that
    takes a fifth of a second.
    """
    account = hashlib.sha256(email.strip().lower().encode()).hexdigest()
    known = known_browser(request, email)
    if known:
        limits = {f"techtree:attempts:browser:{known}:{account}": FREE_PER_ACCOUNT}
    else:
        limits = {
            f"{_ADDRESS}{address_of(request)}": FREE_PER_ADDRESS,
            # Hashed, so that addresses which have no account here are not collected.
            f"techtree:attempts:account:{account}": FREE_PER_ACCOUNT,
        }
    try:
        for key, free in limits.items():
            wait = int(await redis().eval(_COUNT, 1, key, free, LONGEST, FORGOTTEN))
            if wait:
                return Attempt(wait)
    except (RedisError, OSError) as error:
        logger.warning("Wrong passwords are not counted: %s", error)
        return Attempt(0)
    return Attempt(0, tuple(limits))


def address_of(request: HttpRequest) -> str:
    """The address of the network that somebody comes from."""
    return request.client.host if request.client else "unknown"


_ADDRESS = "techtree:attempts:address:"

# A try that has to wait doesn't count, or a stranger could make the wait last for ever. Counting
# comes before the password is looked at, so that many tries at once are no way around it.
_COUNT = """
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
local wait = (tonumber(redis.call('HGET', KEYS[1], 'until')) or 0) - now
if wait > 0 then return math.ceil(wait) end
local over = redis.call('HINCRBY', KEYS[1], 'count', 1) - ARGV[1]
if over >= 0 then
    redis.call('HSET', KEYS[1], 'until', now + math.min(2 ^ math.min(over + 1, 20), ARGV[2]))
end
redis.call('EXPIRE', KEYS[1], ARGV[3])
return 0
"""
