"""Brings the tables of the database up to what the code expects."""

import asyncio
import contextlib
import io

from asyncpg import PostgresError
from piccolo.apps.migrations.commands.forwards import ForwardsMigrationManager, run_forwards
from piccolo.apps.migrations.tables import Migration

from techtree.running.errors import StartError


def bring_up_to_date(database: str) -> None:
    """Apply the migrations that are missing. Raises `StartError`, which names `database`.

    A database that has seen migrations this code doesn't know is left alone.
    """
    try:
        asyncio.run(_bring_up_to_date(database))
    except (PostgresError, OSError) as error:
        raise StartError(f"{database} can't be used: {_sentence(error)}") from error


async def _bring_up_to_date(database: str) -> None:
    unknown = await _unknown_migrations()
    if unknown:
        raise StartError(
            f"{database} was used by a newer TechTree: this code doesn't know its"
            f" {len(unknown)} migration(s) from {unknown[0]} on; update the code"
        )
    report = io.StringIO()
    with contextlib.redirect_stdout(report), contextlib.redirect_stderr(report):
        result = await run_forwards("all")
    if not result.success:
        raise StartError(f"{database} could not be migrated:\n{report.getvalue()}")


async def _unknown_migrations() -> list[str]:
    if not await Migration.table_exists():
        return []
    unknown: list[str] = []
    manager = ForwardsMigrationManager("all")
    for app in manager.get_sorted_app_names():
        folder = manager.get_app_config(app).resolved_migrations_folder_path
        known = manager.get_migration_modules(folder)
        ran = await Migration.get_migrations_which_ran(app_name=app)
        unknown += [name for name in ran if name not in known]
    return sorted(unknown)


def _sentence(error: Exception) -> str:
    return str(error) or type(error).__name__
