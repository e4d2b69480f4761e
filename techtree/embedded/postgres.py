"""The embedded PostgreSQL server: its data folder, its command line, its address."""

import os
import pwd
import secrets
import shutil
import signal
import subprocess
from pathlib import Path
from urllib.parse import quote

from techtree import launch
from techtree.embedded.errors import EmbeddedError
from techtree.embedded.place import SOFTWARE, Place, place
from techtree.private import keep, private_folder, write_private

STOP = signal.SIGINT
"""Ends connections and shuts down in order; SIGTERM would wait for every client to leave."""

NAME = "techtree"
"""Of the role and of the database."""

OPTIONS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "128MB",
    # Nobody replicates a development server; without it less is written.
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "log_checkpoints": "off",
    "log_line_prefix": "",
    "timezone": "UTC",
    "log_timezone": "UTC",
}


def prepare(state: Path) -> None:
    """Make the data folder unless it exists, and write down the address.

    Raises `EmbeddedError` when it can't be made or was made by another major version.
    """
    found = place(state)
    password = keep(private_folder(state / "postgres") / "password", secrets.token_urlsafe)
    if (found.data / "PG_VERSION").exists():
        _check_version(found)
    else:
        _initialise(found, password)
    host = quote(str(found.sockets), safe="")
    write_private(state / "postgres" / "dsn", f"postgresql://{NAME}:{password}@/{NAME}?host={host}")


def command(state: Path) -> list[str]:
    """How to start the server as a child of this process."""
    found = place(state)
    options = {**OPTIONS, "unix_socket_directories": str(found.sockets)}
    settings = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
    program = [str(found.software / "bin" / "postgres"), "-D", str(found.data), *settings]
    return launch.command(program, stop=STOP, user=found.user, directory="/")


def is_ready(state: Path) -> bool:
    """True when a server that runs takes connections: the last line of its own note says so."""
    try:
        lines = note(state).read_text().splitlines()
    except FileNotFoundError:
        return False
    return len(lines) > 7 and lines[7].strip() == "ready"


def tool(name: str) -> str:
    """The path of a program that came with the server, such as `pg_dump`."""
    return str(SOFTWARE / "bin" / name)


def note(state: Path) -> Path:
    """The file in which a running server writes its process and its condition."""
    return place(state).data / "postmaster.pid"


def _check_version(found: Place) -> None:
    made_by = (found.data / "PG_VERSION").read_text().strip()
    wording = subprocess.check_output([found.software / "bin" / "postgres", "--version"], text=True)
    runs = wording.split()[-1].partition(".")[0]
    if made_by != runs:
        raise EmbeddedError(
            f"the data in {found.data} was written by PostgreSQL {made_by}, and this is {runs}:"
            f" move it with `pg_dump` of version {made_by}, or keep the older lock file"
        )


def _initialise(found: Place, password: str) -> None:
    # All is made beside the final place and then renamed, so a start that was killed half-way
    # leaves nothing that looks finished.
    user = _named_user()
    unfinished = found.data.with_name("data.unfinished")
    password_file = found.data.with_name("password.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    write_private(password_file, password)
    if found.user is not None:
        # That user's other processes can't come here: the folder above keeps them out.
        os.chown(unfinished, user, found.user)
        os.chown(password_file, user, found.user)
    try:
        _run_initdb(found, unfinished, password_file)
        _create_database(found, unfinished)
    finally:
        password_file.unlink()
    if found.user is not None:
        for path in (unfinished, *unfinished.rglob("*")):
            os.chown(path, found.user, found.user, follow_symlinks=False)
    unfinished.rename(found.data)


def _named_user() -> int:
    """initdb insists on a user with a name."""
    number = os.geteuid() or _nobody()
    try:
        pwd.getpwuid(number)
    except KeyError:
        raise EmbeddedError(
            f"to make the embedded database, user {number} needs a name on this system;"
            " run as a user that has one, or set TECHTREE_DATABASE_URL"
        ) from None
    return number


def _nobody() -> int:
    try:
        return pwd.getpwnam("nobody").pw_uid
    except KeyError:
        return 65_534


def _run_initdb(found: Place, data: Path, password_file: Path) -> None:
    options = ["--username", NAME, "--pwfile", str(password_file), "--auth", "scram-sha-256"]
    # One that PostgreSQL brings along sorts the same on every machine.
    locale = ["--encoding", "UTF8", "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"]
    _run(found, ["initdb", "-D", str(data), *options, *locale, "--locale", "C"])


def _create_database(found: Place, data: Path) -> None:
    server = ["postgres", "--single", "-D", str(data), "postgres"]
    _run(found, server, stdin=f"CREATE DATABASE {NAME}\n")


def _run(found: Place, program: list[str], stdin: str = "") -> None:
    finished = subprocess.run(
        [found.software / "bin" / program[0], *program[1:]],
        input=stdin,
        text=True,
        capture_output=True,
        cwd="/",
        env={"PATH": os.defpath, "LC_ALL": "C"},
        check=False,
        user=None if found.user is None else _named_user(),
        group=found.user,
        extra_groups=None if found.user is None else [],
    )
    if finished.returncode != 0:
        raise EmbeddedError(f"{program[0]} failed: {finished.stderr.strip() or finished.stdout}")
