"""A lesson that is being written arrives whole, whatever stands between browser and server.

Most of a journey is waiting, so all of them begin together; each test waits for its own.
"""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Coroutine

import pytest
from playwright.async_api import Browser

from tests.proxies import journeys
from tests.proxies.hostile import (
    HOSTILE,
    BuffersSixteenKilobytes,
    BuffersWhole,
    CutsIdle,
    Proxy,
    ResetsStreams,
    WantsASignIn,
)
from tests.proxies.real import REAL, Command
from tests.setup.started import Started

IN_A_BROWSER = (BuffersWhole, BuffersSixteenKilobytes, ResetsStreams, WantsASignIn)
VERDICTS: list[tuple[type[Proxy], str]] = [
    (Proxy, "streams"),
    (BuffersWhole, "whole"),
    (BuffersSixteenKilobytes, "collects"),
    (CutsIdle, "cuts"),
]

Travels = dict[object, Coroutine[None, None, None]]
Begun = dict[object, asyncio.Task[None]]


@pytest.fixture(scope="module")
async def begun(site: Started, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Begun]:
    """Without a browser."""
    folder = tmp_path_factory.mktemp
    there = [each for each in REAL if shutil.which(each[0])]
    travels: Travels = {
        **{kind: journeys.by_tab(site, kind) for kind in HOSTILE},
        **{
            command: journeys.by_tab_through_a_program(site, name, command, folder(name))
            for name, command in there
        },
        "idle": journeys.while_idle(site),
        "bare": journeys.without_headers(site),
    }
    tasks: Begun = {name: asyncio.create_task(travel) for name, travel in travels.items()}
    yield tasks
    await asyncio.gather(*tasks.values(), return_exceptions=True)


@pytest.fixture(scope="module")
async def begun_in_a_browser(
    site: Started, chromium: Browser, begun: Begun
) -> AsyncIterator[Begun]:
    travels: Travels = {
        **{kind: journeys.by_browser(site, chromium, kind) for kind in IN_A_BROWSER},
        **{said: journeys.check_says(site, chromium, kind, said) for kind, said in VERDICTS},
    }
    tasks: Begun = {name: asyncio.create_task(travel) for name, travel in travels.items()}
    yield tasks
    await asyncio.gather(*tasks.values(), return_exceptions=True)


@pytest.mark.parametrize("kind", IN_A_BROWSER)
async def test_a_growing_lesson_ends_in_a_browser_as_one_that_is_loaded_afresh(
    begun_in_a_browser: Begun, kind: type[Proxy]
) -> None:
    await begun_in_a_browser[kind]


@pytest.mark.parametrize("verdict", [verdict for _, verdict in VERDICTS])
async def test_the_live_check_says_in_words_what_the_network_does(
    begun_in_a_browser: Begun, verdict: str
) -> None:
    await begun_in_a_browser[verdict]


@pytest.mark.parametrize("kind", HOSTILE)
async def test_a_growing_lesson_arrives_whole_through_a_hostile_proxy(
    begun: Begun, kind: type[Proxy]
) -> None:
    await begun[kind]


@pytest.mark.parametrize(("program", "command"), REAL)
async def test_a_growing_lesson_arrives_whole_through_a_program_as_documented(
    begun: Begun, program: str, command: Command
) -> None:
    if command not in begun:
        reason = f"no {program} on this machine: `apt-get install {program}` to test behind it"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    await begun[command]


async def test_a_connection_that_is_cut_while_idle_is_made_again(begun: Begun) -> None:
    await begun["idle"]


async def test_nothing_depends_on_headers_that_a_proxy_may_not_know(begun: Begun) -> None:
    await begun["bare"]
