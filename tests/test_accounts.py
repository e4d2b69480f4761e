"""Who learns: accounts, guests, and sessions that end when they should."""

import asyncio
import threading

import pytest

from techtree import accounts
from techtree.accounts import AccountError, Learner


async def test_a_learner_signs_in_with_what_they_signed_up_with(ada: Learner) -> None:
    found = await Learner.sign_in(" Ada@Example.org ", "a good long password")
    assert found is not None
    assert found.id == ada.id
    assert found.email == "ada@example.org"


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("ada@example.org", "a wrong long password"),
        ("nobody@example.org", "a good long password"),
        ("ada@example.org", ""),
        ("ada@example.org", "x" * 10_000),
        ("", "a good long password"),
    ],
)
async def test_nobody_signs_in_with_anything_else(ada: Learner, email: str, password: str) -> None:
    assert await Learner.sign_in(email, password) is None


async def test_an_address_belongs_to_one_account(ada: Learner) -> None:
    with pytest.raises(AccountError, match="already an account"):
        await Learner.sign_up("ADA@example.org", "a good long password")


@pytest.mark.parametrize("email", ["", "ada", "ada@", "@example.org", "a b@example.org"])
async def test_what_is_no_address_makes_no_account(database: None, email: str) -> None:
    with pytest.raises(AccountError, match="not an e-mail address"):
        await Learner.sign_up(email, "a good long password")
    assert await Learner.count() == 0


@pytest.mark.parametrize("password", ["", "short", "x" * 129])
async def test_a_password_has_a_sensible_length(database: None, password: str) -> None:
    with pytest.raises(AccountError, match="password"):
        await Learner.sign_up("ada@example.org", password)
    assert await Learner.count() == 0


async def test_a_password_that_looks_like_a_hash_is_hashed(database: None) -> None:
    password = "pbkdf2_sha256$1$salt$hash"
    await Learner.sign_up("ada@example.org", password)
    assert await Learner.sign_in("ada@example.org", password) is not None
    rows = await Learner.raw("SELECT password FROM piccolo_user")
    assert rows[0]["password"] != password


async def test_a_guest_who_signs_up_stays_the_same_learner(database: None) -> None:
    guest = await Learner.new_guest()
    assert guest.is_guest
    account = await Learner.sign_up("ada@example.org", "a good long password", guest=guest)
    assert account.id == guest.id
    assert not account.is_guest


async def test_a_guest_who_signs_in_brings_what_was_begun(ada: Learner) -> None:
    from tests.conftest import drafted  # noqa: PLC0415

    guest = await Learner.new_guest()
    syllabus = await drafted(guest)
    await ada.take_over(guest)
    rows = await Learner.raw("SELECT learner FROM syllabus WHERE id = {}", syllabus.id)
    assert rows[0]["learner"] == ada.id
    assert not await Learner.exists().where(Learner.id == guest.id)


async def test_many_who_sign_in_at_once_hold_up_nobody_else(
    ada: Learner, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = threading.Event()
    monkeypatch.setattr(accounts, "_matches", lambda *_: not release.wait())
    crowd = [
        asyncio.create_task(Learner.sign_in("nobody@example.org", "a password")) for _ in range(50)
    ]
    try:
        # Until all have found that there is no such account.
        await asyncio.sleep(1)
        async with asyncio.timeout(5):
            # As a job is enqueued, and a publication made.
            assert await asyncio.to_thread(threading.active_count)
    finally:
        release.set()
        assert await asyncio.gather(*crowd) == [None] * 50
