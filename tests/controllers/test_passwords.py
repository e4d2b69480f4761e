"""Changing a password, and setting a new one by a link that works once."""

import asyncio
import re
import time

import pytest
from pydantic import SecretStr

from techtree import passwords
from techtree.accounts import Learner
from techtree.settings import get_settings
from tests.controllers.conftest import PASSWORDS, Visitor, browser
from tests.fakes.mail_server import mail_server

ADA = "ada@example.org"
NEW = "quite another password"


async def test_a_changed_password_signs_out_the_other_browsers(adas: Visitor, ada: Learner) -> None:
    async with browser() as client:
        other = await Visitor(client).sign_in(ada)
        answer = await adas.post("/account/password", current=PASSWORDS[ADA], password=NEW)
        assert answer.status_code == 200
        assert (await other.get("/dashboard")).status_code == 303
    assert (await adas.get("/dashboard")).status_code == 200
    assert await Learner.sign_in(ADA, NEW)
    assert await Learner.sign_in(ADA, PASSWORDS[ADA]) is None


@pytest.mark.parametrize(
    ("current", "new"), [("wrong password", NEW), (PASSWORDS[ADA], "short"), ("", "")]
)
async def test_a_password_is_not_changed_for_the_wrong_one_or_to_a_bad_one(
    adas: Visitor, current: str, new: str
) -> None:
    answer = await adas.post("/account/password", current=current, password=new)
    assert answer.status_code == 422
    assert await Learner.sign_in(ADA, PASSWORDS[ADA])


async def test_a_link_sets_a_new_password_once_and_signs_in(
    visitor: Visitor, ada: Learner, adas: Visitor
) -> None:
    path = await passwords.reset_path(ADA)
    assert path
    async with browser() as client:
        owner = Visitor(client)
        assert ADA in (await owner.get(path)).text
        answer = await owner.post(path, password=NEW)
        assert answer.headers["location"] == "/dashboard"
        assert (await owner.get("/dashboard")).status_code == 200
        again = await owner.post(path, password="and yet another one")
        assert again.status_code == 404
    assert (await adas.get("/dashboard")).status_code == 303, "signed out everywhere else"
    assert await Learner.sign_in(ADA, NEW)


async def test_a_bad_new_password_does_not_use_the_link_up(visitor: Visitor, ada: Learner) -> None:
    path = await passwords.reset_path(ADA)
    assert path
    assert (await visitor.post(path, password="short")).status_code == 422
    assert (await visitor.post(path, password=NEW)).status_code == 303


async def test_a_link_ends_after_an_hour(
    visitor: Visitor, ada: Learner, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = await passwords.reset_path(ADA)
    assert path
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 3590)
    assert (await visitor.get(path)).status_code == 200
    monkeypatch.setattr(time, "time", lambda: now + 3601)
    assert (await visitor.get(path)).status_code == 404


@pytest.mark.parametrize("token", ["x", "MS4yLjM", "%00", "MS45OTk5OTk5OTk5LmFh", "ä", "a" * 2000])
async def test_a_made_up_link_opens_nothing(visitor: Visitor, ada: Learner, token: str) -> None:
    assert (await visitor.get(f"/reset-password/{token}")).status_code == 404


async def test_a_guest_has_no_password_to_change(visitor: Visitor) -> None:
    await visitor.post("/guest")
    answer = await visitor.post("/account/password", current="", password=NEW)
    assert answer.status_code == 404


async def test_without_a_mail_server_the_page_says_whom_to_ask(
    visitor: Visitor, ada: Learner
) -> None:
    answer = await visitor.post("/forgot-password", email=ADA)
    assert "Ask whoever runs it" in answer.text


async def test_a_letter_brings_the_link_and_the_page_does_not_tell_who_has_an_account(
    visitor: Visitor, ada: Learner, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with mail_server() as (url, letters):
        monkeypatch.setattr(get_settings(), "smtp_url", url)
        answers = []
        for email in ("nobody@example.org", ADA):
            answers.append(await visitor.post("/forgot-password", email=email))
        assert re.sub(r'token": "[^"]*|value="[^"]*"', "", answers[0].text) == re.sub(
            r'token": "[^"]*|value="[^"]*"', "", answers[1].text
        )
        letter = await asyncio.wait_for(letters.get(), 5)
        assert letters.empty()
    assert letter["To"] == ADA
    assert letter["From"] == "tutor@example.org"
    link = re.search(r"/reset-password/\S+", letter.get_content())
    assert link
    assert (await visitor.post(link[0], password=NEW)).status_code == 303


async def test_one_address_gets_only_some_letters(
    visitor: Visitor, ada: Learner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(get_settings(), "smtp_url", SecretStr("smtp://127.0.0.1:1"))
    answers = [await visitor.post("/forgot-password", email=ADA) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
