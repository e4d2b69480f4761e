"""From the front page to a quiz that is passed, in a browser that runs no scripts."""

import asyncio
from collections.abc import Awaitable, Callable

from playwright.async_api import Browser

from tests.browser.conftest import PATIENCE
from tests.browser.keys import of_library
from tests.browser.learning import address, look_again
from tests.browser.walk import QUIZ, TASK, Walk
from tests.setup.started import Started


class PlainWalk(Walk):
    """A learner who clicks, and reloads the page to see what has become of it."""

    async def press(self, selector: str) -> None:
        await self.page.locator(selector).first.click()

    async def _until(self, fact: Callable[[], Awaitable[bool]], what: str) -> None:
        async with asyncio.timeout(self.patience):
            while not await fact():
                await asyncio.sleep(0.3)
                await look_again(self.page)


async def test_plain_forms_lead_from_the_front_page_to_a_passed_quiz(
    chromium: Browser, site: Started
) -> None:
    context = await chromium.new_context(java_script_enabled=False)
    page = await context.new_page()
    page.set_default_timeout(PATIENCE * 1000)
    walk = PlainWalk(page, of_library)

    await walk.find_level(address(site), "Linear algebra")
    await walk.start()
    await walk.ask_exercise()
    await walk.take_hint()
    await walk.answer(TASK, right=False)
    await walk.see(f"{TASK} .verdict[data-verdict=incorrect]")
    await walk.answer(TASK, right=True)
    await walk.see(f"{TASK} .verdict[data-verdict=correct]")
    await page.fill("#chat-message", "What is a vector?")
    await walk.press("#chat-form button")
    await walk.see("#chat-history > li[data-role=tutor][data-status=complete]")
    await walk.press("text=Take the quiz")
    await walk.take_quiz(wrong=1)
    await walk.see(f"{QUIZ}[data-quiz=missed]")
    await walk.press("text=Retry what I missed")
    await walk.take_quiz()
    await walk.see("#progress-area[data-state=completed]")
    await walk.press("#change-difficulty-btn")
    await page.wait_for_url("**/syllabi/*")
    await context.close()
