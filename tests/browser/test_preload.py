"""A link that somebody is about to follow is fetched before they do, and nothing is begun by it."""

from playwright.async_api import Page

from tests.browser.learning import COMPLETE, address, open_first_lesson, start_topic
from tests.setup.started import Started

FETCHED = "performance.getEntriesByType('navigation')[0].deliveryType"


async def test_pointing_at_a_lesson_that_was_opened_fetches_it(reader: Page, site: Started) -> None:
    await start_topic(reader, address(site), "Linear algebra")
    syllabus = reader.url
    await open_first_lesson(reader)
    await reader.wait_for_selector(COMPLETE)
    await reader.goto(syllabus)
    await reader.hover(".tree-lesson >> nth=0")
    await reader.wait_for_timeout(1500)
    await reader.click(".tree-lesson >> nth=0")
    await reader.wait_for_selector(COMPLETE)
    assert await reader.evaluate(FETCHED) == "navigational-prefetch"
