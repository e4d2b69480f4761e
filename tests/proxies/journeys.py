"""What is followed through a network: by a simulated tab, and by pages of a real browser."""

import asyncio
import random
from pathlib import Path

import httpx
from playwright.async_api import Browser, expect

from tests.browser.conftest import PATIENCE
from tests.browser.learning import COMPLETE, same_as_a_fresh_load
from tests.chaos.learner import Learner
from tests.proxies.hostile import CutsIdle, Proxy, StripsHeaders
from tests.proxies.pages import first_words, lessons_of_a_guest, through, window
from tests.proxies.reading import arrives_whole, open_lesson, read_through
from tests.proxies.real import Command, documented, running
from tests.proxies.tab import Tab
from tests.setup.started import Started, free_port


async def by_tab(site: Started, kind: type[Proxy]) -> None:
    async with kind(site.port) as proxy:
        async with Learner(kind.__name__, f"http://127.0.0.1:{proxy.port}") as learner:
            await arrives_whole(learner)
        assert any("/events" in request.first_line for request in proxy.passed), kind


async def by_tab_through_a_program(
    site: Started, language: str, command: Command, folder: Path
) -> None:
    port = free_port()
    line = command(folder, documented(language, listen=port, server=site.port))
    async with (
        running(line, port, folder),
        Learner(command.__name__, f"http://127.0.0.1:{port}") as learner,
    ):
        await arrives_whole(learner)


async def while_idle(site: Started) -> None:
    """A connection that is cut because nothing comes is made again."""
    async with (
        CutsIdle(site.port, seconds=0.5) as proxy,
        Learner("idle", f"http://127.0.0.1:{proxy.port}") as learner,
    ):
        lesson = await open_lesson(learner)
        await read_through(learner, lesson)
        again = Tab(learner, lesson, random.Random(1))
        await again.open()
        async with asyncio.timeout(20):
            while again.counts["connected"] < 2:
                await asyncio.sleep(0.05)
        await again.close()


async def without_headers(site: Started) -> None:
    """The page's place is in the address, too."""
    async with Learner("bare", f"http://127.0.0.1:{site.port}") as learner:
        lesson = await open_lesson(learner)
        async with StripsHeaders(site.port) as proxy:
            learner.client.base_url = httpx.URL(f"http://127.0.0.1:{proxy.port}")
            await read_through(learner, lesson)
            streams = [each for each in proxy.passed if "/events" in each.first_line]
            assert streams
            assert all(not each.header("last-event-id") for each in streams)


async def by_browser(site: Started, chromium: Browser, kind: type[Proxy]) -> None:
    async with kind(site.port) as proxy, window(chromium) as page:
        lessons = await lessons_of_a_guest(page, site)
        await page.goto(through(proxy, lessons[0]))
        await first_words(page)
        await page.wait_for_selector(COMPLETE, timeout=2 * PATIENCE * 1000)
        await same_as_a_fresh_load(page)


async def check_says(site: Started, chromium: Browser, kind: type[Proxy], verdict: str) -> None:
    """The page that tells what a network does to live updates."""
    async with kind(site.port) as proxy, window(chromium) as page:
        await page.goto(through(proxy, "/live-check"))
        await expect(page.locator(f"[data-verdict={verdict}]")).to_be_visible(timeout=45_000)
        await expect(page.locator("[data-verdict=checking]")).to_be_hidden()
        assert await page.locator("[data-verdict=unreachable]").is_hidden()
