"""The log on a real server."""

import pytest
from redis.asyncio import Redis as RedisClient

from techtree.live.log import Log


@pytest.fixture
def log(redis: "RedisClient") -> Log:
    return Log(redis)
