"""State folders for servers of a test's own."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from techtree.embedded import erase


@pytest.fixture
def state() -> Iterator[Path]:
    """A folder whose path is short enough for sockets; what lies elsewhere goes with it."""
    folder = Path(tempfile.mkdtemp(prefix="techtree-setup-")).resolve()
    yield folder
    erase(folder)
    shutil.rmtree(folder)
