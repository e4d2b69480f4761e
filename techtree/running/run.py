"""From settings to a running TechTree, in the order in which things can go wrong."""

import os
import signal
import sys
from pathlib import Path

from techtree.embedded import EmbeddedError, postgres, valkey
from techtree.embedded.lock import only_run
from techtree.embedded.servers import running_postgres
from techtree.private import FolderError
from techtree.running import supervision
from techtree.running.errors import StartError
from techtree.running.leftovers import MARK, stop_leftovers
from techtree.running.port import check_port
from techtree.running.programs import programs
from techtree.running.schema import bring_up_to_date
from techtree.settings import ROOT, Settings, get_settings


def run() -> int:
    """Run TechTree until it is told to stop; return the exit code of the process.

    Raises `StartError` when it can't start.
    """
    settings = get_settings()
    state = settings.state
    signal.signal(signal.SIGTERM, _leave)
    signal.signal(signal.SIGHUP, _leave)
    _set_environment(state)
    try:
        with only_run(state, _description(settings)):
            stop_leftovers(state)
            check_port(settings.host, settings.port)
            _prepare(settings)
            try:
                return supervision.supervise(programs(settings), settings)
            finally:
                # A program that was killed may have left children of its own.
                stop_leftovers(state)
    except (FolderError, EmbeddedError) as error:
        raise StartError(str(error)) from error


def _leave(_signal: int, _frame: object) -> None:
    sys.exit(0)


def _set_environment(state: Path) -> None:
    os.chdir(ROOT)
    os.environ["TECHTREE_STATE"] = str(state)
    os.environ["PICCOLO_CONF"] = "techtree.piccolo_conf"
    os.environ["PYTHONUNBUFFERED"] = "1"
    os.environ[MARK] = str(state)


def _description(settings: Settings) -> str:
    process = os.getpid()
    return (
        f"TechTree runs already at {settings.address};"
        f" stop it with Ctrl-C in its terminal, or with `kill {process}`"
    )


def _prepare(settings: Settings) -> None:
    if settings.redis_url is None:
        valkey.prepare(settings.state)
    if settings.database_url is not None:
        bring_up_to_date(settings.postgres_dsn, "the database of TECHTREE_DATABASE_URL")
        return
    postgres.prepare(settings.state)
    # It is started twice, for the tables and then for good. That takes a fraction of a second,
    # and whatever is wrong with the database ends the start with one clear message.
    with running_postgres(settings.state):
        bring_up_to_date(settings.postgres_dsn, "the embedded database")
