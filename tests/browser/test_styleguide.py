"""The page on which whoever changes a part of the interface sees it in all its states."""

from playwright.async_api import Page

from tests.browser.learning import address, number_of
from tests.setup.started import Started


async def test_it_shows_every_state_in_both_themes(reader: Page, site: Started) -> None:
    failures: list[str] = []
    reader.on("console", lambda said: failures.append(said.text) if said.type == "error" else None)
    await reader.goto(address(site, "/styleguide"))
    await reader.wait_for_selector(".katex", state="attached")
    papers = await reader.eval_on_selector_all(
        ".board", "boards => boards.map(each => getComputedStyle(each).backgroundColor)"
    )
    assert len({*papers}) == 2
    for board in ("[data-board=light]", "[data-board=dark]"):
        for kind in ("correct", "partly", "incorrect", "unsure", "ungraded"):
            assert await number_of(reader, f"{board} [data-verdict={kind}]") == 1
        for status in ("pending", "writing", "complete", "failed", "stopped"):
            assert await number_of(reader, f"{board} [data-role=tutor][data-status={status}]") == 1
    assert not failures
