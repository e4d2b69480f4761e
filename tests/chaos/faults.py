"""What may happen to a running TechTree."""

import asyncio
import random
import shutil
import signal
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import dramatiq

from tasks.broker import make_broker
from tests.chaos.balancer import Balancer
from tests.chaos.reader import Reader
from tests.chaos.stack import DRAIN, Stack, copy_folder

if TYPE_CHECKING:
    import redis

FAKETIME = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)
"""A library that gives a program another time; None where it isn't installed."""


@dataclass
class Scene:
    """What a fault can reach."""

    stack: Stack
    balancer: Balancer
    readers: Sequence[Reader]
    rng: random.Random
    sleep: float
    """Seconds that readers sleep, in a fault that sends them to sleep."""


Happening = Callable[[Scene], Awaitable[float]]
"""Makes it happen, and returns the moment (of the monotonic clock) that recovery counts from."""


@dataclass(frozen=True, slots=True)
class Fault:
    name: str
    happen: Happening
    limit: float
    """Seconds from the event until every page is current, or grows again."""
    stops_work: bool = False
    """Whether what waits to be written must go on, too."""


async def cut_at_any_byte(scene: Scene) -> float:
    """Twice, so that connections are cut again while they recover."""
    scene.balancer.cut_after = [scene.rng.randrange(1, 20_000) for _ in scene.readers]
    scene.balancer.cut_all()
    await asyncio.sleep(1)
    scene.balancer.cut_after = []
    scene.balancer.cut_all()
    return time.monotonic()


async def web_killed(scene: Scene) -> float:
    web = scene.rng.choice(scene.stack.webs)
    began = time.monotonic()
    await web.kill()
    await web.start()
    return began


async def all_webs_killed(scene: Scene) -> float:
    """Nobody serves for as long as a start takes."""
    for web in scene.stack.webs:
        await web.kill()
    await asyncio.gather(*(web.start() for web in scene.stack.webs))
    return time.monotonic()


async def web_drained(scene: Scene) -> float:
    web = scene.rng.choice(scene.stack.webs)
    web.send(signal.SIGTERM)
    code = await web.ended(DRAIN + 8)
    if code not in (0, -signal.SIGTERM):
        raise AssertionError(f"a drained web process ended with {code}")
    ended = time.monotonic()
    await web.start()
    return ended


async def clocks_wrong(scene: Scene) -> float:
    """Of one web process and one worker, from now on, by an hour or a day."""
    assert FAKETIME
    pieces = [scene.rng.choice(scene.stack.webs), scene.rng.choice(scene.stack.workers)]
    for piece in pieces:
        await piece.kill()
    # What changed before the last of them was dead tells nothing.
    began = time.monotonic()
    for piece in pieces:
        by = scene.rng.choice(["+1h", "-1h", "+1d", "-1d"])
        await piece.start(LD_PRELOAD=str(FAKETIME), FAKETIME=by, DONT_FAKE_MONOTONIC="1")
    return began


async def workers_killed(scene: Scene) -> float:
    """All of them, so that every job is cut."""
    began = time.monotonic()
    await asyncio.gather(*(worker.kill() for worker in scene.stack.workers))
    await asyncio.gather(*(worker.start() for worker in scene.stack.workers))
    return began


async def worker_killed(scene: Scene) -> float:
    """As the system does to one that takes too much memory. The others take over its jobs."""
    worker = scene.rng.choice(scene.stack.workers)
    await worker.kill()
    # What it had sent before arrives, and is no recovery.
    await asyncio.sleep(0.3)
    began = time.monotonic()
    await worker.start()
    return began


async def worker_replaced(scene: Scene) -> float:
    """A deploy: it hands its jobs over."""
    worker = scene.rng.choice(scene.stack.workers)
    worker.send_to_first(signal.SIGTERM)
    began = time.monotonic()
    await worker.ended(25)
    await worker.start()
    return began


async def worker_frozen(scene: Scene) -> float:
    """Long enough for another to take its jobs. When it thaws, two believe they have them."""
    worker = scene.rng.choice(scene.stack.workers)
    worker.send(signal.SIGSTOP)
    await asyncio.sleep(12)
    worker.send(signal.SIGCONT)
    return time.monotonic()


