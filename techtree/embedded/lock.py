"""Sees to it that a state folder is used by one run at a time, even if the last one was killed."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from techtree.embedded.errors import EmbeddedError
from techtree.private import private_folder


@contextmanager
def only_run(state: Path, description: str) -> Iterator[None]:
    """Hold the folder's lock. Raises `EmbeddedError` with the description of who has it."""
    path = private_folder(state) / "run.lock"
    with path.open("a+") as file:
        try:
            # The system lets go of it when this process ends, however it ends.
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise EmbeddedError(f"{state} is in use: {file.read()}") from None
        file.truncate(0)
        file.write(description)
        file.flush()
        yield
