"""`python -m tests.screenshots [NAME …]`: every page and state, phone and laptop, as PNGs."""

import asyncio
import sys
import tempfile
from pathlib import Path

from playwright.async_api import async_playwright

from techtree.embedded import erase
from techtree.settings import ROOT
from tests.browser.conftest import PATIENCE, SWITCHES, chromium_path
from tests.browser.scenes import scenes
from tests.setup.started import Started

FOLDER = ROOT / ".techtree" / "screenshots"
SIZES = {"phone": (390, 844), "laptop": (1440, 900)}


async def take(site: Started, path: str, names: list[str]) -> int:
    taken = 0
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=SWITCHES)
        page = await browser.new_page(viewport={"width": 1440, "height": 900})
        page.set_default_timeout(PATIENCE * 1000)
        async for name in scenes(page, site):
            if names and name not in names:
                continue
            for size, (width, height) in SIZES.items():
                await page.set_viewport_size({"width": width, "height": height})
                for scheme in ("light", "dark"):
                    await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
                    await page.screenshot(path=FOLDER / f"{name}-{size}-{scheme}.png")
                    taken += 1
            await page.set_viewport_size({"width": 1440, "height": 900})
        await browser.close()
    return taken


def main() -> int:
    path = chromium_path()
    if path is None:
        sys.stderr.write("No Chromium was found: install one, or set CHROMIUM to its path.\n")
        return 1
    FOLDER.mkdir(parents=True, exist_ok=True)
    site = Started(Path(tempfile.mkdtemp(prefix="techtree-screenshots-")))
    try:
        site.wait_for("TechTree is ready")
        taken = asyncio.run(take(site, path, sys.argv[1:]))
    finally:
        site.interrupt()
        erase(site.state)
    sys.stdout.write(f"{taken} pictures in {FOLDER}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
