"""The programs that make up a running TechTree, and how each is started and stopped."""

import signal
import sys
from dataclasses import dataclass

from techtree import launch
from techtree.embedded import postgres, valkey
from techtree.settings import Settings

WEB_GRACE = 5
"""Seconds that the web server gives open requests before it cuts them. Pages that are open take
leave before that: see `techtree.live.leaving`."""

WORKER_GRACE = 10
"""Seconds that the worker gives its jobs to put down what they have."""


@dataclass(frozen=True, slots=True)
class Program:
    name: str
    command: list[str]
    stop: signal.Signals
    grace: int
    """Seconds from `stop` until it is killed."""
    layer: int
    """Higher layers stand on lower ones, so they are stopped first."""


def programs(settings: Settings) -> list[Program]:
    """What is to run with these settings, servers first."""
    found = []
    if settings.database_url is None:
        command = postgres.command(settings.state)
        found.append(Program("postgres", command, postgres.STOP, 30, 1))
    if settings.redis_url is None:
        command = valkey.command(settings.state)
        found.append(Program("valkey", command, valkey.STOP, 10, 2))
    return [*found, _web(settings), _worker()]


def web_arguments(settings: Settings, *, grace: int) -> list[str]:
    """What `python -m` runs as a web server, which is cut `grace` seconds after it is to stop."""
    # Without a proxy in front, anybody could write these headers.
    proxy = "--no-proxy-headers" if settings.public_url is None else "--proxy-headers"
    listen = ["--host", settings.host, "--port", str(settings.port)]
    loop = ["--loop", "uvloop", "--http", "httptools", "--ws", "none"]
    stop = ["--timeout-graceful-shutdown", str(grace)]
    log = ["--no-access-log", "--log-level", "warning"]
    command = ["uvicorn", "techtree.app:create_app", "--factory"]
    return [*command, *listen, proxy, *loop, *stop, *log]


def worker_arguments(*, grace: int) -> list[str]:
    """What `python -m` runs as a worker, whose jobs have `grace` seconds from the wish to stop."""
    size = ["--processes", "1", "--threads", "256"]
    stop = ["--worker-shutdown-timeout", str(grace * 1000)]
    # Its lines are ours, as `techtree.telemetry.logs` forms them.
    return ["dramatiq", "tasks.worker", *size, *stop, "--skip-logging"]


def _web(settings: Settings) -> Program:
    grace = int(settings.drain) + WEB_GRACE
    # Interrupted, not terminated: nobody else would take the pages, so they needn't leave slowly.
    return _python("web", web_arguments(settings, grace=grace), grace, stop=signal.SIGINT)


def _worker() -> Program:
    # Jobs are put down at once: they go on at the next start, and somebody waits at the keyboard.
    return _python(
        "worker",
        worker_arguments(grace=WORKER_GRACE),
        WORKER_GRACE,
        environment={"TECHTREE_DRAIN": "0"},
    )


def _python(
    name: str,
    module: list[str],
    grace: int,
    *,
    stop: signal.Signals = signal.SIGTERM,
    environment: dict[str, str] | None = None,
) -> Program:
    command = launch.command([sys.executable, "-m", *module], stop=stop, environment=environment)
    return Program(name, command, stop, grace + 5, 3)
