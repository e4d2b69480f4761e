"""From a placement to a lesson that is proven, and on to an easier syllabus."""

from playwright.async_api import Page

from tests.browser.keys import of_library, of_model
from tests.browser.learning import address
from tests.browser.walk import QUIZ, TASK, Walk
from tests.setup.started import Started


async def test_with_the_library(reader: Page, site: Started) -> None:
    walk = Walk(reader, of_library)
    await walk.find_level(address(site), "Linear algebra")
    await _learn(walk, "There is no model here that could look again")
    assert walk.console == []


async def test_with_a_model_of_whose_answers_three_in_ten_go_wrong(
    reader: Page, unsteady_site: Started
) -> None:
    walk = Walk(reader, of_model, patience=90)
    await walk.find_level(address(unsteady_site), "Knots")
    await _learn(walk, "not right")
    assert walk.console == []


async def _learn(walk: Walk, outcome: str) -> None:
    """Practise, fail, contest, retry, complete the lesson, and go on to an easier syllabus."""
    await walk.start()
    await walk.ask_exercise()
    await walk.take_hint()
    await walk.answer(TASK, right=False)
    await walk.see(f"{TASK} .verdict[data-verdict=incorrect]")
    await walk.contest("I drew it, and it fits.")
    await walk.see(f"{TASK} >> text={outcome}")
    await walk.answer(TASK, right=True)
    await walk.see(f"{TASK} .verdict[data-verdict=correct]")
    await walk.press("text=Take the quiz")
    await walk.take_quiz(wrong=1)
    await walk.see(f"{QUIZ}[data-quiz=missed]")
    await walk.press("text=Retry what I missed")
    await walk.take_quiz()
    await walk.see(f"{QUIZ}[data-quiz=passed]")
    await walk.see("#progress-area[data-state=completed]")
    await walk.make_it_easier()
