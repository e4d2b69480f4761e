"""Real servers for every test: PostgreSQL and Valkey, started once, emptied between tests."""

from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis as RedisClient

from techtree import connections
from techtree.live.log import Log


@pytest.fixture
async def redis() -> AsyncIterator["RedisClient"]:
    yield connections.redis()


@pytest.fixture
def log() -> Log:
    return Log(connections.redis())
