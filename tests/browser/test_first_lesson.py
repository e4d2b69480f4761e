"""Ada asks for a topic and studies its first lesson, on everything that `make run` starts."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.async_api import Browser, Page

from techtree.embedded import erase
from tests.fakes.openai_server import running_server
from tests.setup.started import Started

PATIENCE = 40.0

TEXT = "#lesson-content-area"
COMPLETE = f"{TEXT}[data-status=complete]"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Started]:
    """TechTree teaching from its library."""
    yield from _started(tmp_path_factory.mktemp("library"))


@pytest.fixture(scope="module")
def model_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Started]:
    """TechTree with a model behind the OpenAI protocol."""
    with running_server(tokens_per_second=150) as server:
        yield from _started(
            tmp_path_factory.mktemp("model"),
            TECHTREE_MODEL="openai:test",
            TECHTREE_MODEL_URL=server.url,
            TECHTREE_MODEL_KEY="a key",
        )


def _started(state: Path, **environment: str) -> Iterator[Started]:
    started = Started(state, **environment)
    started.wait_for("TechTree is ready")
    yield started
    started.interrupt()
    erase(state)


@pytest.fixture
async def reader(chromium: Browser) -> AsyncIterator[Page]:
    """Ada's browser. Nothing may go wrong in its console."""
    context = await chromium.new_context(viewport={"width": 1440, "height": 900})
    page = await context.new_page()
    page.set_default_timeout(PATIENCE * 1000)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    await context.close()
    assert errors == []


def address(site: Started, path: str = "/") -> str:
    return f"http://127.0.0.1:{site.port}{path}"


async def start_topic(page: Page, site: Started, topic: str) -> None:
    """As a guest, ask for a topic and arrive at its syllabus."""
    await page.goto(address(site))
    await page.click("form[action='/guest'] button")
    await page.wait_for_url("**/dashboard")
    await page.fill("input[name=topic]", topic)
    await page.press("input[name=topic]", "Enter")
    await page.wait_for_url("**/syllabi/*")


async def open_first_lesson(page: Page) -> None:
    await page.wait_for_selector(".syllabus[data-status=complete]")
    await page.click(".tree-lesson >> nth=0")
    await page.wait_for_url("**/lessons/*")


async def text_of(page: Page) -> str:
    """The lesson's blocks as a reader sees them, each formula as its source."""
    return str(
        await page.eval_on_selector_all(
            f"{TEXT} .block",
            """blocks => blocks.map(block => {
                const copy = block.cloneNode(true);
                copy.querySelectorAll('[data-tex]').forEach(m => m.textContent = m.dataset.tex);
                return block.id + ' ' + copy.textContent;
            }).join('\\n')""",
        )
    )


async def until(fact: Callable[[], Awaitable[bool]], what: str) -> None:
    async with asyncio.timeout(PATIENCE):
        while not await fact():
            await asyncio.sleep(0.05)
    assert await fact(), what


async def number_of(page: Page, selector: str) -> int:
    return await page.locator(selector).count()


async def ask(page: Page, question: str) -> None:
    await page.fill("#chat-message", question)
    await page.press("#chat-message", "Enter")


async def conversation(page: Page) -> list[str]:
    texts = await page.locator("#chat-history > li .prose").all_text_contents()
    return [re.sub(r"\s+", " ", text).strip() for text in texts]


async def same_as_a_fresh_load(page: Page) -> None:
    live = await text_of(page)
    other = await page.context.new_page()
    await other.goto(page.url)
    await other.wait_for_selector(COMPLETE)
    assert await text_of(other) == live
    await other.close()


