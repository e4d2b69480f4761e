"""Figures of how well it all goes, read from the rows."""
# Every part of every query is a constant of this package.
# ruff: noqa: S608

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from techtree.accounts import Learner
from techtree.admin.tables import JOBS

DAYS = 14


@dataclass(frozen=True, slots=True)
class Waiting:
    """Work of one kind that nobody has begun."""

    kind: str
    rows: int
    oldest: int
    """Seconds that the oldest of it has waited."""


@dataclass(frozen=True, slots=True)
class Bar:
    label: str
    value: float
    shown: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Verdicts:
    given: int
    contested: int
    overturned: int


@dataclass(frozen=True, slots=True)
class Drafts:
    """Questions by a model, and how many drafts of them did not pass the checks."""

    written: int
    rejected: int


async def waiting() -> list[Waiting]:
    """For each kind of work, what waits and for how long."""
    found = []
    for kind, query in JOBS.items():
        rows = await Learner.raw(
            "SELECT count(*) AS rows, coalesce(extract(epoch FROM now() - min(created_at)), 0)::int"
            f" AS oldest FROM ({query}) w WHERE w.status = 'pending'"
            " AND (w.due_at IS NULL OR w.due_at <= now())"
        )
        found.append(Waiting(kind, rows[0]["rows"], rows[0]["oldest"]))
    return found


async def failures() -> list[Bar]:
    """Why work has failed in the last days, the commonest reason first."""
    union = " UNION ALL ".join(
        f"SELECT w.failure, '{kind}' AS kind FROM ({query}) w WHERE w.status = 'failed'"
        f" AND w.created_at > now() - interval '{DAYS} days'"
        for kind, query in JOBS.items()
    )
    rows = await Learner.raw(
        f"SELECT failure, string_agg(DISTINCT kind, ', ') AS kinds, count(*) AS rows"
        f" FROM ({union}) failed GROUP BY failure ORDER BY rows DESC LIMIT 20"
    )
    return [Bar(row["failure"], row["rows"], str(row["rows"]), row["kinds"]) for row in rows]


async def drafts() -> Drafts:
    """Of the last days. Each question takes one draft, unless some were rejected."""
    rows = await Learner.raw(
        "SELECT count(*) FILTER (WHERE q.status = 'complete') AS written,"
        " coalesce(sum(c.drafts - (q.status = 'complete')::int), 0)::int AS rejected"
        " FROM (SELECT subject, count(*) AS drafts FROM call WHERE prompt LIKE 'question@%'"
        " AND outcome = 'complete' AND created_at > now() - make_interval(days => {})"
        " GROUP BY subject) c JOIN question q ON q.id = c.subject",
        DAYS,
    )
    return Drafts(rows[0]["written"], rows[0]["rejected"])


async def verdicts() -> Verdicts:
    """Of the last days: how many were contested, and how many of those were wrong."""
    rows = await Learner.raw(
        "SELECT count(*) FILTER (WHERE a.supersedes IS NULL AND a.verdict <> 'ungraded') AS given,"
        " count(*) FILTER (WHERE g.argument <> '') AS contested,"
        " count(*) FILTER (WHERE g.argument <> '' AND later.score > coalesce(a.score, 0))"
        " AS overturned FROM answer a LEFT JOIN grading g ON g.answer = a.id"
        " LEFT JOIN answer later ON later.supersedes = a.id"
        " WHERE a.created_at > now() - make_interval(days => {})",
        DAYS,
    )
    return Verdicts(**rows[0])


async def costs() -> list[Bar]:
    """What models have cost on each of the last days, and which of them."""
    rows = await Learner.raw(
        "SELECT days.day::date AS day, c.model, sum(c.cost) AS cost, count(c.id) AS calls,"
        " count(c.id) - count(c.cost) AS unknown"
        " FROM generate_series(date_trunc('day', now(), 'UTC') - make_interval(days => {}),"
        " date_trunc('day', now(), 'UTC'), '1 day') AS days (day)"
        " LEFT JOIN call c ON c.created_at >= days.day"
        " AND c.created_at < days.day + interval '1 day'"
        " GROUP BY days.day, c.model ORDER BY days.day, c.model",
        DAYS - 1,
    )
    found: list[Bar] = []
    for day in dict.fromkeys(row["day"] for row in rows):
        of_day = [row for row in rows if row["day"] == day and row["model"]]
        total = sum((row["cost"] or Decimal(0) for row in of_day), Decimal(0))
        detail = "; ".join(_model(row) for row in of_day)
        found.append(Bar(f"{day:%-d %b}", float(total), _dollars(total), detail))
    return found


def _model(row: dict[str, object]) -> str:
    unknown = f", {row['unknown']} of no known price" if row["unknown"] else ""
    cost = row["cost"] if isinstance(row["cost"], Decimal) else Decimal(0)
    return f"{row['model']} {_dollars(cost)} in {row['calls']} requests{unknown}"


def _dollars(amount: Decimal) -> str:
    return f"${amount:.2f}" if amount >= 1 or not amount else f"${amount:.4f}"


def widths(bars: Sequence[Bar]) -> list[float]:
    """The bars' lengths, of 100 for the longest."""
    longest = max((bar.value for bar in bars), default=0) or 1
    return [round(100 * bar.value / longest, 2) for bar in bars]
