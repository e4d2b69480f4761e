"""Ada walks the tech tree with her keyboard."""

from playwright.async_api import Page

from tests.browser.learning import DRAFTED, address, start_topic
from tests.setup.started import Started

FOCUSED = "document.activeElement.dataset.number"
SHOWN = "getComputedStyle(document.activeElement.nextElementSibling).visibility"
WIDER = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


async def test_arrows_follow_the_lines_and_the_summary_can_be_dismissed(
    reader: Page, site: Started
) -> None:
    await start_topic(reader, address(site), "Linear algebra")
    await reader.wait_for_selector(DRAFTED)
    first = reader.locator(".tree-lesson").first
    await first.focus()
    assert await reader.evaluate(FOCUSED) == "1"
    await reader.wait_for_selector(".tree-node:focus-within .tree-more", state="visible")

    await reader.keyboard.press("Escape")
    assert await reader.evaluate(SHOWN) == "hidden"

    await reader.keyboard.press("ArrowRight")
    assert await reader.evaluate(FOCUSED) == "2"
    marked = await reader.eval_on_selector_all(
        ".tree-lines-wide .tree-marked", "paths => paths.map(path => path.dataset.ends)"
    )
    assert "1 2" in marked

    await reader.keyboard.press("ArrowDown")
    below = await reader.evaluate(FOCUSED)
    assert below in {"4", "5", "6"}
    follows = await reader.evaluate("document.activeElement.dataset.follows")
    assert "2" in follows.split()

    await reader.keyboard.press("ArrowUp")
    assert await reader.evaluate(FOCUSED) == "2"
    await reader.keyboard.press("Enter")
    await reader.wait_for_url("**/lessons/*")


async def test_the_tree_fits_a_phone_and_a_large_screen(reader: Page, site: Started) -> None:
    await start_topic(reader, address(site), "Linear algebra")
    await reader.wait_for_selector(DRAFTED)
    for width, picture in ((320, "spine"), (360, "spine"), (1440, "wide"), (2560, "wide")):
        await reader.set_viewport_size({"width": width, "height": 900})
        assert await reader.is_visible(f".tree-lines-{picture}")
        assert not await reader.evaluate(WIDER), width
        # A line begins where its lesson is: the drawing is stretched over the lessons.
        tall = await reader.evaluate(
            "[...document.querySelectorAll('.tree, .tree > ol')].map(each => each.offsetHeight)"
        )
        assert tall[0] == tall[1]
