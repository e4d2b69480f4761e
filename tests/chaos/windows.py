"""A few pages in a real Chromium, which go through the same faults."""

import os
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from difflib import unified_diff
from typing import Any

from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from tests.browser.conftest import NAMES, SWITCHES
from tests.chaos.learner import Learner
from tests.chaos.sight import Sight

# Tells each text that has changed, as it is after each swap: a window behind others paints seldom.
WATCH = """
document.addEventListener("DOMContentLoaded", () => {
    const texts = () => [...document.querySelectorAll("[id][data-status]")]
        .filter(({ id }) => !id.startsWith("syllabus-"))
        .map(({ id, dataset }) => [id, dataset.status, blocksOf(id)]);
    const blocksOf = id => [...document.querySelectorAll(`#${id} [id$=-blocks] > *`)]
        .map(({ textContent }) => textContent).join(" ");
    const told = {};
    const look = () => {
        for (const [id, status, text] of texts()) {
            if (told[id] !== status + text) window.see(id, status, text);
            told[id] = status + text;
        }
    };
    new MutationObserver(look).observe(document.body, {
        subtree: true, childList: true, characterData: true, attributes: true,
    });
    look();
});
"""

SHOWN = """() => [...document.querySelectorAll(
    "#lesson-content-area, #chat-history, #lesson-outline, .syllabus"
)].map(({ id, innerText }) => `${id}: ${innerText}`).join("\\n")"""


class Window(Sight):
    """One page. It is loaded once, and never again by hand."""

    def __init__(self, learner: Learner, path: str, page: Page) -> None:
        super().__init__(learner, path)
        self._page = page
        self._loads = 0

    async def open(self) -> None:
        self._page.on("pageerror", lambda error: self.problems.append(f"threw {error}"))
        self._page.on("domcontentloaded", self._count_load)
        await self._page.expose_function("see", self.see)
        address = str(self.learner.client.base_url.join(self.path))
        answer = await self._page.goto(address, wait_until="domcontentloaded")
        if answer is None or answer.status != 200:
            raise AssertionError(f"{address}: {answer and answer.status}")

    async def difference(self) -> list[str]:
        """From the page to one that is loaded now."""
        fresh = await self._page.context.new_page()
        await fresh.goto(self._page.url)
        try:
            return list(
                unified_diff(await _shown(self._page), await _shown(fresh), lineterm="", n=0)
            )
        finally:
            await fresh.close()

    def _count_load(self, _: Any) -> None:
        self._loads += 1
        if self._loads > 1:
            self.problems.append("was loaded again")


def find_chromium() -> str | None:
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


@asynccontextmanager
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=find_chromium(), args=SWITCHES)
        yield opened
        await opened.close()


async def open_windows(opened: Browser, learner: Learner, paths: Sequence[str]) -> list[Window]:
    """In the learner's session."""
    context: BrowserContext = await opened.new_context()
    address = str(learner.client.base_url)
    await context.add_cookies(
        [
            {"name": cookie.name, "value": cookie.value or "", "url": address}
            for cookie in learner.client.cookies.jar
        ]
    )
    await context.add_init_script(WATCH)
    windows = [Window(learner, path, await context.new_page()) for path in paths]
    for window in windows:
        await window.open()
    return windows


async def _shown(page: Page) -> list[str]:
    text: str = await page.evaluate(SHOWN)
    return text.split("\n")
