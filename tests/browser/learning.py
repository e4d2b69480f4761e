"""What Ada does in her browser, and what she sees there."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Self

from playwright.async_api import Error, Page

from tests.browser.conftest import PATIENCE
from tests.setup.started import Started

TEXT = "#lesson-content-area"
COMPLETE = f"{TEXT}[data-status=complete]"
WRITING = f"{TEXT}[data-status=writing]"
DRAFTED = ".syllabus[data-status=complete]"
ANSWERED = "#chat-history > li[data-role=tutor][data-status=complete]"


def address(site: Started, path: str = "/") -> str:
    return f"http://127.0.0.1:{site.port}{path}"


async def start_topic(page: Page, front: str, topic: str, level: str = "beginner") -> None:
    """From the front page, as a guest, ask for a topic and arrive at its syllabus."""
    await page.goto(front)
    await page.click("form[action='/guest'] button")
    await page.wait_for_url("**/dashboard")
    await page.fill("input[name=topic]", topic)
    await page.select_option("select[name=level]", level)
    await page.press("input[name=topic]", "Enter")
    await page.wait_for_url("**/syllabi/*")


async def open_first_lesson(page: Page) -> None:
    await page.wait_for_selector(DRAFTED)
    await page.click(".tree-lesson >> nth=0")
    await page.wait_for_url("**/lessons/*")


async def ask(page: Page, question: str) -> None:
    await page.fill("#chat-message", question)
    await page.press("#chat-message", "Enter")


async def conversation(page: Page) -> list[str]:
    """The messages, questions and answers in turn."""
    texts = await page.locator("#chat-history > li .prose").all_text_contents()
    return [re.sub(r"\s+", " ", text).strip() for text in texts]


async def number_of(page: Page, selector: str) -> int:
    return await page.locator(selector).count()


CLOSED_BLOCKS = f"""
    [...document.querySelectorAll('{TEXT} .block:not([data-open])')].map(block => {{
        const copy = block.cloneNode(true);
        copy.querySelectorAll('[data-tex]').forEach(m => m.textContent = m.dataset.tex);
        return `${{block.id}} ${{copy.textContent}}`;
    }})"""
"""The finished blocks of the lesson, each with its id, and each formula as its source."""


async def closed_blocks(page: Page) -> list[str]:
    found: list[str] = await page.evaluate(CLOSED_BLOCKS)
    return found


class Watch:
    """Every value that an expression takes while a page changes, however busy the machine is."""

    def __init__(self, page: Page) -> None:
        self._page = page

    @classmethod
    async def start(cls, page: Page, expression: str) -> Self:
        await page.evaluate(f"""() => {{
            window.watched = [];
            const look = () => window.watched.push({expression});
            look();
            new MutationObserver(look).observe(document.body, {{
                subtree: true, childList: true, characterData: true, attributes: true,
            }});
        }}""")
        return cls(page)

    async def values(self) -> list[Any]:
        """In turn, from the start until now; a page that is loaded anew has lost them."""
        values: list[Any] = await self._page.evaluate("window.watched")
        return values


async def look_again(page: Page) -> None:
    """Load the page anew, unless it is just being left: a form that was sent is on its way."""
    try:
        await page.reload()
    except Error as error:
        if not re.search("Not attached|interrupted|ERR_ABORTED", error.message):
            raise
        await page.wait_for_load_state()


async def until(fact: Callable[[], Awaitable[bool]], what: str) -> None:
    try:
        async with asyncio.timeout(PATIENCE):
            while not await fact():
                await asyncio.sleep(0.05)
    except TimeoutError:
        raise AssertionError(f"not after {PATIENCE} s: {what}") from None


async def same_as_a_fresh_load(page: Page) -> None:
    """What the stream has made of the page is what the server now renders at once."""
    other = await page.context.new_page()
    await other.goto(page.url)
    for each in (page, other):
        await each.wait_for_selector(COMPLETE)
        await until(partial(_is_typeset, each), "its formulas are typeset")
    assert await page.inner_text(TEXT) == await other.inner_text(TEXT)
    assert await closed_blocks(page) == await closed_blocks(other)
    assert await number_of(page, f"{TEXT} [data-open]") == 0
    await other.close()


async def _is_typeset(page: Page) -> bool:
    return await number_of(page, f"{TEXT} [data-tex]:not([data-typeset])") == 0
