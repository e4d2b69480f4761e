"""Web server and worker as systemd or a container starts them, on servers that others keep."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from uuid import uuid4

import asyncpg
import pytest

from techtree.settings import ROOT, get_settings
from tests.setup.started import free_port


@pytest.fixture
async def empty_database(servers: None) -> str:
    name = f"fresh_{uuid4().hex[:8]}"
    dsn = get_settings().postgres_dsn
    rows = await asyncpg.connect(dsn)
    await rows.execute(f"CREATE DATABASE {name}")
    await rows.close()
    before, _, after = dsn.partition("?")
    return f"{before.rpartition('/')[0]}/{name}?{after}"


@pytest.fixture
def production(servers: None) -> dict[str, str]:
    settings = get_settings()
    return {
        **os.environ,
        "TECHTREE_ENV": "production",
        "TECHTREE_SECRET": "0123456789abcdef0123456789abcdef",
        "TECHTREE_PUBLIC_URL": "https://tutor.example.org",
        "TECHTREE_DATABASE_URL": settings.postgres_dsn,
        "TECHTREE_REDIS_URL": settings.redis_dsn,
        "TECHTREE_PORT": str(free_port()),
        "TECHTREE_DRAIN": "1",
    }


def test_of_several_that_migrate_at_once_all_succeed(
    empty_database: str, production: dict[str, str]
) -> None:
    production["TECHTREE_DATABASE_URL"] = empty_database
    several = [_start("migrate", production) for _ in range(3)]
    for each in several:
        said, error = each.communicate(timeout=120)
        assert each.returncode == 0, error
        assert "up to date" in said


def test_a_web_server_answers_logs_as_json_and_ends_when_told_to(
    production: dict[str, str],
) -> None:
    web = _start("web", production)
    try:
        address = f"http://127.0.0.1:{production['TECHTREE_PORT']}"
        ready = _answer(f"{address}/health/ready")
        assert json.loads(ready)["status"] == "ok"
        web.send_signal(signal.SIGTERM)
        _, error = web.communicate(timeout=20)
    finally:
        web.kill()
    assert web.returncode in (0, -signal.SIGTERM)
    assert all(isinstance(line, dict) for line in _logged(error))


def test_a_worker_ends_when_told_to(production: dict[str, str]) -> None:
    worker = _start("worker", production)
    try:
        assert worker.stderr
        lines = iter(worker.stderr.readline, "")
        assert any("ready for action" in line for line in lines)
        worker.send_signal(signal.SIGTERM)
        worker.communicate(timeout=30)
    finally:
        worker.kill()
    assert worker.returncode == 0


def test_all_that_is_unsafe_is_said_at_once(production: dict[str, str]) -> None:
    production |= {
        "TECHTREE_SECRET": "short",
        "TECHTREE_PUBLIC_URL": "http://tutor.example.org",
    }
    refused = _start("web", production)
    _, error = refused.communicate(timeout=30)
    assert refused.returncode == 1
    assert "TECHTREE_SECRET must have" in error
    assert "TECHTREE_PUBLIC_URL must start with https://" in error
    assert "Traceback" not in error and "short" not in error.replace("shorter", "")


def _start(command: str, environment: dict[str, str]) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "techtree", command],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _answer(address: str) -> bytes:
    deadline = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                return bytes(answer.read())
        except OSError:
            assert time.monotonic() < deadline
            time.sleep(0.1)


def _logged(text: str) -> Iterator[object]:
    for line in text.splitlines():
        yield json.loads(line)
