"""Everything that is stored, as one file, and back again.

PostgreSQL holds all of it. What Redis holds beside it is a window over the same rows and a queue
that is made anew from them.
"""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

from redis.asyncio import Redis
from redis.exceptions import RedisError

from techtree.embedded.postgres import tool
from techtree.embedded.servers import running_postgres
from techtree.running.errors import StartError
from techtree.running.schema import bring_up_to_date
from techtree.settings import get_settings


def backup(path: Path) -> int:
    """Write one consistent state of the database, while it may go on being used."""
    if path.exists():
        sys.stderr.write(f"techtree: {path} exists already; name a new file\n")
        return 1
    unfinished = path.with_name(f".{path.name}.unfinished")
    unfinished.touch(mode=0o600)
    try:
        with _database() as dsn:
            _run(dsn, "pg_dump", "--format=custom", "--no-owner", f"--file={unfinished}")
        unfinished.rename(path)
    finally:
        unfinished.unlink(missing_ok=True)
    sys.stdout.write(f"{path}: {path.stat().st_size / 1e6:.1f} MB. It holds accounts and chats.\n")
    return 0


def restore(path: Path, *, ask: bool = True) -> int:
    """Replace all tables by those of the backup, in one transaction: it is all there, or as before.

    Web servers and workers must be stopped.
    """
    with path.open("rb") as file:
        if file.read(5) != b"PGDMP":
            sys.stderr.write(f"techtree: {path} is not a file that `backup` wrote\n")
            return 1
    if ask and input("Replace every account, course and chat? Type yes: ").strip() != "yes":
        sys.stdout.write("Nothing was changed.\n")
        return 1
    with _database() as dsn:
        way = ["--clean", "--if-exists", "--no-owner", "--single-transaction", "--exit-on-error"]
        _run(dsn, "pg_restore", *way, str(path))
        bring_up_to_date(dsn, "the database")
    # What was published after the backup was made is of rows that are gone.
    with suppress(RedisError, OSError, SystemExit):
        asyncio.run(_forget_what_was_published())
    sys.stdout.write(f"Everything is as it was when {path} was written.\n")
    return 0


@contextmanager
def _database() -> Iterator[str]:
    """Where the database is. The embedded one is started if no TechTree runs."""
    settings = get_settings()
    dsn = settings.postgres_dsn
    if settings.database_url is not None or _answers(dsn):
        yield dsn
    else:
        with running_postgres(settings.state):
            yield dsn


def _answers(dsn: str) -> bool:
    asked = subprocess.run([tool("pg_isready"), "-q", "-d", dsn], check=False)
    return asked.returncode == 0


def _run(dsn: str, program: str, *arguments: str) -> None:
    address = urlsplit(dsn)
    # Everybody on this machine can read the arguments of a program, and nobody its environment.
    without = address._replace(netloc=address.netloc.replace(f":{address.password}@", "@"))
    finished = subprocess.run(
        [tool(program), *arguments, f"--dbname={urlunsplit(without)}"],
        capture_output=True,
        text=True,
        check=False,
        env={
            **os.environ,
            "LC_ALL": "C",
            "PGPASSWORD": unquote(address.password or ""),
            # A web server or a worker that still runs would be waited for.
            "PGOPTIONS": "-c lock_timeout=10s",
        },
    )
    if finished.returncode != 0:
        raise StartError(f"{program} failed, and nothing was changed: {finished.stderr.strip()}")


async def _forget_what_was_published() -> None:
    async with Redis.from_url(get_settings().redis_dsn) as redis:
        await redis.flushdb()
