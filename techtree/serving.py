"""One program of a TechTree whose servers somebody else keeps: a web server, a worker, migrations.

Each becomes the program it names, so that whoever started it, systemd or a container, signals it
and hears how it ended.
"""

import os
import sys
from typing import NoReturn

from techtree.running.programs import WEB_GRACE, WORKER_GRACE, web_arguments, worker_arguments
from techtree.running.schema import bring_up_to_date
from techtree.settings import ROOT, get_settings


def web() -> NoReturn:
    """Serve pages until SIGTERM; then let open pages leave one by one, and end."""
    settings = get_settings()
    _become(web_arguments(settings, grace=int(settings.drain) + WEB_GRACE))


def worker() -> NoReturn:
    """Do jobs until SIGTERM; then finish what can be finished in time, and hand the rest over."""
    _become(worker_arguments(grace=int(get_settings().drain) + WORKER_GRACE))


def migrate() -> int:
    """Bring the tables up to date. Of several at once, one does it and the others wait."""
    bring_up_to_date(get_settings().postgres_dsn, "the database")
    sys.stdout.write("The database is up to date.\n")
    return 0


def _become(module: list[str]) -> NoReturn:
    os.chdir(ROOT)
    os.environ["PICCOLO_CONF"] = "techtree.piccolo_conf"
    os.environ["PYTHONUNBUFFERED"] = "1"
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-m", *module])  # noqa: S606
