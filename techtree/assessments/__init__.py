"""What is asked and what was answered: questions, evidence, and grading under way."""

from techtree.assessments.answers import Answer, Grading, answered_items
from techtree.assessments.questions import (
    DISPUTES_TO_RETIRE,
    WORKED_EXAMPLE,
    Question,
    Use,
)

__all__ = [
    "DISPUTES_TO_RETIRE",
    "WORKED_EXAMPLE",
    "Answer",
    "Grading",
    "Question",
    "Use",
    "answered_items",
]
