"""What is asked and what was answered: questions, the evidence they give, and grading on its way."""

from techtree.assessments.answers import Answer, Grading
from techtree.assessments.questions import (
    DISPUTES_TO_RETIRE,
    WORKED_EXAMPLE,
    Question,
    Use,
)

__all__ = ["DISPUTES_TO_RETIRE", "WORKED_EXAMPLE", "Answer", "Grading", "Question", "Use"]
