"""Ada asks for a topic and studies its first lesson, on everything that `make run` starts."""

from itertools import pairwise
from uuid import uuid4

from playwright.async_api import Browser, Page

from tests.browser.conftest import PATIENCE
from tests.browser.learning import (
    ANSWERED,
    CLOSED_BLOCKS,
    COMPLETE,
    DRAFTED,
    TEXT,
    WRITING,
    Watch,
    address,
    ask,
    closed_blocks,
    conversation,
    look_again,
    number_of,
    open_first_lesson,
    same_as_a_fresh_load,
    start_topic,
    until,
)
from tests.setup.started import Started


async def test_from_the_front_page_to_a_lesson_that_is_kept(reader: Page, site: Started) -> None:
    await start_topic(reader, address(site), "linear algbra", "good-knowledge")
    syllabus = reader.url
    await _fills_in_module_by_module(reader)
    assert await reader.inner_text(".syllabus .eyebrow", timeout=1000) == "Good knowledge"

    await open_first_lesson(reader)
    await _appears_block_by_block(reader)
    await _goes_on_after_a_reload(reader)
    assert await number_of(reader, f"{TEXT} .katex-mathml math") >= 5
    assert "$" not in await reader.inner_text(TEXT)
    await same_as_a_fresh_load(reader)
    await _is_answered_in_two_tabs(reader)

    lesson, said = reader.url, await conversation(reader)
    await reader.goto(address(site, "/sign-up"))
    await reader.fill("input[name=email]", f"ada-{uuid4().hex[:8]}@example.org")
    await reader.fill("input[name=password]", "a good long password")
    await reader.click("main button")
    await reader.wait_for_url("**/dashboard")
    await reader.click(".syllabus-row")
    await reader.wait_for_url(syllabus)
    await open_first_lesson(reader)
    assert reader.url == lesson
    await reader.wait_for_selector(COMPLETE)
    assert await conversation(reader) == said


async def test_any_topic_with_a_model(reader: Page, model_site: Started) -> None:
    await start_topic(reader, address(model_site), "The history of tea")
    await _fills_in_module_by_module(reader)
    assert "The history of tea" in await reader.inner_text("h1")
    await open_first_lesson(reader)
    await _appears_block_by_block(reader)
    await reader.wait_for_selector(COMPLETE)
    await same_as_a_fresh_load(reader)
    await ask(reader, "Why does it matter?")
    await reader.wait_for_selector(ANSWERED)
    question, answer = await conversation(reader)
    assert question == "Why does it matter?"
    assert "What do you notice?" in answer


async def test_reading_and_asking_without_javascript(chromium: Browser, site: Started) -> None:
    context = await chromium.new_context(java_script_enabled=False)
    page = await context.new_page()
    page.set_default_timeout(PATIENCE * 1000)

    async def shows(selector: str) -> bool:
        await look_again(page)
        return await number_of(page, selector) > 0

    await start_topic(page, address(site), "Linear algebra")
    await until(lambda: shows(DRAFTED), "the syllabus is there")
    await open_first_lesson(page)
    await until(lambda: shows(COMPLETE), "the lesson is there")
    await page.fill("#chat-message", "What is a vector?")
    await page.click(".composer-send")
    await until(lambda: shows(ANSWERED), "the answer is there")
    assert (await conversation(page))[0] == "What is a vector?"
    await context.close()


async def _fills_in_module_by_module(page: Page) -> None:
    watch = await Watch.start(page, "document.querySelectorAll('.tier').length")
    await page.wait_for_selector(DRAFTED)
    counts = await watch.values()
    assert counts == sorted(counts)
    assert len({*counts} - {0}) >= 2, f"the modules came all at once: {counts}"


async def _appears_block_by_block(page: Page) -> None:
    """Watches until some formulas are there; what is finished never changes again."""
    watch = await Watch.start(page, CLOSED_BLOCKS)

    async def grown() -> bool:
        return await number_of(page, f"{TEXT} .katex-mathml math") >= 2

    await until(grown, "formulas are typeset")
    samples = await watch.values()
    for earlier, later in pairwise(samples):
        assert later[: len(earlier)] == earlier
    counts = {len(sample) for sample in samples}
    assert len(counts) >= 3, f"the blocks came all at once: {counts}"


async def _goes_on_after_a_reload(page: Page) -> None:
    await page.wait_for_selector(WRITING)
    before = await closed_blocks(page)
    await page.reload()
    assert await number_of(page, WRITING) == 1, "the lesson was finished before the reload"
    after = await closed_blocks(page)
    assert after[: len(before)] == before
    await page.wait_for_selector(COMPLETE)
    finished = await closed_blocks(page)
    assert len(finished) > len(after)
    assert finished[: len(after)] == after


async def _is_answered_in_two_tabs(page: Page) -> None:
    other = await page.context.new_page()
    await other.goto(page.url)
    await page.bring_to_front()
    answer = "#chat-history > li[data-role=tutor] .prose"
    watch = await Watch.start(page, f"document.querySelector('{answer}')?.textContent.length ?? 0")
    await ask(page, "What is a basis?")
    await page.wait_for_selector(ANSWERED)
    lengths = {*await watch.values()}
    assert len(lengths - {0}) >= 2, f"the answer came all at once: {lengths}"
    assert await page.input_value("#chat-message") == ""
    await other.bring_to_front()
    await other.wait_for_selector(ANSWERED)
    assert await conversation(other) == await conversation(page)
    assert "quotations from the course" in (await conversation(page))[1]
    await other.close()
