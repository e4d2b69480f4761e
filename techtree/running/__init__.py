"""`make run`: everything that TechTree needs, started, watched and stopped together."""

from techtree.running.errors import StartError
from techtree.running.run import run

__all__ = ["StartError", "run"]
