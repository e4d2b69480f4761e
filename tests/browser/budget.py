"""`python -m tests.browser.budget`: what a lesson weighs, how soon it is there, and how still."""

import asyncio
import json
import os
import re
import statistics
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
from playwright.async_api import Browser, Page, async_playwright

from techtree.assets import STATIC
from techtree.embedded import erase
from techtree.settings import ROOT
from tests.browser.conftest import PATIENCE, SWITCHES, chromium_path
from tests.browser.learning import COMPLETE, address, open_first_lesson, start_topic
from tests.browser.scenes import converse
from tests.fakes.openai_server import running_server
from tests.setup.started import Started

RUNS = 5
SLOW_4G = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 200_000,
    "uploadThroughput": 94_000,
}
"""150 ms and 1.6 Mbit/s down, which is how Lighthouse defines it."""
KINDS = {"Document": "HTML", "Stylesheet": "CSS", "Script": "JavaScript", "Font": "fonts"}

SHIFTS = """
window.shifts = 0;
new PerformanceObserver(list => {
  for (const each of list.getEntries()) if (!each.hadRecentInput) window.shifts += each.value;
}).observe({type: "layout-shift", buffered: true});
"""
FIRST_TEXT = """
new MutationObserver((_, observer) => {
  if (!document.querySelector("#lesson-content-area .block")) return;
  observer.disconnect();
  requestAnimationFrame(() => setTimeout(() => { window.firstText = performance.now(); }));
}).observe(document, {childList: true, subtree: true});
"""


async def weigh(browser: Browser, cookies: Any, url: str) -> dict[str, float]:
    """KiB that a first visit transfers, by kind."""
    page = await _window(browser, cookies)
    network = await page.context.new_cdp_session(page)
    await network.send("Network.enable")
    kinds: dict[str, str] = {}
    sizes: Counter[str] = Counter()

    def begun(event: dict[str, Any]) -> None:
        kind = KINDS.get(event["type"])
        if kind == "fonts" and "katex" in event["response"]["url"]:
            kind = "KaTeX's fonts"
        kinds[event["requestId"]] = kind or ""

    def done(event: dict[str, Any]) -> None:
        kind = kinds.get(event["requestId"])
        if kind:
            sizes[kind] += event["encodedDataLength"]

    network.on("Network.responseReceived", begun)
    network.on("Network.loadingFinished", done)
    await page.goto(url)
    await page.wait_for_selector(COMPLETE)
    await asyncio.sleep(2)
    await page.context.close()
    return {kind: size / 1024 for kind, size in sizes.items()}


async def first_text(browser: Browser, cookies: Any, url: str) -> float:
    """Seconds on slow 4G from the start of a first visit until text of the lesson is there."""
    page = await _window(browser, cookies)
    network = await page.context.new_cdp_session(page)
    await network.send("Network.enable")
    await network.send("Network.emulateNetworkConditions", SLOW_4G)
    found = await _visit(page, url)
    await page.context.close()
    return found


async def first_text_again(browser: Browser, cookies: Any, url: str) -> list[float]:
    """The same for visits by a browser that has been there before, on this machine."""
    page = await _window(browser, cookies)
    found = [await _visit(page, url) for _ in range(RUNS + 1)]
    await page.context.close()
    return found[1:]


async def _visit(page: Page, url: str) -> float:
    await page.add_init_script(FIRST_TEXT)
    await page.goto(url, wait_until="commit")
    # Waiting in the page would need `eval`, which the page forbids.
    while not (found := await page.evaluate("window.firstText")):
        await asyncio.sleep(0.05)
    return float(found) / 1000


async def shifts(page: Page, front: str) -> float:
    """The layout shift of a page on which a whole lesson is written and a question answered."""
    await page.add_init_script(SHIFTS)
    await start_topic(page, front, "Knots")
    await open_first_lesson(page)
    await page.wait_for_selector(COMPLETE)
    await page.fill("#chat-message", "Why does it hold?")
    await page.press("#chat-message", "Enter")
    await page.wait_for_selector("#chat-history > li[data-role=tutor][data-status=complete]")
    found: float = await page.evaluate("window.shifts")
    return found


