"""Grading by rule: no table, no model, the same answer to the same question every time."""

from techtree.grading.limited import processes
from techtree.grading.rules import by_rule, gives_up
from techtree.grading.units import registry
from techtree.grading.verdicts import DONT_KNOW, Criterion, Grade, Method, Verdict

__all__ = ["DONT_KNOW", "Criterion", "Grade", "Method", "Verdict", "by_rule", "gives_up", "warm"]


def warm() -> None:
    """Load what takes a second or two, so that the first learner doesn't wait for it."""
    processes().warm()
    registry()
