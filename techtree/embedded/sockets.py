"""Folders for Unix sockets, whose paths may have about a hundred bytes."""

import hashlib
import os
import stat
import tempfile
from pathlib import Path

from techtree.private import FolderError, private_folder

LONGEST_PATH = 103
"""Bytes; macOS allows no more, Linux four more."""

LONGEST_NAME = len("/.s.PGSQL.5432")


def socket_folder(wanted: Path) -> Path:
    """`wanted`, or where its path won't do for a socket, a folder that stands for it."""
    if len(os.fsencode(wanted)) + LONGEST_NAME <= LONGEST_PATH and _is_plain(wanted):
        return private_folder(wanted)
    name = hashlib.sha256(os.fsencode(wanted)).hexdigest()[:16]
    folder = Path(tempfile.gettempdir(), f"techtree-{os.geteuid()}-{name}")
    # Anybody may make a folder of this name before us, and it may even be ours but opened.
    if os.path.lexists(folder) and stat.S_IMODE(folder.lstat().st_mode) != 0o700:
        raise FolderError(f"{folder} is open to other users or a link; remove it")
    return private_folder(folder)


def _is_plain(path: Path) -> bool:
    """PostgreSQL's own settings and its clients' addresses take a comma for a list."""
    return "," not in str(path)
