"""Where the wheels that carry the servers put their files."""

from importlib.metadata import distribution
from pathlib import Path


def located(wheel: str, suffix: str) -> Path:
    """The installed file of the wheel whose path ends so.

    The packages are not imported: they make folders of their own in the home folder.
    """
    found = [file for file in distribution(wheel).files or () if str(file).endswith(suffix)]
    return Path(str(found[0].locate())).resolve()