async def test_from_the_front_page_to_a_lesson_that_is_kept(reader: Page, site: Started) -> None:
    await start_topic(reader, site, "linear algbra")

    tiers: set[int] = set()

    async def drafted() -> bool:
        tiers.add(await number_of(reader, ".tier"))
        return await number_of(reader, ".syllabus[data-status=complete]") == 1

    await until(drafted, "the syllabus is drafted")
    assert len(tiers) >= 3, f"the syllabus did not fill in module by module: {tiers}"

    await open_first_lesson(reader)
    lengths: set[int] = set()

    async def grown() -> bool:
        lengths.add(await number_of(reader, f"{TEXT} .block"))
        return await number_of(reader, f"{TEXT} .katex") >= 2

    await until(grown, "formulas are typeset")
    assert len(lengths) >= 3, f"the lesson did not appear block by block: {lengths}"

    # A reload in the middle shows what was there, and goes on.
    before = await number_of(reader, f"{TEXT} .block:not([data-open])")
    await reader.reload()
    assert await number_of(reader, f"{TEXT} .block") >= before
    await reader.wait_for_selector(COMPLETE)
    assert await number_of(reader, f"{TEXT} .katex-mathml math") >= 5
    assert "$" not in await reader.inner_text(TEXT)
    await same_as_a_fresh_load(reader)

    # Live in this page, and in a second tab.
    other = await reader.context.new_page()
    await other.goto(reader.url)
    await reader.bring_to_front()
    await ask(reader, "What is a vector?")
    answered = "#chat-history > li[data-role=tutor][data-status=complete]"
    await reader.wait_for_selector(answered)
    assert await reader.input_value("#chat-message") == ""
    await other.bring_to_front()
    await other.wait_for_selector(answered)
    assert await conversation(other) == await conversation(reader)
    assert "quotations from the course" in (await conversation(reader))[1]
    await other.close()

    lesson = reader.url
    said = await conversation(reader)
    await reader.goto(address(site, "/sign-up"))
    await reader.fill("input[name=email]", f"ada-{uuid4().hex[:8]}@example.org")
    await reader.fill("input[name=password]", "a good long password")
    await reader.click("main button")
    await reader.wait_for_url("**/dashboard")
    assert "Linear algebra" in await reader.inner_text("main")
    await reader.goto(lesson)
    assert await conversation(reader) == said


async def test_any_topic_with_a_model(reader: Page, model_site: Started) -> None:
    await start_topic(reader, model_site, "The history of tea")
    await open_first_lesson(reader)
    await reader.wait_for_selector(COMPLETE)
    assert await number_of(reader, f"{TEXT} .block") >= 5
    await same_as_a_fresh_load(reader)
    await ask(reader, "Why does it matter?")
    await reader.wait_for_selector("#chat-history > li[data-role=tutor][data-status=complete]")
    assert (await conversation(reader))[0] == "Why does it matter?"


async def test_reading_and_asking_without_javascript(chromium: Browser, site: Started) -> None:
    context = await chromium.new_context(java_script_enabled=False)
    page = await context.new_page()
    page.set_default_timeout(PATIENCE * 1000)
    await page.goto(address(site))
    await page.click("[data-topic] button >> nth=0")
    await page.wait_for_url("**/syllabi/*")

    async def shows(selector: str) -> bool:
        await page.reload()
        return await number_of(page, selector) > 0

    await until(lambda: shows(".syllabus[data-status=complete]"), "the syllabus is there")
    await page.click(".tree-lesson >> nth=0")
    await until(lambda: shows(COMPLETE), "the lesson is there")
    await page.fill("#chat-message", "What is a vector?")
    await page.click(".composer-send")
    await until(lambda: shows("[data-role=tutor][data-status=complete]"), "the answer is there")
    await context.close()


@pytest.mark.parametrize("program", ["uvicorn", "valkey-server", "tasks.worker"])
async def test_a_killed_program_costs_the_reader_nothing(
    reader: Page, site: Started, program: str
) -> None:
    await start_topic(reader, site, "Linear algebra")
    await open_first_lesson(reader)
    await reader.wait_for_selector(f"{TEXT} .block >> nth=5")

    site.program(program).kill()

    await reader.wait_for_selector(COMPLETE)
    await same_as_a_fresh_load(reader)


async def test_a_double_click_asks_once(reader: Page, site: Started) -> None:
    await start_topic(reader, site, "Linear algebra")
    await open_first_lesson(reader)
    await reader.fill("#chat-message", "What is a vector?")
    await reader.dblclick(".composer-send")
    await reader.wait_for_selector("#chat-history > li[data-role=tutor][data-status=complete]")
    assert len(await conversation(reader)) == 2


async def test_a_phone_has_the_composer_at_hand_and_nothing_sideways(
    chromium: Browser, site: Started
) -> None:
    context = await chromium.new_context(viewport={"width": 320, "height": 640})
    page = await context.new_page()
    page.set_default_timeout(PATIENCE * 1000)

    async def fits() -> bool:
        return bool(
            await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        )

    await page.goto(address(site))
    assert await fits()
    await start_topic(page, site, "Linear algebra")
    await page.wait_for_selector(".syllabus[data-status=complete]")
    assert await fits()
    await open_first_lesson(page)
    await page.wait_for_selector(f"{TEXT} .katex")
    assert await fits()
    box = await page.locator("#chat-message").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 640
    await context.close()
