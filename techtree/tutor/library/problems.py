"""What is wrong with a course, where, and what to do about it."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to repair. `what` has no full stop, `remedy` is a whole sentence."""

    path: Path
    line: int
    """From 1, in the whole file."""
    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{_near(self.path)}:{self.line}: {self.what}. {self.remedy}"


def _near(path: Path) -> Path:
    """The path as someone in the current folder would type it."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path
