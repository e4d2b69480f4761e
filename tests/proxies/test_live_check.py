"""The page that tells what a network does to live updates, on networks that do it."""

import asyncio
from contextlib import AsyncExitStack

from playwright.async_api import Browser, expect

from tests.proxies.hostile import BuffersSixteenKilobytes, BuffersWhole, CutsIdle, Proxy
from tests.setup.started import Started

VERDICTS: list[tuple[type[Proxy], str]] = [
    (Proxy, "streams"),
    (BuffersWhole, "whole"),
    (BuffersSixteenKilobytes, "collects"),
    (CutsIdle, "cuts"),
]


async def test_it_says_in_words_what_the_network_does(chromium: Browser, site: Started) -> None:
    async with AsyncExitStack() as stack:
        proxies = [await stack.enter_async_context(kind(site.port)) for kind, _ in VERDICTS]
        verdicts = [verdict for _, verdict in VERDICTS]
        await asyncio.gather(*map(_check, [chromium] * 4, proxies, verdicts))


async def _check(chromium: Browser, proxy: Proxy, verdict: str) -> None:
    context = await chromium.new_context()
    page = await context.new_page()
    await page.goto(f"http://127.0.0.1:{proxy.port}/live-check")
    await expect(page.locator(f"[data-verdict={verdict}]")).to_be_visible(timeout=45_000)
    await expect(page.locator("[data-verdict=checking]")).to_be_hidden()
    assert await page.locator("[data-verdict=unreachable]").is_hidden()
    await context.close()
