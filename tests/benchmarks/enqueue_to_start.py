"""How long an idle worker takes to start a job, and what idling costs; against stock Dramatiq."""

import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import dramatiq
import redis
from dramatiq.brokers.redis import RedisBroker
from dramatiq.middleware import AsyncIO

from tasks.broker import make_broker
from tests.tasks.valkey import Valkey

PROJECT = Path(__file__).parents[2]
STARTS = "benchmark:starts"
IDLE_SECONDS = 10


@dataclass
class Variant:
    name: str
    broker: str
    poll_milliseconds: int = 1000


VARIANTS = [
    Variant("Dramatiq as it comes", "stock"),
    Variant("Dramatiq, worker_timeout=50", "stock", poll_milliseconds=50),
    Variant("Dramatiq, worker_timeout=10", "stock", poll_milliseconds=10),
    Variant("with the doorbell", "doorbell"),
]


def measure(variant: Variant, samples: int) -> dict[str, float]:
    """One run. Times are milliseconds."""
    folder = Path(tempfile.mkdtemp(prefix="valkey-"))
    valkey = Valkey(folder)
    valkey.start()
    worker = worker_process(variant, valkey)
    try:
        producer = benchmark_broker(variant.broker, valkey.url)
        actor = declare_actor(producer, valkey.client)
        start_one(producer, actor, valkey.client, patience=30)
        waits = []
        for _ in range(samples):
            # Long enough for the stock consumer's back-off to grow.
            time.sleep(random.uniform(0.3, 0.9))
            waits.append(start_one(producer, actor, valkey.client, patience=10))
        waits.sort()
        time.sleep(3)
        p50, p99 = waits[len(waits) // 2], waits[len(waits) * 99 // 100]
        return {"p50": p50, "p99": p99} | measure_idle(worker.pid, valkey)
    finally:
        worker.terminate()
        worker.wait(20)
        valkey.stop()
        shutil.rmtree(folder)


def worker_process(variant: Variant, valkey: Valkey) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [
            *(sys.executable, "-m", "dramatiq", "tests.benchmarks.enqueue_to_start:broker"),
            *("--processes", "1", "--threads", "256"),
        ],
        cwd=PROJECT,
        env=os.environ
        | {
            "BENCHMARK_BROKER": variant.broker,
            "BENCHMARK_REDIS_URL": valkey.url,
            "dramatiq_worker_timeout": str(variant.poll_milliseconds),
        },
        stderr=subprocess.DEVNULL,
    )


def benchmark_broker(kind: str, url: str) -> RedisBroker:
    if kind == "doorbell":
        return make_broker(url)
    return RedisBroker(  # type: ignore[no-untyped-call]
        url=url, middleware=[AsyncIO()], heartbeat_timeout=15_000, maintenance_chance=1_000_000
    )


def declare_actor(broker: RedisBroker, client: redis.Redis) -> dramatiq.Actor[[float], None]:
    """One actor on each of the two queues that TechTree has, so that both are consumed."""

    @dramatiq.actor(broker=broker, queue_name="background")
    async def prepare() -> None: ...

    @dramatiq.actor(broker=broker)
    async def start(sent: float) -> None:
        client.rpush(STARTS, (time.time() - sent) * 1000)

    return start


def start_one(
    broker: RedisBroker,
    actor: dramatiq.Actor[[float], None],
    client: redis.Redis,
    patience: int,
) -> float:
    """Milliseconds from just before the enqueue to the first line of the actor."""
    broker.enqueue(actor.message(time.time()))
    popped = client.blpop([STARTS], timeout=patience)
    if popped is None:
        sys.exit("no worker started the job")
    return float(cast(list[bytes], popped)[1])


def measure_idle(worker: int, valkey: Valkey) -> dict[str, float]:
    pids = family(worker)
    before = sum(map(cpu_seconds, pids)), cpu_seconds(valkey.pid), commands(valkey)
    time.sleep(IDLE_SECONDS)
    after = sum(map(cpu_seconds, pids)), cpu_seconds(valkey.pid), commands(valkey)
    workers, server, sent = ((b - a) / IDLE_SECONDS for a, b in zip(before, after, strict=True))
    return {"idle_worker": workers, "idle_redis": server, "commands": sent}


def family(pid: int) -> list[int]:
    children = [
        int(child)
        for task in Path(f"/proc/{pid}/task").iterdir()
        for child in (task / "children").read_text().split()
    ]
    return [pid, *(grandchild for child in children for grandchild in family(child))]


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def commands(valkey: Valkey) -> int:
    return int(cast(dict[str, int], valkey.client.info("stats"))["total_commands_processed"])


if "BENCHMARK_BROKER" in os.environ:
    broker = benchmark_broker(os.environ["BENCHMARK_BROKER"], os.environ["BENCHMARK_REDIS_URL"])
    declare_actor(broker, redis.Redis.from_url(os.environ["BENCHMARK_REDIS_URL"]))
