"""What a screen reader is told of a text that grows, in Chromium's accessibility tree."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from playwright.async_api import CDPSession, Page

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
    within = await _within(reader, TEXT)
    assert within
    assert not [each for each in within if each.get("live", "off") != "off"], "words are spoken"

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


async def _nodes(page: Page, selector: str) -> list[dict[str, Any]]:
    """The properties of elements in the accessibility tree, by name."""
    async with _session(page, selector) as (session, numbers):
        return [
            _properties(
                await session.send(
                    "Accessibility.getPartialAXTree", {"nodeId": number, "fetchRelatives": False}
                )
            )[0]
            for number in numbers
        ]


async def _within(page: Page, selector: str) -> list[dict[str, Any]]:
    """The same of an element and all below it, at one moment of a text that grows."""
    async with _session(page, selector) as (session, (number,)):
        return _properties(await session.send("Accessibility.queryAXTree", {"nodeId": number}))


@asynccontextmanager
async def _session(page: Page, selector: str) -> AsyncIterator[tuple[CDPSession, list[int]]]:
    """A connection to the browser's tools, and the numbers it has for the elements."""
    session = await page.context.new_cdp_session(page)
    root = (await session.send("DOM.getDocument"))["root"]["nodeId"]
    found = await session.send("DOM.querySelectorAll", {"nodeId": root, "selector": selector})
    yield session, found["nodeIds"]
    await session.detach()


def _properties(tree: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {each["name"]: each["value"].get("value") for each in node.get("properties", ())}
        for node in tree["nodes"]
    ]
