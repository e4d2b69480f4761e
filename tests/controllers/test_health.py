"""What a load balancer is told of a web process."""

import asyncio

import pytest

from techtree import dependencies
from tests.controllers.conftest import Visitor


async def test_a_ready_process_names_each_dependency_with_its_latency(visitor: Visitor) -> None:
    answer = await visitor.get("/health/ready")
    assert answer.status_code == 200
    body = answer.json()
    assert body.pop("status") == "ok"
    assert set(body) == {"postgresql", "redis"}
    assert all(set(check) == {"ms"} and 0 < check["ms"] < 2000 for check in body.values())


async def test_a_dependency_that_is_down_is_named_without_its_address(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refused() -> None:
        raise ConnectionRefusedError("nobody listens at 10.0.0.7, password hunter2")

    monkeypatch.setattr(dependencies, "_ask_postgresql", refused)
    answer = await visitor.get("/health/ready")
    assert answer.status_code == 503
    body = answer.json()
    assert body["status"] == "unavailable"
    assert body["postgresql"]["error"] == "ConnectionRefusedError"
    assert "error" not in body["redis"]
    assert "10.0.0.7" not in answer.text
    assert "hunter2" not in answer.text


async def test_a_dependency_that_is_silent_counts_as_down(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dependencies, "PATIENCE", 0.05)
    monkeypatch.setattr(dependencies, "_ask_redis", asyncio.Event().wait)
    answer = await visitor.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json()["redis"]["error"] == "TimeoutError"


async def test_a_process_lives_without_its_dependencies(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refused() -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr(dependencies, "_ask_postgresql", refused)
    monkeypatch.setattr(dependencies, "_ask_redis", refused)
    answer = await visitor.get("/health/live")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
