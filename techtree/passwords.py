"""Links that set a new password: valid for an hour, and once."""

import hashlib
import hmac
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode

from piccolo.apps.user.tables import BaseUser

from techtree.accounts import Learner
from techtree.settings import get_settings, session_secret

VALID = 3600
"""Seconds."""


async def reset_path(email: str) -> str | None:
    """The path of a page that sets a new password; None when nobody has the address."""
    user = (
        await BaseUser.select(BaseUser.id, BaseUser.password)
        .where((BaseUser.email == email.strip().lower()) & BaseUser.active.eq(True))
        .first()
    )
    if user is None:
        return None
    ends = int(time.time()) + VALID
    claim = f"{user['id']}.{ends}"
    token = f"{claim}.{_signature(claim, user['password'])}"
    return f"/reset-password/{urlsafe_b64encode(token.encode()).decode().rstrip('=')}"


async def learner_of_token(token: str) -> Learner | None:
    """Whose password it resets; None once it was used, is too old or was made up."""
    try:
        text = urlsafe_b64decode(token.encode() + b"=" * (-len(token) % 4)).decode()
        user_text, ends_text, signature = text.split(".")
        user, ends = int(user_text), int(ends_text)
    except ValueError:
        return None
    if not 0 < user < 2**31 or ends < time.time():
        return None
    stored = await BaseUser.select(BaseUser.password).where(BaseUser.id == user).first()
    claim = f"{user}.{ends}"
    if stored is None or not hmac.compare_digest(
        _signature(claim, stored["password"]).encode(), signature.encode()
    ):
        return None
    return await Learner.of_user(user)


def _signature(claim: str, password_hash: str) -> str:
    # The password's hash makes it valid once: with a new password every older link is void.
    key = b"reset a password" + session_secret(get_settings())
    return hmac.new(key, f"{claim} {password_hash}".encode(), hashlib.sha256).hexdigest()
