"""A fair queue: what one learner asks for at once stands in nobody else's way.

A learner's first pieces of work go to the queue of those who wait. What is beyond goes to the queue
of what is prepared in the background, until there is room for it.
"""

from uuid import UUID

from techtree.syllabi import Syllabus

SHARE = 8
"""Pieces of work of one learner that may be in the queue of those who wait."""

_OPEN = "w.status IN ('pending', 'writing') AND NOT w.background"
_PLACES = f"""
SELECT w.id, row_number() OVER (PARTITION BY w.learner ORDER BY w.created_at, w.id) AS place FROM (
    SELECT w.id, w.learner, w.created_at FROM syllabus w WHERE {_OPEN}
    UNION ALL
    SELECT w.id, s.learner, w.created_at FROM lesson_version w JOIN lesson l ON l.id = w.lesson
        JOIN syllabus s ON s.id = l.syllabus WHERE {_OPEN}
    UNION ALL
    SELECT w.id, s.learner, w.created_at FROM message w JOIN study s ON s.id = w.study
        WHERE {_OPEN}
    UNION ALL
    SELECT w.id, coalesce(s.learner, p.learner), w.created_at FROM question w
        LEFT JOIN study s ON s.id = w.study LEFT JOIN placement p ON p.id = w.placement
        WHERE {_OPEN}
    UNION ALL
    SELECT w.id, a.learner, w.created_at FROM grading w JOIN answer a ON a.id = w.answer
        WHERE {_OPEN}
) w WHERE w.learner IS NOT NULL
"""  # noqa: S608


async def over_share() -> set[UUID]:
    """All open rows that are more than their learner's share."""
    rows = await Syllabus.raw(
        f"SELECT id FROM ({_PLACES}) places WHERE place > {{}}",  # noqa: S608
        SHARE,
    )
    return {row["id"] for row in rows}


async def is_over_share(row: UUID) -> bool:
    rows = await Syllabus.raw(
        f"SELECT id FROM ({_PLACES}) places WHERE place > {{}} AND id = {{}}",  # noqa: S608
        SHARE,
        row,
    )
    return bool(rows)
