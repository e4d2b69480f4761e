"""The dashboard follows what happens in other windows."""

from playwright.async_api import Page

from tests.browser.learning import COMPLETE, address, open_first_lesson, start_topic, until
from tests.setup.started import Started


async def test_a_dashboard_that_is_open_elsewhere_shows_the_syllabus_and_what_comes_next(
    reader: Page, site: Started
) -> None:
    await start_topic(reader, address(site), "Linear algebra")
    other = await reader.context.new_page()
    await other.goto(address(site, "/dashboard"))
    await other.fill("#topic", "Half a thou")

    await open_first_lesson(reader)
    await reader.wait_for_selector(COMPLETE)
    title = await reader.inner_text("h1")

    async def leads_on() -> bool:
        shown = await other.locator("#dashboard-live").inner_text()
        return title in shown and "You opened it" in shown

    await until(leads_on, "the dashboard leads to the lesson")
    # What is being typed there stays.
    assert await other.input_value("#topic") == "Half a thou"
