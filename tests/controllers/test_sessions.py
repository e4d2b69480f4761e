"""Signing in and out; and guessing at passwords, which keeps nobody out."""

import re

from techtree.accounts import Learner
from techtree.connections import redis
from techtree.controllers.attempts import FREE_PER_ACCOUNT
from techtree.sessions import Session
from tests.controllers.conftest import PASSWORDS, Visitor, browser

ADA = "ada@example.org"


def without_address(html: str) -> str:
    return re.sub(r"[a-z]+@example\.org", "", re.sub(r'value="[^"]*"|token": "[^"]*', "", html))


async def guess_too_often(visitor: Visitor) -> None:
    answer = None
    for _ in range(FREE_PER_ACCOUNT):
        answer = await visitor.post("/sign-in", email=ADA, password="wrong")
        assert answer.status_code == 422
    assert answer is not None


async def test_the_answer_does_not_tell_who_has_an_account(visitor: Visitor, ada: Learner) -> None:
    known = await visitor.post("/sign-in", email=ADA, password="wrong")
    unknown = await visitor.post("/sign-in", email="bob@example.org", password="wrong")
    assert known.status_code == unknown.status_code == 422
    assert without_address(known.text) == without_address(unknown.text)


async def test_after_some_guesses_a_stranger_has_to_wait(visitor: Visitor, ada: Learner) -> None:
    await guess_too_often(visitor)
    answer = await visitor.post("/sign-in", email=ADA, password=PASSWORDS[ADA])
    assert answer.status_code == 429
    assert 1 <= int(answer.headers["retry-after"]) <= 2
    assert "Wait" in answer.text


async def test_the_wait_grows_and_trying_meanwhile_does_not_make_it_longer(
    visitor: Visitor, ada: Learner
) -> None:
    await guess_too_often(visitor)
    waits = []
    for _ in range(4):
        first = await visitor.post("/sign-in", email=ADA, password="wrong")
        second = await visitor.post("/sign-in", email=ADA, password="wrong")
        waits.append(int(first.headers["retry-after"]))
        assert int(second.headers["retry-after"]) <= waits[-1]
        await _let_the_wait_pass()
        assert (await visitor.post("/sign-in", email=ADA, password="wrong")).status_code == 422
    assert waits == sorted(waits)
    assert waits[-1] >= 4 * waits[0]


async def _let_the_wait_pass() -> None:
    for key in await redis().keys("techtree:attempts:*"):
        await redis().hset(key, "until", 0)


async def test_strangers_who_guess_do_not_keep_the_owner_out_of_a_browser_of_hers(
    visitor: Visitor, ada: Learner
) -> None:
    await visitor.sign_in(ada)
    await visitor.post("/sign-out")
    async with browser() as client:
        await guess_too_often(Visitor(client))
        refused = await Visitor(client).post("/sign-in", email=ADA, password=PASSWORDS[ADA])
        assert refused.status_code == 429
    answer = await visitor.post("/sign-in", email=ADA, password=PASSWORDS[ADA])
    assert answer.status_code == 303


async def test_a_known_browser_can_be_guessed_from_no_faster(
    visitor: Visitor, ada: Learner
) -> None:
    await visitor.sign_in(ada)
    await visitor.post("/sign-out")
    await guess_too_often(visitor)
    answer = await visitor.post("/sign-in", email=ADA, password=PASSWORDS[ADA])
    assert answer.status_code == 429


async def test_the_right_password_forgives_the_wrong_ones(visitor: Visitor, ada: Learner) -> None:
    for _ in range(3):
        for _ in range(FREE_PER_ACCOUNT - 1):
            await visitor.post("/sign-in", email=ADA, password="wrong")
        answer = await visitor.post("/sign-in", email=ADA, password=PASSWORDS[ADA])
        assert answer.status_code == 303
        await visitor.post("/sign-out")


async def test_signing_out_ends_this_session_wherever_its_cookie_went_and_no_other(
    adas: Visitor, ada: Learner
) -> None:
    cookies = dict(adas.client.cookies)
    async with browser() as client:
        other = await Visitor(client).sign_in(ada)
        await adas.post("/sign-out")
        for name, value in cookies.items():
            adas.client.cookies.set(name, value)
        answer = await adas.get("/dashboard")
        assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
        assert (await other.get("/dashboard")).status_code == 200


async def test_signing_out_everywhere_ends_every_session(adas: Visitor, ada: Learner) -> None:
    async with browser() as client:
        other = await Visitor(client).sign_in(ada)
        await adas.post("/account/sessions/end")
        for each in (adas, other):
            assert (await each.get("/dashboard")).status_code == 303


async def test_another_browser_can_be_signed_out_from_the_account_page(
    adas: Visitor, ada: Learner
) -> None:
    async with browser() as client:
        client.headers["user-agent"] = "Mozilla/5.0 (iPad) Safari/604.1"
        other = await Visitor(client).sign_in(ada)
        page = (await adas.get("/account")).text
        assert "Safari on iPad" in page
        address = re.search(r"/account/sessions/[0-9a-f-]{36}/end", page)
        assert address
        await adas.post(address[0])
        assert (await other.get("/dashboard")).status_code == 303
        assert (await adas.get("/dashboard")).status_code == 200


async def test_signing_in_makes_what_was_copied_from_the_cookie_before_worthless(
    visitor: Visitor, ada: Learner
) -> None:
    await visitor.post("/guest")
    copied = dict(visitor.client.cookies)
    await visitor.sign_in(ada)
    async with browser() as client:
        for name, value in copied.items():
            client.cookies.set(name, value)
        assert (await Visitor(client).get("/dashboard")).status_code == 303
    assert await Session.count() == 1


async def test_the_session_cookie_is_for_this_site_and_not_for_scripts(visitor: Visitor) -> None:
    answer = await visitor.post("/guest")
    header = next(c for c in answer.headers.get_list("set-cookie") if c.startswith("techtree="))
    assert "httponly" in header.lower()
    assert "samesite=lax" in header.lower()
