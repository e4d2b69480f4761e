"""What every answer tells the browser, and what a live stream must not carry."""

import pytest

from techtree.controllers.headers import SECURITY
from tests.controllers.conftest import Visitor


@pytest.mark.parametrize(
    "path",
    ["/", "/sign-in", "/nothing", "/lessons/00000000-0000-4000-8000-000000000000", "/dashboard"],
)
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
