"""Files and folders that no other user of this machine may read."""

import contextlib
import os
import stat
import tempfile
from collections.abc import Callable
from pathlib import Path


class FolderError(Exception):
    """A folder can't be used. `str(error)` is one line for the operator, with what to do."""


def private_folder(path: Path) -> Path:
    """Make the folder unless it exists, and return it, closed to everybody else.

    Raises `FolderError` when it can't be written, is a link or belongs to another user.
    """
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = path.lstat()
        if not stat.S_ISDIR(found.st_mode):
            raise FolderError(f"{path} must be a folder and not a link; remove it")
        if found.st_uid != os.geteuid():
            raise FolderError(
                f"{path} belongs to user {found.st_uid} and you are user {os.geteuid()};"
                " run as its owner, or set TECHTREE_STATE to a folder of your own"
            )
        if found.st_mode & 0o077:
            path.chmod(0o700)
        if not os.access(path, os.W_OK | os.X_OK):
            raise PermissionError(0, "it is read-only")
    except OSError as error:
        raise FolderError(
            f"{path} can't be written: {error.strerror}; set TECHTREE_STATE to a folder that can be"
        ) from error
    return path


def write_private(path: Path, text: str) -> None:
    """Replace the file's content in one step, so that nobody reads half of it."""
    temporary = _written_beside(path, text)
    temporary.replace(path)


def keep(path: Path, make: Callable[[], str]) -> str:
    """The file's content; if there is none yet, what `make` returns, kept for ever.

    Processes that ask at the same time all get the same answer.
    """
    if not path.exists():
        private_folder(path.parent)
        temporary = _written_beside(path, make())
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(temporary)
        temporary.unlink()
    return path.read_text()


def _written_beside(path: Path, text: str) -> Path:
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    return Path(name)
