"""TechTree's programs, each of which can be killed, frozen and started alone."""

import asyncio
import contextlib
import os
import shutil
import signal
import subprocess
import time
import urllib.request
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import asyncpg
import redis

from techtree.embedded import erase, postgres, valkey
from techtree.running.programs import Program, programs
from techtree.running.schema import bring_up_to_date
from techtree.settings import ROOT, Settings
from tests.setup.started import free_port

PATIENCE = 60.0
DRAIN = 2

SERVED_BY = "x-served-by"
"""A header of every answer: the name of the web process that gave it."""


class Machines(NamedTuple):
    """How many programs of each kind, and whether HAProxy stands before the web processes."""

    webs: int = 2
    workers: int = 2
    haproxy: bool = False


FEW = Machines()


class Piece:
    """One program: what starts it, how it is stopped in order, and when it is ready."""

    def __init__(
        self,
        name: str,
        program: Program,
        environment: dict[str, str],
        log: Path,
        ready: Callable[[], bool],
    ) -> None:
        self.name = name
        self._program = program
        self._environment = environment
        self._log = log
        self._ready = ready
        self._process: subprocess.Popen[bytes] | None = None

    async def start(self, **environment: str) -> None:
        """`environment`: further variables, which it keeps when it is started again."""
        self._environment = self._environment | environment
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._program.command,
                cwd=ROOT,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # A group of its own, so that a signal reaches all of it and nothing else.
                start_new_session=True,
            )
        deadline = time.monotonic() + PATIENCE
        while not await asyncio.to_thread(self._ready):
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{self.name} does not start:\n{self._log.read_text()[-2000:]}")
            await asyncio.sleep(0.02)

    def send(self, number: signal.Signals) -> None:
        """To the program and all its children."""
        assert self._process is not None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)

    def send_to_first(self, number: signal.Signals) -> None:
        """To the program alone, which tells its children itself."""
        assert self._process is not None
        self._process.send_signal(number)

    async def ended(self, patience: float = PATIENCE) -> int:
        """The exit code. Raises TimeoutError when it doesn't end."""
        assert self._process is not None
        return await asyncio.to_thread(self._wait, patience)

    async def kill(self) -> None:
        self.send(signal.SIGKILL)
        await self.ended()

    def end(self) -> None:
        """Whatever state it is in: nothing of it is left when this returns."""
        if self._process is None:
            return
        if self._program.name == "postgres":
            # Its children have groups of their own, and share memory that somebody must give back.
            self._process.send_signal(self._program.stop)
            with contextlib.suppress(TimeoutError):
                self._wait(15)
        self.send(signal.SIGKILL)
        self._process.wait()

    def _wait(self, patience: float) -> int:
        assert self._process is not None
        try:
            return self._process.wait(patience)
        except subprocess.TimeoutExpired:
            raise TimeoutError(f"{self.name} has not ended") from None


class Stack:
    """Both servers, and some web processes and workers."""

    def __init__(
        self, folder: Path, model_url: str, machines: Machines = FEW, **settings: str
    ) -> None:
        """`settings`: further variables of the environment, for all its programs."""
        self.state = folder.resolve()
        self.state.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.ports = [free_port() for _ in range(machines.webs)]
        self._machines = machines
        self.pieces: list[Piece] = []
        self._environment = {
            **{name: value for name, value in os.environ.items() if not _is_left_out(name)},
            "TECHTREE_STREAMS_PER_ADDRESS": "100000",
            "TECHTREE_GENERATIONS_PER_HOUR": "100000",
            "TECHTREE_STATE": str(self.state),
            "TECHTREE_ENV": "test",
            "TECHTREE_SECRET": "a secret for chaos, and only for that",
            "TECHTREE_MODEL": "openai:chaos",
            "TECHTREE_MODEL_URL": model_url,
            "TECHTREE_MODEL_KEY": "a key",
            "TECHTREE_DRAIN": str(DRAIN),
            "PICCOLO_CONF": "techtree.piccolo_conf",
            "PYTHONUNBUFFERED": "1",
            **settings,
        }

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator["Stack"]:
        try:
            postgres.prepare(self.state)
            valkey.prepare(self.state)
            await self._start()
            yield self
        finally:
            for piece in reversed(self.pieces):
                piece.end()
            erase(self.state)

    @property
    def webs(self) -> "list[Piece]":
        return [each for each in self.pieces if each.name.startswith("web")]

    @property
    def workers(self) -> "list[Piece]":
        return [each for each in self.pieces if each.name.startswith("worker")]

    async def rows(self, query: str, *values: Any) -> list[Any]:
        connection = await asyncpg.connect(self.dsn, timeout=10)
        try:
            return list(await connection.fetch(query, *values))
        finally:
            await connection.close()

    @property
    def dsn(self) -> str:
        return (self.state / "postgres" / "dsn").read_text()

    @property
    def redis_url(self) -> str:
        return (self.state / "valkey" / "dsn").read_text()

    @property
    def redis(self) -> "redis.Redis":
        return redis.Redis.from_url(self.redis_url)

    @property
    def append_only(self) -> Path:
        """Where Valkey keeps what it must remember."""
        return self.state / "valkey" / "appendonlydir"

    async def _start(self) -> None:
        found = {each.name: each for each in programs(self._settings(self.ports[0]))}
        self.postgres = self._piece(
            "postgres", found["postgres"], lambda: postgres.is_ready(self.state)
        )
        self.valkey = self._piece("valkey", found["valkey"], lambda: valkey.is_ready(self.state))
        await self.postgres.start()
        await self.valkey.start()
        await asyncio.to_thread(bring_up_to_date, self.dsn, "the database")
        for number, port in enumerate(self.ports, start=1):
            self._web(f"web-{number}", port)
        for number in range(1, self._machines.workers + 1):
            self._piece(f"worker-{number}", found["worker"], lambda: True)
        await asyncio.gather(*(each.start() for each in self.webs + self.workers))

    def _web(self, name: str, port: int) -> None:
        found = {each.name: each for each in programs(self._settings(port))}["web"]
        command = [*found.command, "--header", f"{SERVED_BY}:{name}"]
        self._piece(name, replace(found, command=command), lambda: _answers(port))

    def _piece(self, name: str, program: Program, ready: Callable[[], bool]) -> Piece:
        log = self.state / f"{name}.log"
        piece = Piece(name, program, self._environment, log, ready)
        self.pieces.append(piece)
        return piece

    def _settings(self, port: int) -> Settings:
        return Settings(
            _env_file=None,  # type: ignore[call-arg]
            state=self.state,
            database_url=None,
            redis_url=None,
            port=port,
            drain=DRAIN,
        )

    def logs(self) -> str:
        """What the programs had to say."""
        parts = [(each.name, (self.state / f"{each.name}.log").read_text()) for each in self.pieces]
        return "\n".join(f"== {name}\n{text[-3000:]}" for name, text in parts if text)


def copy_folder(source: Path, target: Path) -> None:
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target)


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/live", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def _is_left_out(name: str) -> bool:
    # Without kept bytecode every start compiles all it imports: 2 s that no operator waits.
    return name.startswith("TECHTREE_") or name == "PYTHONDONTWRITEBYTECODE"
