"""A learner's record as pictures show it: study week by week, and how far each concept has come."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from techtree import progress
from techtree.accounts import Learner
from techtree.progress import Mastery

WEEKS = 12


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days in UTC, from a Monday on."""

    monday: date
    days: int = 0
    """On how many of them something was answered."""
    answers: int = 0
    right: int = 0


@dataclass(frozen=True, slots=True)
class Reached:
    """One concept of one syllabus."""

    name: str
    mastery: Mastery


async def weeks(learner: uuid.UUID, today: date) -> list[Week]:
    """The last 12 weeks, the current one last, those without an answer too."""
    this = today - timedelta(days=today.weekday())
    mondays = [this - timedelta(weeks=back) for back in reversed(range(WEEKS))]
    studied = {row["monday"]: Week(**row) for row in await _rows(_WEEKS, learner, mondays[0])}
    return [studied.get(monday, Week(monday)) for monday in mondays]


async def reached(learner: uuid.UUID, syllabi: list[uuid.UUID]) -> dict[uuid.UUID, list[Reached]]:
    """The concepts of each of these syllabi in reading order, without those not drafted yet."""
    mastery = await progress.mastery_by_syllabus(learner, syllabi)
    found: dict[uuid.UUID, list[Reached]] = {}
    for row in await _rows(_CONCEPTS, syllabi):
        known = mastery[row["syllabus"]].get(row["key"], Mastery.NONE)
        found.setdefault(row["syllabus"], []).append(Reached(row["name"], known))
    return found


async def _rows(query: str, *values: Any) -> Sequence[dict[str, Any]]:
    return list(await Learner.raw(query, *values))


_WEEKS = """
SELECT date_trunc('week', a.created_at AT TIME ZONE 'UTC')::date AS monday,
       count(DISTINCT (a.created_at AT TIME ZONE 'UTC')::date) AS days,
       count(*) AS answers,
       count(*) FILTER (WHERE a.verdict = 'correct') AS right
FROM answer a
WHERE a.learner = {} AND (a.created_at AT TIME ZONE 'UTC')::date >= {}
  AND NOT EXISTS (SELECT FROM answer later WHERE later.supersedes = a.id)
GROUP BY 1
"""

_CONCEPTS = """
SELECT c.syllabus, c.key, c.name FROM concept c
LEFT JOIN LATERAL (
    SELECT m.position AS tier, l.position FROM lesson l JOIN module m ON m.id = l.module
    WHERE l.syllabus = c.syllabus AND c.key = ANY(l.teaches) ORDER BY 1, 2 LIMIT 1
) taught ON true
WHERE c.syllabus = ANY({}::uuid[])
ORDER BY c.syllabus, taught.tier, taught.position, c.key
"""
