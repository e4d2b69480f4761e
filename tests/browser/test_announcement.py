"""What a screen reader is told of a text that grows, in Chromium's accessibility tree."""

from typing import Any

from playwright.async_api import Page

from tests.browser.learning import (
    ANSWERED,
    COMPLETE,
    TEXT,
    WRITING,
    Watch,
    address,
    ask,
    open_first_lesson,
    start_topic,
)
from tests.setup.started import Started

LIVE = "[aria-live], [role=status], [role=alert], [role=log]"
SPOKEN = f"[...document.querySelectorAll('{LIVE}')].map(each => each.textContent.trim())"
"""What the regions hold whose changes are spoken."""


async def test_a_lesson_is_announced_once_when_it_is_there(reader: Page, site: Started) -> None:
    await start_topic(reader, address(site), "Linear algebra")
    await open_first_lesson(reader)
    await reader.wait_for_selector(WRITING)
    watch = await Watch.start(reader, SPOKEN)
    (area,) = await _nodes(reader, TEXT)
    assert area["busy"] == 1
    assert not await _living(reader, f"{TEXT}, {TEXT} *"), "every word would be spoken"

    await reader.wait_for_selector(COMPLETE)
    (area,) = await _nodes(reader, TEXT)
    assert not area.get("busy")
    await reader.wait_for_function("document.querySelector('#announcer').textContent")
    assert _sentences(await watch.values()) == ["The lesson is complete."]
    (announcer,) = await _nodes(reader, "#announcer")
    assert announcer["live"] == "polite"

    watch = await Watch.start(reader, SPOKEN)
    await ask(reader, "What is a basis?")
    await reader.wait_for_selector(ANSWERED)
    await reader.wait_for_function(
        "document.querySelector('#announcer').textContent.startsWith('The answer')"
    )
    assert _sentences(await watch.values())[1:] == ["The answer is complete."]


def _sentences(states: list[list[str]]) -> list[str]:
    """What was spoken in turn: each text that came into a region."""
    spoken: list[str] = []
    before: list[str] = []
    for state in states:
        spoken += [text for text in state if text and text not in before]
        before = state
    return spoken


async def _living(page: Page, selector: str) -> list[dict[str, Any]]:
    return [each for each in await _nodes(page, selector) if each.get("live", "off") != "off"]


async def _nodes(page: Page, selector: str) -> list[dict[str, Any]]:
    """The properties of elements in the accessibility tree, by name."""
    session = await page.context.new_cdp_session(page)
    root = (await session.send("DOM.getDocument"))["root"]["nodeId"]
    found = await session.send("DOM.querySelectorAll", {"nodeId": root, "selector": selector})
    nodes = []
    for number in found["nodeIds"]:
        tree = await session.send(
            "Accessibility.getPartialAXTree", {"nodeId": number, "fetchRelatives": False}
        )
        (node,) = tree["nodes"]
        nodes.append({each["name"]: each["value"]["value"] for each in node.get("properties", ())})
    await session.detach()
    return nodes
