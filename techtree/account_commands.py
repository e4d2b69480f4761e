"""What an operator does with an account from the command line. Each returns the exit status."""

import asyncio
import sys
from collections.abc import Coroutine
from typing import Any

from piccolo.apps.user.tables import BaseUser

from techtree.connections import close_database, open_database
from techtree.passwords import reset_path
from techtree.settings import get_settings

DONE, NO_ACCOUNT = 0, 1


def reset_password(email: str) -> int:
    """Print a link that sets a new password."""
    return asyncio.run(_with_database(_print_link(email)))


def set_admin(email: str, *, admin: bool) -> int:
    """Let an account see `/admin`, or no longer."""
    return asyncio.run(_with_database(_set_admin(email, admin=admin)))


async def _with_database(command: Coroutine[Any, Any, int]) -> int:
    await open_database()
    try:
        return await command
    finally:
        await close_database()


async def _print_link(email: str) -> int:
    path = await reset_path(email)
    if path is None:
        return _nobody(email)
    sys.stdout.write(f"{get_settings().address}{path}\nIt works once, for an hour.\n")
    return DONE


async def _set_admin(email: str, *, admin: bool) -> int:
    found = (
        await BaseUser.update({BaseUser.admin: admin})
        .where(BaseUser.email == email.strip().lower())
        .returning(BaseUser.id)
    )
    if not found:
        return _nobody(email)
    sys.stdout.write(f"{email} {'is' if admin else 'is no longer'} an administrator.\n")
    return DONE


def _nobody(email: str) -> int:
    sys.stderr.write(f"techtree: there is no account with the address {email}\n")
    return NO_ACCOUNT
