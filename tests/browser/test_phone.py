"""Learning on a phone."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page

from tests.browser.conftest import PATIENCE
from tests.browser.learning import (
    ANSWERED,
    COMPLETE,
    DRAFTED,
    TEXT,
    address,
    ask,
    open_first_lesson,
    start_topic,
)
from tests.setup.started import Started

COVERED = """text => {
    const places = [0.2, 0.5, 0.8].map(part => [innerWidth / 2, innerHeight * part])
    return places.filter(place => !document.elementFromPoint(...place).closest(text)).length
}"""
"""How many places down the middle of the window show something else than the text."""


@pytest.fixture
async def phone(chromium: Browser) -> AsyncIterator[Page]:
    context = await chromium.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    page = await context.new_page()
    page.set_default_timeout(PATIENCE * 1000)
    yield page
    await context.close()


async def test_a_phone_has_the_composer_at_hand_and_nothing_sideways(
    phone: Page, site: Started
) -> None:
    await phone.goto(address(site))
    await _fits(phone)
    await start_topic(phone, address(site), "Linear algebra")
    await phone.wait_for_selector(DRAFTED)
    await _fits(phone)
    await open_first_lesson(phone)
    await phone.wait_for_selector(f"{TEXT} .katex")
    await _fits(phone)
    await _has_the_composer_at_hand(phone)
    await phone.evaluate("scrollTo(0, document.body.scrollHeight)")
    await _has_the_composer_at_hand(phone)
    await ask(phone, "What is a vector?")
    await phone.wait_for_selector(ANSWERED)
    await _has_the_composer_at_hand(phone)
    await _fits(phone)


async def _fits(page: Page) -> None:
    """At the width of this phone, and of the narrowest there is."""
    usual = page.viewport_size
    assert usual is not None
    for width in (usual["width"], 320):
        await page.set_viewport_size({"width": width, "height": usual["height"]})
        assert await page.evaluate("document.documentElement.scrollWidth") <= width, page.url
    await page.set_viewport_size(usual)


async def _has_the_composer_at_hand(page: Page) -> None:
    box = await page.locator("#chat-message").bounding_box()
    assert box is not None
    assert page.viewport_size is not None
    assert 0 <= box["y"] <= box["y"] + box["height"] <= page.viewport_size["height"]


async def test_a_lesson_can_be_read_at_four_times_its_size(reader: Page, site: Started) -> None:
    await start_topic(reader, address(site), "Linear algebra")
    await open_first_lesson(reader)
    await reader.wait_for_selector(COMPLETE)
    # What is left of 1280 by 1024.
    await reader.set_viewport_size({"width": 320, "height": 256})
    await reader.locator(f"{TEXT} h2 >> nth=0").scroll_into_view_if_needed()
    assert await reader.evaluate(COVERED, TEXT) == 0
    await reader.keyboard.press("/")
    await _has_the_composer_at_hand(reader)
    await ask(reader, "What is a vector?")
    await reader.wait_for_selector(ANSWERED)
