"""Folders for Unix sockets, whose paths may have about a hundred bytes."""

import hashlib
import os
import shutil
import stat
import tempfile
from pathlib import Path

from techtree.private import FolderError, private_folder

LONGEST_PATH = 103
"""Bytes; macOS allows no more, Linux four more."""

LONGEST_NAME = len("/.s.PGSQL.5432")


def socket_folder(wanted: Path) -> Path:
    """`wanted`, or where its path won't do for a socket, a folder that stands for it."""
    if _will_do(wanted):
        return private_folder(wanted)
    folder = _stand_in(wanted)
    # Anybody may have made something of this name before us.
    if os.path.lexists(folder) and stat.S_IMODE(folder.lstat().st_mode) != 0o700:
        raise FolderError(f"{folder} is open to other users or a link; remove it")
    return private_folder(folder)


def forget_socket_folder(wanted: Path) -> None:
    """Remove what `socket_folder` made."""
    shutil.rmtree(wanted if _will_do(wanted) else _stand_in(wanted), ignore_errors=True)


def _will_do(path: Path) -> bool:
    # PostgreSQL and its clients take a comma for the next folder of a list.
    return len(os.fsencode(path)) + LONGEST_NAME <= LONGEST_PATH and "," not in str(path)


def _stand_in(wanted: Path) -> Path:
    name = hashlib.sha256(os.fsencode(wanted)).hexdigest()[:16]
    return Path(tempfile.gettempdir(), f"techtree-{os.geteuid()}-{name}")
