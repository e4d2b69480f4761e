"""`make run`: everything that TechTree needs, started, watched and stopped together."""

from techtree.running.run import StartError, run

__all__ = ["StartError", "run"]
