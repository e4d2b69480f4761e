"""What comes out of a printer: a lesson as a handout, and the tech tree."""

import re
import zlib

from playwright.async_api import Page

from tests.browser.learning import COMPLETE, DRAFTED, TEXT, address, open_first_lesson, start_topic
from tests.setup.started import Started

A4 = 794
"""Pixels across, at 96 an inch."""
INCHES = 0.4
"""Of margin."""

SEEN = """selector => [...document.querySelectorAll(selector)].filter(
    each => each.checkVisibility({ visibilityProperty: true })).length"""
BEYOND = """[...document.querySelectorAll('main *')].filter(
    each => each.checkVisibility() && each.getBoundingClientRect().right > innerWidth + 1
        && !each.closest('.katex-mathml')).map(each => each.outerHTML.slice(0, 100))"""


async def test_a_lesson_prints_as_a_handout(reader: Page, site: Started) -> None:
    await start_topic(reader, address(site), "Linear algebra")
    await open_first_lesson(reader)
    await reader.wait_for_selector(COMPLETE)
    await reader.click("[data-action=theme]")
    await _as_on_paper(reader)

    for what in ("h1", f"{TEXT} h2", f"{TEXT} .katex", f"{TEXT} img"):
        assert await reader.evaluate(SEEN, what) > 0, what
    on_screen_only = "header.site-header, nav, button, form, textarea, dialog, .lesson-foot, aside"
    assert await reader.evaluate(SEEN, on_screen_only) == 0
    assert await reader.evaluate(BEYOND) == []
    paper, ink = await _colours(reader)
    assert (min(paper) > 240, max(ink) < 60) == (True, True)
    assert 2 <= await _pages(reader) <= 8


async def test_the_tree_prints(reader: Page, site: Started) -> None:
    await start_topic(reader, address(site), "Linear algebra")
    await reader.wait_for_selector(DRAFTED)
    lessons = await reader.locator(".tree-lesson").count()
    await _as_on_paper(reader)
    assert await reader.evaluate(SEEN, ".tree-lesson") == lessons
    assert await reader.evaluate(BEYOND) == []
    assert 1 <= await _pages(reader) <= 3


async def _as_on_paper(page: Page) -> None:
    width = A4 - round(2 * INCHES * 96)
    await page.set_viewport_size({"width": width, "height": 1123})
    await page.emulate_media(media="print")


async def _colours(page: Page) -> tuple[list[int], list[int]]:
    """Of the page, and of its text: red, green and blue."""
    found = await page.evaluate(
        """[getComputedStyle(document.body).backgroundColor,
            getComputedStyle(document.querySelector('#lesson-content-area p')).color]"""
    )
    paper, ink = ([int(part) for part in re.findall(r"\d+", colour)[:3]] for colour in found)
    return paper, ink


async def _pages(page: Page) -> int:
    margin = f"{INCHES}in"
    sides = {"top": margin, "bottom": margin, "left": margin, "right": margin}
    content = await page.pdf(format="A4", margin=sides)  # type: ignore[arg-type]
    # Newer writers of PDF put the pages' own entries into compressed streams.
    streams = re.findall(rb"stream\r?\n(.*?)endstream", content, re.S)
    return sum(
        len(re.findall(rb"/Type\s*/Page\b", part)) for part in [content, *map(_plain, streams)]
    )


def _plain(stream: bytes) -> bytes:
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return b""
