"""Everything that is stored of a learner, for them to take along."""

import json
from typing import Any

from techtree.accounts import Learner

TABLES = {
    "sessions": "SELECT to_jsonb(t) - 'id' FROM session t WHERE t.learner = {}",
    "syllabi": "SELECT to_jsonb(t) - 'draft' FROM syllabus t WHERE t.learner = {}",
    "modules": "SELECT to_jsonb(t) FROM module t JOIN syllabus s ON s.id = t.syllabus"
    " WHERE s.learner = {}",
    "concepts": "SELECT to_jsonb(t) FROM concept t JOIN syllabus s ON s.id = t.syllabus"
    " WHERE s.learner = {}",
    "lessons": "SELECT to_jsonb(t) FROM lesson t JOIN syllabus s ON s.id = t.syllabus"
    " WHERE s.learner = {}",
    "lesson_versions": "SELECT to_jsonb(t) FROM lesson_version t JOIN lesson l ON l.id = t.lesson"
    " JOIN syllabus s ON s.id = l.syllabus WHERE s.learner = {}",
    "studies": "SELECT to_jsonb(t) || jsonb_build_object('lesson_title', l.title) FROM study t"
    " JOIN lesson l ON l.id = t.lesson WHERE t.learner = {}",
    "messages": "SELECT to_jsonb(t) FROM message t JOIN study s ON s.id = t.study"
    " WHERE s.learner = {}",
    "placements": "SELECT to_jsonb(t) FROM placement t WHERE t.learner = {}",
    "quizzes": "SELECT to_jsonb(t) FROM quiz t JOIN study s ON s.id = t.study WHERE s.learner = {}",
    # A question without its key, which may not be answered yet.
    "questions": "SELECT to_jsonb(t) - 'item' || jsonb_build_object('text', t.item->>'text')"
    " FROM question t LEFT JOIN study s ON s.id = t.study"
    " LEFT JOIN placement p ON p.id = t.placement WHERE coalesce(s.learner, p.learner) = {}",
    "answers": "SELECT to_jsonb(t) FROM answer t WHERE t.learner = {}",
    "gradings": "SELECT to_jsonb(t) FROM grading t JOIN answer a ON a.id = t.answer"
    " WHERE a.learner = {}",
    "model_calls": "SELECT to_jsonb(t) FROM call t WHERE t.learner = {}",
}
"""What there is of a learner, and how it is found."""


async def of_learner(learner: Learner) -> dict[str, Any]:
    """All of it as JSON has it, by table."""
    found: dict[str, Any] = {
        "learner": {
            "id": str(learner.id),
            "email": learner.email,
            "created_at": learner.created_at.isoformat(),
        }
    }
    for name, query in TABLES.items():
        selected = f"SELECT found.* FROM ({query}) AS found (row)"  # noqa: S608
        rows = await Learner.raw(selected, learner.id)
        found[name] = [json.loads(row["row"]) for row in rows]
    return found
