"""Signing up, in and out, and what a stranger can find out about it: nothing."""

import re

from techtree.accounts import Learner
from techtree.controllers.attempts import PER_ACCOUNT
from tests.conftest import drafted
from tests.controllers.conftest import Visitor


def without_address(html: str) -> str:
    return re.sub(r"[a-z]+@example\.org", "", re.sub(r'value="[^"]*"|token": "[^"]*', "", html))


async def test_the_answer_does_not_tell_who_has_an_account(visitor: Visitor, ada: Learner) -> None:
    known = await visitor.post("/sign-in", email="ada@example.org", password="wrong")
    unknown = await visitor.post("/sign-in", email="bob@example.org", password="wrong")
    assert known.status_code == unknown.status_code == 422
    assert without_address(known.text) == without_address(unknown.text)


async def test_an_account_can_be_guessed_at_only_so_often(visitor: Visitor, ada: Learner) -> None:
    for _ in range(PER_ACCOUNT):
        answer = await visitor.post("/sign-in", email="ada@example.org", password="wrong")
        assert answer.status_code == 422
    answer = await visitor.post(
        "/sign-in", email="ada@example.org", password="a good long password"
    )
    assert answer.status_code == 429
    assert "Wait a quarter of an hour" in answer.text


async def test_signing_up_as_a_guest_keeps_everything(visitor: Visitor) -> None:
    await visitor.post("/guest")
    guest = (await Learner.objects())[0]
    syllabus = await drafted(guest)
    answer = await visitor.post("/sign-up", email="bo@example.org", password="long enough")
    assert answer.headers["location"] == "/dashboard"
    assert (await visitor.get(f"/syllabi/{syllabus.id}")).status_code == 200


async def test_a_bad_sign_up_says_why_and_keeps_the_address(visitor: Visitor) -> None:
    answer = await visitor.post("/sign-up", email="bo@example.org", password="short")
    assert answer.status_code == 422
    assert "at least 8 characters" in answer.text
    assert 'value="bo@example.org"' in answer.text


async def test_signing_out_ends_the_session_wherever_its_cookie_went(adas: Visitor) -> None:
    cookies = dict(adas.client.cookies)
    assert (await adas.get("/dashboard")).status_code == 200
    await adas.post("/sign-out")
    for name, value in cookies.items():
        adas.client.cookies.set(name, value)
    answer = await adas.get("/dashboard")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")


async def test_the_session_cookie_is_for_this_site_and_not_for_scripts(visitor: Visitor) -> None:
    answer = await visitor.post("/guest")
    header = next(c for c in answer.headers.get_list("set-cookie") if c.startswith("techtree="))
    assert "httponly" in header.lower()
    assert "samesite=lax" in header.lower()
