"""Nothing on any page, in any state, keeps anybody out."""

from typing import Literal

import pytest
from playwright.async_api import Page

from tests.browser import axe
from tests.browser.scenes import scenes
from tests.setup.started import Started

Scheme = Literal["light", "dark"]
SIGHTS: tuple[tuple[str, int, int, Scheme], ...] = (
    ("laptop", 1440, 900, "light"),
    ("phone", 390, 844, "dark"),
    # What is left of 1280 by 1024.
    ("400 % zoom", 320, 256, "light"),
)
TOO_WIDE = "document.scrollingElement.scrollWidth > innerWidth"


async def test_axe_finds_nothing_on_any_page_in_any_state(
    reader: Page, site: Started, tmp_path_factory: pytest.TempPathFactory
) -> None:
    script = axe.source(tmp_path_factory.mktemp("axe"))
    found: list[str] = []
    seen = 0
    async for scene in scenes(reader, site):
        for size, width, height, scheme in SIGHTS:
            await reader.set_viewport_size({"width": width, "height": height})
            await reader.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            found += [
                f"{scene}, {size}, {scheme}: {each}" for each in await axe.barriers(reader, script)
            ]
            if await reader.evaluate(TOO_WIDE):
                found.append(f"{scene}, {size}: must be scrolled sideways")
        await reader.set_viewport_size({"width": 1440, "height": 900})
        seen += 1
    assert seen > 25
    assert not found, "\n".join(found)


async def test_axe_would_find_a_barrier(
    reader: Page, site: Started, tmp_path_factory: pytest.TempPathFactory
) -> None:
    script = axe.source(tmp_path_factory.mktemp("axe"))
    await reader.set_content("<html lang=en><title>A</title><main><h1>A</h1><img src=a></main>")
    assert [each.split()[0] for each in await axe.barriers(reader, script)] == ["image-alt"]
