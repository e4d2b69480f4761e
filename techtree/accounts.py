"""Who learns: a learner, with or without an account."""

import asyncio
import hmac
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any, Self, TypeVar

from asyncpg.exceptions import UniqueViolationError
from email_validator import EmailNotValidError, validate_email
from piccolo.apps.user.tables import BaseUser
from piccolo.columns import UUID, ForeignKey, OnDelete, Timestamptz
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.columns.defaults.uuid import UUID4
from piccolo.table import Table

from techtree.languages import gettext as _

R = TypeVar("R")

MIN_PASSWORD = 8
MAX_PASSWORD = 128

_threads = ThreadPoolExecutor(2, thread_name_prefix="password")
"""Of their own: a hash takes a core for half a second, and many only wait for each other."""


class AccountError(Exception):
    """The account can't be made; `str(error)` tells the learner why."""


class Learner(Table):
    """Someone who learns here. Without a user it is a guest, who keeps everything on signing up."""

    id = UUID(primary_key=True, default=UUID4())
    user = ForeignKey(BaseUser, null=True, unique=True, on_delete=OnDelete.cascade)
    created_at = Timestamptz(default=TimestamptzNow())

    email: str | None = None
    """The account's address, on a learner that was loaded as somebody's; not a column."""
    is_admin: bool = False
    """Whether it may see `/admin`, on a learner that was loaded as somebody's; not a column."""
    session: uuid.UUID | None = None
    """The session it was loaded by; not a column."""

    @property
    def is_guest(self) -> bool:
        return self.user is None

    @classmethod
    def from_row(cls, row: dict[str, Any]) -> Self:
        """From all of its columns, with those of its user and session that are there."""
        extra = {name: row.pop(name, None) for name in ("email", "admin", "session")}
        found = cls(**row, _exists_in_db=True)
        found.email, found.session = extra["email"], extra["session"]
        found.is_admin = bool(extra["admin"])
        return found

    @classmethod
    async def new_guest(cls) -> Self:
        learner = cls()
        await learner.save()
        return learner

    @classmethod
    async def sign_up(cls, email: str, password: str, guest: Self | None = None) -> Self:
        """Make an account, for the guest if there is one, who so keeps everything.

        Raises AccountError for a bad address, a bad password or an address that is taken.
        """
        address = _normal(email)
        check_password(password)
        hashed = await _hashing(BaseUser.hash_password, password)
        learner = guest if guest is not None and guest.is_guest else cls()
        try:
            async with cls._meta.db.transaction():
                user = BaseUser(  # type: ignore[no-untyped-call]
                    username=uuid.uuid4().hex, email=address, password=hashed, active=True
                )
                await user.save()
                learner.user = user.id
                await learner.save()
        except UniqueViolationError:
            raise AccountError(
                _("There is already an account with this address. Sign in instead.")
            ) from None
        learner.email = address
        return learner

    @classmethod
    async def sign_in(cls, email: str, password: str) -> Self | None:
        """The learner with this address and password. Takes as long when there is none."""
        stored = (
            await BaseUser.select(BaseUser.id, BaseUser.password)
            .where((BaseUser.email == email.strip().lower()) & (BaseUser.active.eq(True)))
            .first()
        )
        matches = await _hashing(_matches, password, stored["password"] if stored else None)
        if not stored or not matches:
            return None
        return await cls.of_user(stored["id"])

    @classmethod
    async def of_user(cls, user: int) -> Self | None:
        """The learner with this account, unless it was disabled."""
        rows = await cls.raw(
            "SELECT l.*, u.email, u.admin FROM learner l JOIN piccolo_user u ON u.id = l.user"
            " WHERE u.id = {} AND u.active",
            user,
        )
        return cls.from_row(rows[0]) if rows else None

    async def take_over(self, guest: Self) -> None:
        """Make what a guest began in this browser the learner's own."""
        async with Learner._meta.db.transaction():
            for statement in _JOIN_STUDIES:
                await Learner.raw(statement, guest.id, self.id)
            for table in ("syllabus", "study", "call", "answer", "placement"):
                await Learner.raw(
                    f"UPDATE {table} SET learner = {{}} WHERE learner = {{}}",  # noqa: S608
                    self.id,
                    guest.id,
                )
            await Learner.delete().where(Learner.id == guest.id)

    async def has_password(self, password: str) -> bool:
        """Whether it is this account's. Takes as long for a guest."""
        stored = await BaseUser.select(BaseUser.password).where(BaseUser.id == self.user).first()
        return await _hashing(_matches, password, stored["password"] if stored else None)

    async def set_password(self, password: str) -> None:
        """Raises AccountError when it is too short or too long."""
        check_password(password)
        hashed = await _hashing(BaseUser.hash_password, password)
        await BaseUser.update({BaseUser.password: hashed}).where(BaseUser.id == self.user)

    async def forget(self) -> None:
        """Delete the learner with all that is theirs.

        What was published in the catalogue, or others have learnt from, stays as nobody's; so do
        the sums of the ledger.
        """
        async with Learner._meta.db.transaction():
            await Learner.raw(
                "UPDATE syllabus SET learner = NULL WHERE learner = {} AND (in_catalogue"
                " OR EXISTS (SELECT FROM study JOIN lesson ON lesson.id = study.lesson"
                " WHERE lesson.syllabus = syllabus.id AND study.learner <> syllabus.learner))",
                self.id,
            )
            await Learner.delete().where(Learner.id == self.id)
            if self.user is not None:
                await BaseUser.delete().where(BaseUser.id == self.user)


# Both may have studied the same lesson of the catalogue. The guest's evidence moves to the study of
# the account; the guest's conversation there ends with the guest.
_TWICE = (
    "FROM study theirs JOIN study mine ON mine.lesson = theirs.lesson"
    " WHERE theirs.learner = {} AND mine.learner = {}"
)
_JOIN_STUDIES = (
    "UPDATE quiz SET study = mine.id, left_at = coalesce(left_at, now())"  # noqa: S608
    f" {_TWICE} AND quiz.study = theirs.id",
    f"UPDATE question SET study = mine.id, put_away = true {_TWICE} AND question.study = theirs.id",  # noqa: S608
    f"DELETE FROM study WHERE id IN (SELECT theirs.id {_TWICE})",  # noqa: S608
)


@cache
def _nobody() -> str:
    """Compared against when the address is unknown, so that both answers take equally long."""
    return BaseUser.hash_password("nobody", salt="0" * 32)


async def _hashing(call: Callable[..., R], *given: str | None) -> R:
    return await asyncio.get_running_loop().run_in_executor(_threads, call, *given)


def _matches(password: str, stored: str | None) -> bool:
    if len(password) > MAX_PASSWORD:
        return False
    stored = stored or _nobody()
    _, iterations, salt, _ = BaseUser.split_stored_password(stored)
    hashed = BaseUser.hash_password(password, salt, int(iterations))
    return hmac.compare_digest(hashed, stored)


def _normal(email: str) -> str:
    try:
        return validate_email(email.strip(), check_deliverability=False).normalized.lower()
    except EmailNotValidError as error:
        raise AccountError(
            _("That is not an e-mail address. Check it for typing mistakes.")
        ) from error


def check_password(password: str) -> None:
    if len(password) < MIN_PASSWORD:
        raise AccountError(
            _("A password needs at least {least} characters.").format(least=MIN_PASSWORD)
        )
    if len(password) > MAX_PASSWORD:
        raise AccountError(
            _("A password may have at most {most} characters.").format(most=MAX_PASSWORD)
        )
