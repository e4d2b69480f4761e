"""Brings the tables of the database up to what the code expects."""

import asyncio
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import asyncpg
import piccolo

from techtree import launch
from techtree.running.errors import StartError
from techtree.settings import ROOT

LOCK = 7_318_624_001
"""The advisory lock of whoever migrates."""

IDENTITY = re.compile(r'^ID = "(.+)"$', re.MULTILINE)


def bring_up_to_date(dsn: str, database: str) -> None:
    """Apply the migrations that are missing. Raises `StartError`, which calls it `database`.

    A database that has seen migrations this code doesn't know is left alone. Of several processes
    that do this at once, on whatever machines, one goes on and the others wait for it.
    """
    try:
        asyncio.run(_one_at_a_time(dsn, database))
    except (asyncpg.PostgresError, OSError, ValueError) as error:
        reason = str(error) or type(error).__name__
        raise StartError(f"{database} can't be used: {reason}") from error


async def _one_at_a_time(dsn: str, database: str) -> None:
    connection = await asyncpg.connect(dsn, timeout=10)
    try:
        # It goes with the connection, also when this process is killed.
        await connection.execute("SELECT pg_advisory_lock($1)", LOCK)
        await _bring_up_to_date(connection, dsn, database)
    finally:
        await connection.close()


async def _bring_up_to_date(connection: asyncpg.Connection, dsn: str, database: str) -> None:
    applied = await _applied_migrations(connection)
    # Read from the files, because importing Piccolo and the tables takes longer than all the rest
    # of a start, and there is hardly ever anything to do.
    known = _known_migrations()
    unknown = sorted(applied - known)
    if unknown:
        raise StartError(
            f"{database} was used by a newer TechTree: it has {len(unknown)} migration(s) that this"
            f" code doesn't know, the first from {unknown[0][:10]}; update the code"
        )
    if known - applied:
        await asyncio.to_thread(_migrate, dsn, database)


async def _applied_migrations(connection: asyncpg.Connection) -> set[str]:
    if await connection.fetchval("SELECT to_regclass('migration')") is None:
        return set()
    return {row["name"] for row in await connection.fetch("SELECT name FROM migration")}


def _known_migrations() -> set[str]:
    users = Path(piccolo.__file__).parent / "apps" / "user" / "piccolo_migrations"
    files = [*users.glob("*.py"), *(ROOT / "techtree" / "migrations").glob("*.py")]
    return {identity for file in files for identity in IDENTITY.findall(file.read_text())}


def _migrate(dsn: str, database: str) -> None:
    command = [sys.executable, "-m", "techtree.running.migrating"]
    finished = subprocess.run(
        # When this process is killed, its lock goes, so nobody may go on without it.
        launch.command(command, stop=signal.SIGKILL, directory=str(ROOT)),
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env={
            **os.environ,
            "TECHTREE_DATABASE_URL": dsn,
            "PICCOLO_CONF": "techtree.piccolo_conf",
        },
    )
    if finished.returncode != 0:
        report = finished.stdout + finished.stderr
        raise StartError(f"{database} could not be migrated:\n{report.strip()}")
