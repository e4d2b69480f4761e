"""Ada's window in a real browser, and when words come that the page was not loaded with."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Browser, Page

from tests.browser.conftest import PATIENCE
from tests.browser.learning import DRAFTED, address, start_topic
from tests.proxies.hostile import Proxy
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


@asynccontextmanager
async def window(chromium: Browser) -> AsyncIterator[Page]:
    context = await chromium.new_context()
    await context.add_init_script(WATCH)
    page = await context.new_page()
    page.set_default_timeout(PATIENCE * 1000)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    await context.close()
    assert errors == []


async def lessons_of_a_guest(page: Page, site: Started) -> list[str]:
    """The paths of a new guest's lessons, none of which has been opened."""
    await start_topic(page, address(site), "Linear algebra")
    await page.wait_for_selector(DRAFTED)
    paths: list[str] = await page.eval_on_selector_all(
        "a.tree-lesson", "links => links.map(link => link.pathname)"
    )
    return paths


def through(proxy: Proxy, path: str) -> str:
    # Cookies don't know ports: the session goes along.
    return f"http://127.0.0.1:{proxy.port}{path}"


async def first_words(page: Page) -> float:
    """Seconds from the request for the page to the first words that came after it."""
    await page.wait_for_function("() => window.firstWords")
    return float(await page.evaluate("window.firstWords")) / 1000