async def measure(browser: Browser, library: Started, written: Started) -> dict[str, Any]:
    page = await _window(browser)
    await start_topic(page, address(library), "Linear algebra")
    await open_first_lesson(page)
    await page.wait_for_selector(COMPLETE)
    url, cookies = page.url, await page.context.cookies()
    weights = await weigh(browser, cookies, url)
    times = [await first_text(browser, cookies, url) for _ in range(RUNS)]
    rows = await asyncpg.connect((library.state / "postgres" / "dsn").read_text())
    await converse(rows, UUID(re.findall(r"[0-9a-f-]{36}", url)[0]), 300)
    await rows.close()
    long = await first_text_again(browser, cookies, url)
    moved = []
    for _ in range(RUNS):
        fresh = await _window(browser)
        moved.append(await shifts(fresh, address(written)))
        await fresh.context.close()
    transferred = sum(weights[kind] for kind in ("HTML", "CSS", "JavaScript"))
    own = sum((STATIC / name).stat().st_size for name in ("live.js", "theme.js")) / 1024
    return {
        "HTML, CSS and JavaScript of a first visit, with KaTeX": (transferred, "KiB", 150),
        **{f"of it {kind}": (weights[kind], "KiB", None) for kind in ("HTML", "CSS", "JavaScript")},
        "fonts": (weights["fonts"], "KiB", 220),
        "KaTeX's fonts": (weights["KaTeX's fonts"], "KiB", None),
        "own JavaScript that a lesson loads at once, as written": (own, "KiB", 12),
        "first text on slow 4G, first visit": (statistics.median(times), "s", 1),
        "first text beside 300 messages, visited before": (statistics.median(long), "s", 0.3),
        "layout shift while a lesson is written and a question answered, the worst": (
            max(moved), "", 0.02),
    }  # fmt: skip


async def _window(browser: Browser, cookies: Any = ()) -> Page:
    context = await browser.new_context(viewport={"width": 1440, "height": 900})
    await context.add_cookies(cookies)
    page = await context.new_page()
    page.set_default_timeout(PATIENCE * 1000)
    return page


async def main(path: str) -> dict[str, Any]:
    states = [Path(tempfile.mkdtemp(prefix="techtree-budget-")) for _ in range(2)]
    with running_server(tokens_per_second=150) as server:
        library = Started(states[0])
        written = Started(
            states[1],
            TECHTREE_MODEL="openai:test",
            TECHTREE_MODEL_URL=server.url,
            TECHTREE_MODEL_KEY="a key",
        )
        try:
            for site in (library, written):
                site.wait_for("TechTree is ready")
            async with async_playwright() as playwright:
                browser = await playwright.chromium.launch(executable_path=path, args=SWITCHES)
                found = await measure(browser, library, written)
                await browser.close()
        finally:
            for site in (library, written):
                site.interrupt()
                erase(site.state)
    return found


def table(found: dict[str, Any]) -> str:
    lines = ["| a lesson's page | | aim |", "|---|---|---|"]
    for name, (value, unit, aim) in found.items():
        aimed = "" if aim is None else f"≤ {aim} {unit}".strip()
        lines.append(f"| {name} | {value:.3g} {unit} | {aimed} |")
    return "\n".join(lines)


if __name__ == "__main__":
    chromium = chromium_path()
    if chromium is None:
        sys.exit("No Chromium was found: install one, or set CHROMIUM to its path.")
    figures = asyncio.run(main(chromium))
    folder = ROOT / ".techtree" / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    about = {"load": os.getloadavg()[0], "figures": figures}
    (folder / "page.json").write_text(json.dumps(about, indent=1))
    sys.stdout.write(table(figures) + "\n")
