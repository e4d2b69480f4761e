"""Grading by rule: no table, no model, the same answer to the same question every time."""

from techtree.grading.rules import by_rule, gives_up
from techtree.grading.verdicts import DONT_KNOW, Criterion, Grade, Method, Verdict

__all__ = ["DONT_KNOW", "Criterion", "Grade", "Method", "Verdict", "by_rule", "gives_up"]