async def jobs_enqueued_twice(scene: Scene) -> float:
    broker = make_broker(scene.stack.redis_url)
    for table, actor in (("lesson_version", "write_lesson"), ("message", "reply_to_message")):
        for row in await scene.stack.rows(
            f"SELECT id FROM {table} WHERE status IN ('pending', 'writing')"
        ):
            for _ in range(2):
                broker.enqueue(
                    dramatiq.Message("default", actor, (str(row["id"]),), kwargs={}, options={})
                )
    broker.close()
    return time.monotonic()


async def valkey_killed(scene: Scene) -> float:
    await scene.stack.valkey.kill()
    await asyncio.sleep(scene.rng.uniform(0, 1))
    await scene.stack.valkey.start()
    return time.monotonic()


async def valkey_emptied(scene: Scene) -> float:
    scene.stack.redis.flushall()
    return time.monotonic()


async def valkey_lost_its_disk(scene: Scene) -> float:
    await scene.stack.valkey.kill()
    shutil.rmtree(scene.stack.append_only)
    await scene.stack.valkey.start()
    return time.monotonic()


async def valkey_lost_a_second(scene: Scene) -> float:
    copy = scene.stack.state / "appendonly.copy"
    copy_folder(scene.stack.append_only, copy)
    await asyncio.sleep(1)
    await scene.stack.valkey.kill()
    copy_folder(copy, scene.stack.append_only)
    await scene.stack.valkey.start()
    return time.monotonic()


async def logs_trimmed(scene: Scene) -> float:
    """While nobody listens, so that everybody needs what is gone."""
    for reader in scene.readers:
        reader.fall_asleep()
    await asyncio.sleep(0.5)
    trim(scene.stack.redis)
    for reader in scene.readers:
        reader.wake_up()
    return time.monotonic()


async def readers_asleep(scene: Scene) -> float:
    """Some with their connection closed, others with one that they don't read from."""
    sleepers = scene.rng.sample(list(scene.readers), len(scene.readers) // 2)
    for number, reader in enumerate(sleepers):
        (reader.fall_asleep if number % 2 else reader.stop_reading)()
    await asyncio.sleep(scene.sleep)
    for reader in sleepers:
        reader.wake_up()
    return time.monotonic()


async def postgres_restarted(scene: Scene) -> float:
    postgres = scene.stack.postgres
    postgres.send_to_first(scene.rng.choice([signal.SIGINT, signal.SIGQUIT]))
    await postgres.ended()
    await postgres.start()
    return time.monotonic()


def trim(client: "redis.Redis") -> None:
    """Leave one entry in each channel's log."""
    for key in client.scan_iter("techtree:live:*", _type="stream"):
        client.xtrim(key, maxlen=1, approximate=False)


FAULTS = (
    Fault("cut at any byte", cut_at_any_byte, 3),
    Fault("web killed", web_killed, 3),
    Fault("all webs killed", all_webs_killed, 3),
    Fault("web drained", web_drained, 3),
    Fault("workers killed", workers_killed, 20, stops_work=True),
    Fault("worker killed", worker_killed, 20, stops_work=True),
    Fault("worker replaced", worker_replaced, 20, stops_work=True),
    Fault("worker frozen", worker_frozen, 20, stops_work=True),
    Fault("jobs twice", jobs_enqueued_twice, 3),
    Fault("Valkey killed", valkey_killed, 5),
    Fault("Valkey emptied", valkey_emptied, 5),
    Fault("Valkey's disk lost", valkey_lost_its_disk, 5),
    Fault("Valkey's last second lost", valkey_lost_a_second, 5),
    Fault("logs trimmed", logs_trimmed, 2),
    Fault("readers asleep", readers_asleep, 2),
    Fault("PostgreSQL restarted", postgres_restarted, 5),
)

CLOCKS_WRONG = Fault("clocks wrong", clocks_wrong, 20, stops_work=True)
"""Where there is a library for it."""


def schedule(seed: int, rounds: int, faults: Sequence[Fault] = FAULTS) -> list[Fault]:
    """Each round has every fault once, in an order that the seed decides."""
    rng = random.Random(seed)
    return [fault for _ in range(rounds) for fault in rng.sample(faults, len(faults))]
