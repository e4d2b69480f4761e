"""What every call to a model cost: who it was for, what for, how long, how much."""

import uuid
from dataclasses import dataclass
from decimal import Decimal

from piccolo.columns import UUID, ForeignKey, Integer, Numeric, OnDelete, Timestamptz, Varchar
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.columns.defaults.uuid import UUID4
from piccolo.table import Table

from techtree.accounts import Learner


class Call(Table):
    """One request to a model."""

    id = UUID(primary_key=True, default=UUID4())
    learner = ForeignKey(Learner, null=True, on_delete=OnDelete.set_null)
    kind = Varchar(length=20)
    """What it was for: `syllabus`, `lesson`, `reply`."""
    subject = UUID(null=True, default=None)
    """The row that it filled."""
    model = Varchar(length=200)
    prompt = Varchar(length=100)
    tokens_in = Integer()
    tokens_out = Integer()
    cost = Numeric(digits=(12, 6), null=True, default=None)
    """US dollars; None when the price is not known."""
    first_token_ms = Integer(null=True, default=None)
    total_ms = Integer()
    outcome = Varchar(length=40)
    request_id = Varchar(length=64)
    """Of the browser's request that led to it, as the logs have it."""
    created_at = Timestamptz(default=TimestamptzNow(), index=True)

    @classmethod
    async def spent_today(cls, learner: uuid.UUID | None) -> "Spent":
        """What calls have cost since midnight (UTC), as far as their prices are known."""
        rows = await cls.raw(
            "SELECT coalesce(sum(cost), 0) AS site,"
            " coalesce(sum(cost) FILTER (WHERE learner = {}), 0) AS learner FROM call"
            " WHERE created_at >= date_trunc('day', now(), 'UTC')",
            learner,
        )
        return Spent(**rows[0])

    @classmethod
    async def costs_of_lessons(cls, model: str) -> list[Decimal]:
        """What each of the last lessons that the model wrote has cost, repeats included."""
        rows = await cls.raw(
            "SELECT sum(cost) AS cost FROM call WHERE kind = 'lesson' AND model = {}"
            " AND created_at > now() - interval '30 days' GROUP BY subject"
            " HAVING count(*) = count(cost) ORDER BY max(created_at) DESC LIMIT 50",
            model,
        )
        return [row["cost"] for row in rows]


@dataclass(frozen=True, slots=True)
class Spent:
    """US dollars."""

    learner: Decimal
    site: Decimal
