"""Ada reads in a real browser, through networks that hold back, break off and ask for a sign-in."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Browser, Page

from tests.browser.conftest import PATIENCE
from tests.browser.learning import (
    COMPLETE,
    DRAFTED,
    address,
    same_as_a_fresh_load,
    start_topic,
)
from tests.proxies.hostile import (
    BuffersSixteenKilobytes,
    BuffersWhole,
    Proxy,
    ResetsStreams,
    WantsASignIn,
)
from tests.setup.started import Started

# Notes when the first words come that the page was not loaded with, in ms from its request on.
WATCH = """
document.addEventListener("DOMContentLoaded", () => {
    const blocks = () => [...document.querySelectorAll("#lesson-content-area .block")];
    const words = () => blocks().map(block => block.textContent).join("");
    const before = words();
    new MutationObserver((_, observer) => {
        if (words() === before) return;
        window.firstWords = performance.now();
        observer.disconnect();
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
});
"""


async def test_a_lesson_that_grows_behind_each_ends_as_one_that_is_loaded_afresh(
    chromium: Browser, site: Started
) -> None:
    kinds = (BuffersWhole, BuffersSixteenKilobytes, ResetsStreams, WantsASignIn)
    await asyncio.gather(*(_reads_to_the_end(chromium, site, kind) for kind in kinds))


async def _reads_to_the_end(chromium: Browser, site: Started, kind: type[Proxy]) -> None:
    async with kind(site.port) as proxy, _window(chromium) as page:
        lessons = await _lessons(page, site)
        await page.goto(_through(proxy, lessons[0]))
        await _first_words(page)
        await page.wait_for_selector(COMPLETE, timeout=2 * PATIENCE * 1000)
        await same_as_a_fresh_load(page)


async def test_words_come_soon_behind_a_proxy_that_waits_for_the_end_and_sooner_once_it_is_known(
    chromium: Browser, site: Started
) -> None:
    async with BuffersWhole(site.port) as proxy, _window(chromium) as page:
        lessons = await _lessons(page, site)
        await page.goto(_through(proxy, lessons[0]))
        unknown = await _first_words(page)
        # Not the next lesson, which has been written ahead.
        await page.goto(_through(proxy, lessons[3]))
        known = await _first_words(page)
    print(f"first words after {unknown:.2f} s, once the tab has learnt {known:.2f} s")  # noqa: T201
    assert unknown < 8, "the aim is 4 s; machines are noisy"
    assert known < 2, "the aim is 1 s; machines are noisy"


@asynccontextmanager
async def _window(chromium: Browser) -> AsyncIterator[Page]:
    context = await chromium.new_context()
    await context.add_init_script(WATCH)
    page = await context.new_page()
    page.set_default_timeout(PATIENCE * 1000)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    await context.close()
    assert errors == []


async def _lessons(page: Page, site: Started) -> list[str]:
    """The paths of a new guest's lessons, none of which has been opened."""
    await start_topic(page, address(site), "Linear algebra")
    await page.wait_for_selector(DRAFTED)
    paths: list[str] = await page.eval_on_selector_all(
        "a.tree-lesson", "links => links.map(link => link.pathname)"
    )
    return paths


def _through(proxy: Proxy, path: str) -> str:
    # Cookies don't know ports: the session goes along.
    return f"http://127.0.0.1:{proxy.port}{path}"


async def _first_words(page: Page) -> float:
    """Seconds from the request for the page to the first words that came after it."""
    await page.wait_for_function("() => window.firstWords")
    return float(await page.evaluate("window.firstWords")) / 1000
