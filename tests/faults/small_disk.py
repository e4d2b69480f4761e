"""A file system of a few megabytes for PostgreSQL, which can be filled to the last byte."""

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from techtree.embedded import postgres
from techtree.embedded.place import place

MEGABYTES = 160


class SmallDisk:
    def __init__(self, folder: Path) -> None:
        self._ballast = folder / "ballast"

    def fill(self) -> None:
        with contextlib.suppress(OSError), self._ballast.open("ab", buffering=0) as file:
            while True:
                file.write(bytes(4096))

    def make_room(self) -> None:
        self._ballast.unlink()


def can_mount() -> bool:
    return os.geteuid() == 0 and shutil.which("mount") is not None


@contextlib.contextmanager
def small_disk(state: Path) -> Iterator[SmallDisk]:
    """Where the database of this state folder lies from now on."""
    state.mkdir(mode=0o700, parents=True)
    postgres.prepare(state)
    found = place(state)
    data = found.data
    roomy = data.rename(data.with_name("data.before"))
    data.mkdir()
    options = f"size={MEGABYTES}m,mode=0700,uid={found.user},gid={found.user}"
    _run("mount", "-t", "tmpfs", "-o", options, "tmpfs", str(data))
    try:
        _run("cp", "--archive", f"{roomy}/.", str(data))
        shutil.rmtree(roomy)
        yield SmallDisk(data)
    finally:
        _run("umount", str(data))
        # What removed the state folder could not remove the place of a file system in use.
        shutil.rmtree(data.parent)


def _run(*command: str) -> None:
    subprocess.run(command, check=True)
