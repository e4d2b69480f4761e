"""From a placement to a lesson that is proven, and on to an easier syllabus."""

from playwright.async_api import Page

from tests.browser.keys import of_library
from tests.browser.learning import address
from tests.browser.walk import QUIZ, TASK, Walk
from tests.setup.started import Started


async def test_a_learner_is_placed_practises_fails_retries_and_completes_a_lesson(
    reader: Page, site: Started
) -> None:
    walk = Walk(reader, of_library)
    await walk.find_level(address(site), "Linear algebra")
    await walk.start()
    await walk.ask_exercise()
    await walk.take_hint()
    await walk.answer(TASK, right=False)
    await walk.see(f"{TASK} .verdict[data-verdict=incorrect]")
    await walk.contest("I drew it, and it fits.")
    await walk.see(f"{TASK} >> text=There is no model here that could look again")
    await walk.answer(TASK, right=True)
    await walk.see(f"{TASK} .verdict[data-verdict=correct]")
    await walk.page.click("text=Take the quiz")
    await walk.take_quiz(wrong=1)
    await walk.see(f"{QUIZ}[data-quiz=missed]")
    await walk.page.click("text=Retry what I missed")
    await walk.take_quiz()
    await walk.see(f"{QUIZ}[data-quiz=passed]")
    await walk.see("#progress-area[data-state=completed]")
    await walk.make_it_easier()
    assert walk.console == []
