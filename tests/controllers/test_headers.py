"""What every answer tells the browser, and what a live stream must not carry."""

import pytest

from techtree.controllers.headers import SECURITY
from techtree.settings import get_settings
from tests.controllers.conftest import Visitor, browser
from tests.controllers.observatory import grade

NOBODYS = "/lessons/5a2d3f1e-0000-4000-8000-000000000000"


@pytest.mark.parametrize("path", ["/", "/sign-in", "/nothing", NOBODYS, "/dashboard"])
async def test_pages_and_refusals_carry_the_security_headers(visitor: Visitor, path: str) -> None:
    answer = await visitor.get(path)
    assert {name: answer.headers.get(name) for name in SECURITY} == SECURITY


async def test_a_refused_form_carries_the_security_headers(visitor: Visitor) -> None:
    answer = await visitor.client.post("/guest")
    assert answer.status_code == 403
    assert {name: answer.headers.get(name) for name in SECURITY} == SECURITY


async def test_a_stream_sets_no_cookies(visitor: Visitor) -> None:
    await visitor.post("/guest")
    answer = await visitor.post("/syllabi", topic="Linear algebra", level="beginner")
    events = await visitor.get(f"{answer.headers['location']}/events?mode=poll")
    assert events.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert "set-cookie" not in events.headers


@pytest.mark.parametrize("token", ["", "x", "ä" * 130, "0" * 128, "\x00", "0" * 100_000])
async def test_a_made_up_token_is_refused_even_with_a_matching_cookie(
    visitor: Visitor, token: str
) -> None:
    await visitor.get("/")
    cookie = token if token.isascii() and token.isprintable() else "0" * 128
    visitor.client.cookies.set("techtree-csrf", cookie[:4_000], domain="techtree.test")
    answer = await visitor.client.post("/guest", data={"_csrf_token": token})
    assert answer.status_code == 403


PATHS = ["/", "/sign-in", "/sign-up", "/dashboard", "/account", "/nothing", "/static/app.css"]


async def test_over_https_every_answer_gets_the_best_grade(
    redis: object, database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(get_settings(), "public_url", "https://tutor.example.org")
    async with browser() as client:
        client.base_url = "https://tutor.example.org"
        visitor = Visitor(client)
        answer = await visitor.post("/guest")
        assert len(answer.headers.get_list("set-cookie")) == 1
        for path in PATHS:
            answer = await visitor.get(path)
            cookies = answer.headers.get_list("set-cookie")
            assert grade(answer.headers, cookies) == ("A+", []), path


async def test_without_https_strict_transport_is_not_promised(visitor: Visitor) -> None:
    assert "strict-transport-security" not in (await visitor.get("/")).headers


@pytest.mark.parametrize(
    "policy", ["", "default-src *", "default-src 'self'; script-src 'self' 'unsafe-inline'"]
)
def test_the_checker_finds_fault_with_weak_policies(policy: str) -> None:
    headers = {name.lower(): value for name, value in SECURITY.items()}
    headers |= {"content-security-policy": policy}
    headers |= {"strict-transport-security": "max-age=31536000"}
    letter, faults = grade(headers)
    assert letter not in ("A+", "A", "B")
    assert faults
