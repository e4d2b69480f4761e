"""What is told by a fill is still told where the reader's own few colours replace ours."""

from playwright.async_api import Page

from tests.browser.learning import (
    ANSWERED,
    COMPLETE,
    DRAFTED,
    address,
    ask,
    open_first_lesson,
    start_topic,
)
from tests.setup.started import Started

PAINTED = """(selector, property) =>
    getComputedStyle(document.querySelector(selector))[property]"""


async def test_states_are_told_apart_without_our_colours(reader: Page, site: Started) -> None:
    await reader.emulate_media(forced_colors="active")
    await start_topic(reader, address(site), "Linear algebra")
    await open_first_lesson(reader)
    await reader.wait_for_selector(COMPLETE)
    await ask(reader, "Why is that so?")
    await reader.wait_for_selector(ANSWERED)

    async def painted(selector: str, what: str) -> str:
        return str(await reader.evaluate(f"({PAINTED})('{selector}', '{what}')"))

    here, elsewhere = ".outline-lesson[aria-current]", ".outline-lesson:not([aria-current])"
    assert await painted(f"{here} .dot", "backgroundColor") != await painted(
        f"{elsewhere} .dot", "backgroundColor"
    )
    assert await painted(here, "outlineStyle") == "solid"
    assert await painted("[data-role=learner]", "borderTopStyle") == "solid"

    await reader.go_back()
    await reader.wait_for_selector(DRAFTED)
    begun, ahead = ".tree-lesson[data-state=in-progress]", ".tree-lesson[data-ahead]"
    assert await painted(begun, "borderLeftWidth") != await painted(ahead, "borderLeftWidth")
    paper = await painted("body", "backgroundColor")
    assert await painted(".tree-lines-wide path", "stroke") != paper
