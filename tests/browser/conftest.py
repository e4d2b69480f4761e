"""A Chromium, TechTree as an operator starts it, and a stage for the pages' own script."""

import os
import random
import shutil
from collections.abc import AsyncIterator, Generator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, async_playwright

from techtree.embedded import erase
from tests.browser.stage import Stage
from tests.fakes.openai_server import running_server
from tests.setup.started import Started

NAMES = ("chromium", "chromium-browser", "google-chrome")

# Nothing that a browser does for itself may take part in a test.
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

SEED = 11
"""Of the faults of the unsteady model."""

PATIENCE = 40.0
"""Seconds that anything on the real stack may take; a killed worker's job is back after 15."""


def chromium_path() -> str | None:
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


@pytest.fixture(scope="session")
async def chromium() -> AsyncIterator[Browser]:
    path = chromium_path()
    if path is None:
        reason = (
            "no Chromium on this machine: `apt-get install chromium`, or set CHROMIUM to the path"
            " of one, to run browser tests"
        )
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=SWITCHES)
        yield browser
        await browser.close()


@pytest.fixture
def stage() -> Iterator[Stage]:
    stage = Stage()
    yield stage
    stage.close()


@pytest.fixture
async def page(chromium: Browser) -> AsyncIterator[Page]:
    """A window on the stage."""
    async with _window(chromium, patience=8) as page:
        yield page


@pytest.fixture(scope="session")
def site(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Started]:
    """TechTree teaching from its library."""
    with _started(tmp_path_factory.mktemp("library")) as started:
        yield started


@pytest.fixture(scope="session")
def japanese_site(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Started]:
    """TechTree whose interface is in Japanese, teaching from its library."""
    folder = tmp_path_factory.mktemp("japanese")
    with _started(folder, TECHTREE_LANGUAGE="ja") as started:
        yield started


@pytest.fixture(scope="session")
def model_site(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Started]:
    """TechTree with a model behind the OpenAI protocol."""
    with (
        running_server(tokens_per_second=150) as server,
        _started(
            tmp_path_factory.mktemp("model"),
            TECHTREE_MODEL="openai:test",
            TECHTREE_MODEL_URL=server.url,
            TECHTREE_MODEL_KEY="a key",
        ) as started,
    ):
        yield started


@pytest.fixture(scope="module")
def unsteady_site(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Started]:
    """TechTree with a model of whose answers three in ten go wrong."""
    with (
        running_server(faults=random.Random(SEED)) as server,
        _started(
            tmp_path_factory.mktemp("unsteady"),
            TECHTREE_MODEL="openai:test",
            TECHTREE_MODEL_URL=server.url,
            TECHTREE_MODEL_KEY="a key",
        ) as started,
    ):
        yield started


@pytest.fixture
async def reader(chromium: Browser) -> AsyncIterator[Page]:
    """Ada's window."""
    async with _window(chromium, patience=PATIENCE) as page:
        yield page


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show with a failed test what the programs printed."""
    report = yield
    if report.failed and isinstance(item, pytest.Function):
        for name, site in item.funcargs.items():
            if isinstance(site, Started):
                report.sections.append((f"what the {name} printed", "\n".join(site.lines[-60:])))
    return report


@contextmanager
def _started(state: Path, **environment: str) -> Iterator[Started]:
    started = Started(state, **environment)
    try:
        started.wait_for("TechTree is ready")
        yield started
    finally:
        started.interrupt()
        erase(state)


@asynccontextmanager
async def _window(browser: Browser, *, patience: float, **options: Any) -> AsyncIterator[Page]:
    """A window of 1440 by 900 with nothing remembered. Errors of scripts fail the test."""
    context = await browser.new_context(viewport={"width": 1440, "height": 900}, **options)
    page = await context.new_page()
    page.set_default_timeout(patience * 1000)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    await context.close()
    assert errors == []
