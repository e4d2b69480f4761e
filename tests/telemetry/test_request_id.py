"""The id that a request carries, or is given."""

import pytest

from tests.controllers.conftest import Visitor, visitor

__all__ = ["visitor"]

HOSTILE = (
    "short",
    "a" * 65,
    "an id with spaces",
    "line\\nbreak-in-it",
    "<script>alert(1)</script>",
    "quote\"quote'quote",
    "id=1;path=/etc",
    "\xff\xfe\xff\xfe\xff\xfe\xff\xfe",
    "",
)


async def test_the_answer_names_the_id_that_was_offered(visitor: Visitor) -> None:
    answer = await visitor.client.get("/health/live", headers={"x-request-id": "proxy-1:abc.DEF_9"})
    assert answer.headers["x-request-id"] == "proxy-1:abc.DEF_9"


@pytest.mark.parametrize("offered", HOSTILE)
async def test_an_id_that_no_log_could_carry_is_replaced(visitor: Visitor, offered: str) -> None:
    headers = [(b"x-request-id", offered.encode("latin-1"))]
    answer = await visitor.client.get("/health/live", headers=headers)
    assert answer.status_code == 200
    given = answer.headers["x-request-id"]
    assert given != offered
    assert len(given) == 32
    assert given.isalnum()


async def test_each_request_without_an_id_gets_one_of_its_own(visitor: Visitor) -> None:
    answers = [await visitor.client.get(path) for path in ("/", "/nowhere", "/health/live")]
    assert len({answer.headers["x-request-id"] for answer in answers}) == 3


async def test_an_error_of_ours_carries_the_id_too(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("techtree.controllers.health.check_dependencies", broken)
    answer = await visitor.client.get("/health/ready", headers={"x-request-id": "proxy-12345"})
    assert answer.status_code == 500
    assert answer.headers["x-request-id"] == "proxy-12345"
