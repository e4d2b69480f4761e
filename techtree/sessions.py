"""Where a learner is signed in: one row for each browser, ended by deleting it."""

import uuid
from collections.abc import Collection
from typing import Self

from piccolo.columns import UUID, ForeignKey, OnDelete, Timestamptz, Varchar
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.columns.defaults.uuid import UUID4
from piccolo.table import Table

from techtree.accounts import Learner
from techtree.languages import gettext as _

AGE = 90
"""Days that a browser stays signed in after its last visit."""


class Session(Table):
    """One sign-in of one browser, whose cookie holds the id."""

    id = UUID(primary_key=True, default=UUID4())
    learner = ForeignKey(Learner, null=False, on_delete=OnDelete.cascade, index=True)
    browser = Varchar(length=100, default="")
    """In words, such as “Firefox on Linux”."""
    begun_at = Timestamptz(default=TimestamptzNow())
    seen_at = Timestamptz(default=TimestamptzNow())
    """The last visit, to the hour."""

    @classmethod
    async def begin(cls, learner: Learner, user_agent: str) -> Self:
        await cls.raw(
            "DELETE FROM session WHERE learner = {}"
            " AND seen_at < now() - make_interval(days => {})",
            learner.id,
            AGE,
        )
        return await cls.objects().create(learner=learner.id, browser=browser(user_agent))

    @classmethod
    async def learner_of(cls, session: uuid.UUID) -> Learner | None:
        """Whose session it is, unless it was ended or the account disabled."""
        rows = await cls.raw(
            "SELECT l.*, u.email, u.admin, s.id AS session,"
            " s.seen_at < now() - interval '1 hour' AS long_ago FROM session s"
            " JOIN learner l ON l.id = s.learner LEFT JOIN piccolo_user u ON u.id = l.user"
            " WHERE s.id = {} AND s.seen_at > now() - make_interval(days => {})"
            " AND u.active IS NOT false",
            session,
            AGE,
        )
        if not rows:
            return None
        if rows[0].pop("long_ago"):
            await cls.raw("UPDATE session SET seen_at = now() WHERE id = {}", session)
        return Learner.from_row(rows[0])

    @classmethod
    async def holding(cls, sessions: Collection[uuid.UUID]) -> set[uuid.UUID]:
        """Those of the sessions that were not ended and whose account was not disabled."""
        rows = await cls.raw(
            "SELECT s.id FROM session s JOIN learner l ON l.id = s.learner"
            " LEFT JOIN piccolo_user u ON u.id = l.user"
            " WHERE s.id = ANY({}) AND u.active IS NOT false",
            list(sessions),
        )
        return {row["id"] for row in rows}

    @classmethod
    async def of(cls, learner: Learner) -> list[Self]:
        """Where the learner is signed in, the last visit first."""
        return (
            await cls.objects()
            .where(cls.learner == learner.id)
            .order_by(cls.seen_at, cls.begun_at, ascending=False)
        )

    @classmethod
    async def end(cls, session: uuid.UUID, learner: Learner) -> None:
        """End one session of the learner; of nobody else."""
        await cls.delete().where((cls.id == session) & (cls.learner == learner.id))

    @classmethod
    async def end_all(cls, learner: Learner, *, but: uuid.UUID | None = None) -> None:
        ended = cls.learner == learner.id
        await cls.delete().where(ended if but is None else ended & (cls.id != but))


_BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"))
_SYSTEMS = ("Android", "iPhone", "iPad", "Windows", "Mac OS", "Linux")


def browser(user_agent: str) -> str:
    """A browser by the name that its owner knows it by."""
    names = [name for sign, name in (*_BROWSERS, ("Safari", "Safari")) if sign in user_agent]
    systems = [system for system in _SYSTEMS if system in user_agent]
    name = names[0] if names else _("A browser")
    return _("{name} on {system}").format(name=name, system=systems[0]) if systems else name
