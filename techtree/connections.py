"""This process's connections to PostgreSQL and Redis: opened once, shared by all that it does."""

from functools import cache
from typing import cast

from piccolo.engine import engine_finder
from piccolo.engine.postgres import PostgresEngine
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialBackoff

from techtree.settings import get_settings

POOL = 20
"""Database connections of one process. A query holds one for milliseconds, a stream holds none."""


def database() -> PostgresEngine:
    return cast(PostgresEngine, engine_finder())


async def open_database() -> None:
    """Start the pool. To be called on the event loop that will use it."""
    if database().pool is None:
        await database().start_connection_pool(min_size=1, max_size=POOL, reset=_as_it_is)


async def _as_it_is(connection: object) -> None:
    """Nothing here changes a connection, listens on it or holds a lock with it, so the statements
    that would undo that are left out: they cost another way to the server after each query. A
    transaction that was left open has been rolled back before."""


async def close_database() -> None:
    if database().pool is not None:
        await database().close_connection_pool()


@cache
def redis() -> "Redis":
    """For commands: a server that doesn't answer is given up on after two seconds."""
    return Redis.from_url(
        get_settings().redis_dsn,
        socket_connect_timeout=1,
        socket_timeout=2,
        retry=Retry(ExponentialBackoff(cap=0.2, base=0.05), 2),
        max_connections=64,
    )


def listening_redis() -> "Redis":
    """For the one connection that waits for announcements, which may take for ever."""
    return Redis.from_url(get_settings().redis_dsn, socket_connect_timeout=1, socket_timeout=None)
