"""Which workers live: each says so in Redis, for a monitor has no other way to know."""

from redis.asyncio import Redis

KEY = "techtree:workers"
SILENCE = 10
"""Seconds after which a worker that gave no sign of life is taken for dead."""


async def tell(redis: "Redis", worker: str) -> None:
    """A sign of life. To be given every few seconds, and takes those of the dead away."""
    seconds, _ = await redis.time()
    async with redis.pipeline(transaction=True) as pipeline:
        pipeline.zadd(KEY, {worker: seconds})
        pipeline.zremrangebyscore(KEY, "-inf", seconds - SILENCE)
        await pipeline.execute()


async def tell_gone(redis: "Redis", worker: str) -> None:
    await redis.zrem(KEY, worker)


async def alive(redis: "Redis") -> int:
    # By Redis's clock, which is the same for all.
    seconds, _ = await redis.time()
    return int(await redis.zcount(KEY, seconds - SILENCE, "+inf"))
