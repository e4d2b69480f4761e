"""A migration that is killed is begun again, and ends as one that never was."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import asyncpg
import pytest

from techtree.settings import ROOT, get_settings

SHAPE = (
    "SELECT table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable"
    " FROM information_schema.columns WHERE table_schema = 'public'"
    " UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'"
    " UNION ALL SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)"
    " FROM pg_constraint WHERE connamespace = 'public'::regnamespace"
    " UNION ALL SELECT name FROM migration ORDER BY 1"
)
"""Tables, indexes, constraints, and which migrations are noted as done."""


@pytest.fixture
async def empty(servers: None) -> AsyncIterator[str]:
    """The address of a database without tables."""
    dsn = get_settings().postgres_dsn
    await _execute(dsn, "CREATE DATABASE interrupted")
    yield urlsplit(dsn)._replace(path="/interrupted").geturl()
    await _execute(dsn, "DROP DATABASE interrupted WITH (FORCE)")


@pytest.mark.parametrize("whole", [True, False], ids=["all of it", "the first process alone"])
async def test_a_killed_migration_is_begun_again_and_ends_complete(empty: str, whole: bool) -> None:
    began = 0
    # All of it takes a second or two: some are killed before, some in the middle.
    for delay in (0.4, 0.7, 0.9, 1.1, 1.3):
        process = _migrate(empty)
        await asyncio.sleep(delay)
        began += process.poll() is None
        with contextlib.suppress(ProcessLookupError):
            (os.killpg if whole else os.kill)(process.pid, signal.SIGKILL)
        process.wait()
        assert len(await _tables(empty)) in (0, len(await _tables(get_settings().postgres_dsn)))
    assert began > 0
    last = _migrate(empty)
    output, _ = await asyncio.to_thread(last.communicate, timeout=60)
    assert last.returncode == 0, output
    assert await _shape(empty) == await _shape(get_settings().postgres_dsn)


def _migrate(dsn: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-m", "techtree", "migrate"],
        cwd=ROOT,
        env={**os.environ, "TECHTREE_DATABASE_URL": dsn},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


async def _tables(dsn: str) -> list[str]:
    return await _fetch(dsn, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")


async def _shape(dsn: str) -> list[str]:
    return await _fetch(dsn, SHAPE)


async def _fetch(dsn: str, query: str) -> list[str]:
    connection = await asyncpg.connect(dsn)
    try:
        return [row[0] for row in await connection.fetch(query)]
    finally:
        await connection.close()


async def _execute(dsn: str, command: str) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(command)
    finally:
        await connection.close()
