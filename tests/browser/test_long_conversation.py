"""A conversation of 300 messages in a browser."""

import re
from uuid import UUID

import asyncpg
from playwright.async_api import Page

from tests.browser.learning import (
    COMPLETE,
    address,
    number_of,
    open_first_lesson,
    start_topic,
    until,
)
from tests.browser.scenes import converse
from tests.setup.started import Started

MESSAGES = "#chat-history > li"
TOP_OF_FIRST = f"document.querySelector('{MESSAGES}').getBoundingClientRect().top"


async def test_it_opens_at_the_newest_and_scrolling_up_brings_the_others(
    reader: Page, site: Started
) -> None:
    await start_topic(reader, address(site), "Linear algebra")
    await open_first_lesson(reader)
    await reader.wait_for_selector(COMPLETE)
    await _say(site, UUID(re.findall(r"[0-9a-f-]{36}", reader.url)[0]), 300)
    await reader.reload()

    assert await number_of(reader, MESSAGES) == 40
    newest = reader.locator(MESSAGES).last
    assert "Message 299" in await newest.inner_text()
    assert await newest.evaluate("each => each.getBoundingClientRect().bottom < innerHeight")

    name = await reader.locator(MESSAGES).first.get_attribute("id")
    before = await reader.evaluate(
        f"document.querySelector('#tutor-scroll').scrollTo(0, -1e6), {TOP_OF_FIRST}"
    )

    async def came() -> bool:
        return await number_of(reader, MESSAGES) >= 80

    await until(came, "earlier messages")
    # What was read stays where it was.
    now = await reader.evaluate(f"document.getElementById('{name}').getBoundingClientRect().top")
    assert abs(now - before) < 20

    async def all_there() -> bool:
        # The link leaves with the last of them, at any moment.
        await reader.evaluate("document.querySelector('#chat-earlier a')?.scrollIntoView()")
        return await number_of(reader, MESSAGES) == 300

    await until(all_there, "all messages")
    texts = await reader.locator(f"{MESSAGES} .prose").all_inner_texts()
    numbers = [int(re.findall(r"Message (\d+)", text)[0]) for text in texts]
    assert numbers == list(range(300))


async def _say(site: Started, lesson: UUID, number: int) -> None:
    rows = await asyncpg.connect((site.state / "postgres" / "dsn").read_text())
    try:
        await converse(rows, lesson, number)
    finally:
        await rows.close()
