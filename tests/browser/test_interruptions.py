"""What dies or is cut while Ada reads costs her nothing: her page goes on without a reload."""

import psutil
import pytest
from playwright.async_api import Page
from redis.asyncio import Redis

from techtree.settings import embedded_dsn
from tests.browser.learning import (
    COMPLETE,
    TEXT,
    WRITING,
    address,
    closed_blocks,
    number_of,
    open_first_lesson,
    same_as_a_fresh_load,
    start_topic,
    until,
)
from tests.browser.wire import Wire
from tests.setup.started import Started, wait_until_gone


@pytest.mark.parametrize("program", ["uvicorn", "valkey-server", "tasks.worker"])
async def test_a_killed_program_costs_the_reader_nothing(
    reader: Page, site: Started, program: str
) -> None:
    await _read_some(reader, address(site))

    _kill(site, program)

    await _goes_on_to_the_end(reader)


async def test_a_cut_connection_costs_the_reader_nothing(reader: Page, site: Started) -> None:
    async with Wire(site.port) as wire:
        await _read_some(reader, wire.url)
        assert wire.cut() > 0
        await _grows(reader)
        assert wire.cut() > 0
        await _goes_on_to_the_end(reader)


async def test_announcements_that_are_cut_cost_the_reader_nothing(
    reader: Page, site: Started
) -> None:
    redis = Redis.from_url(embedded_dsn(site.state, "valkey"))
    await _read_some(reader, address(site))

    assert await redis.client_kill_filter(_type="pubsub") > 0

    await _goes_on_to_the_end(reader)
    await redis.aclose()


async def _read_some(page: Page, front: str) -> None:
    """Stops in the middle of a lesson that is being written."""
    await start_topic(page, front, "Linear algebra")
    await open_first_lesson(page)
    await page.wait_for_selector(f"{TEXT} .block >> nth=5")
    await page.evaluate("window.neverReloaded = true")


def _kill(site: Started, name: str) -> None:
    """With all its children, as a machine that runs out of memory may do it."""
    program = site.program(name)
    doomed = [*program.children(recursive=True), program]
    for each in doomed:
        try:
            each.kill()
        except psutil.NoSuchProcess:
            # It went with another of them.
            continue
    assert wait_until_gone(doomed) == []


async def _grows(page: Page) -> None:
    before = len(await closed_blocks(page))

    async def grown() -> bool:
        return len(await closed_blocks(page)) > before

    await until(grown, "the text grows again")


async def _goes_on_to_the_end(page: Page) -> None:
    assert await number_of(page, WRITING) == 1, "the lesson was finished too early"
    await _grows(page)
    await page.wait_for_selector(COMPLETE)
    assert await page.evaluate("window.neverReloaded")
    await same_as_a_fresh_load(page)
