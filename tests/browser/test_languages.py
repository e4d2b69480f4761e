"""A site in another language: no page of a learner's way shows words that were not translated."""

import re

from playwright.async_api import Page

from techtree.languages import TAUGHT
from tests.browser.learning import (
    ANSWERED,
    COMPLETE,
    DRAFTED,
    Watch,
    address,
    ask,
    open_first_lesson,
)
from tests.setup.started import Started

OWN_WORDS = """
    [...document.querySelectorAll('body *')].flatMap(each => {
        if (each.closest('[lang]').lang !== document.documentElement.lang) return [];
        if (each.closest('script, noscript, style, kbd, code, .katex')) return [];
        const texts = [...each.childNodes].filter(node => node.nodeType === 3).map(n => n.data);
        const read = ['aria-label', 'title', 'placeholder', 'alt', 'data-done', 'data-complete'];
        return [...texts, ...read.map(name => each.getAttribute(name) ?? '')];
    }).map(text => text.trim()).filter(Boolean)"""
"""All that the interface says, seen or read out; what is taught has a language of its own."""

NAMES = re.compile(
    r"「[^」]*」|TechTree|JavaScript|HTTP/1\.1|OpenAI|Markdown|Anki|LaTeX|UTC|KB|2\*x \+ 1"
)
"""What is the same in every language, and titles of courses within a sentence."""


async def test_a_learners_way_in_japanese(reader: Page, japanese_site: Started) -> None:
    await reader.goto(address(japanese_site))
    await _is_japanese(reader)
    await reader.click("form[action='/guest'] button")
    await reader.wait_for_url("**/dashboard")
    await reader.fill("input[name=topic]", "Linear algebra")
    await reader.press("input[name=topic]", "Enter")
    await reader.wait_for_selector(DRAFTED)
    await _is_japanese(reader)

    await open_first_lesson(reader)
    told = await Watch.start(reader, "document.querySelector('#announcer').textContent")
    await reader.wait_for_selector(COMPLETE)
    await ask(reader, "Why is a vector an arrow?")
    await reader.wait_for_selector(ANSWERED)
    await _is_japanese(reader)
    assert "レッスンができました。" in await told.values()

    await reader.click("#active-task-area button >> nth=0")
    await reader.wait_for_selector("#active-task-area[data-phase=open]")
    await reader.click("#active-task-area [name=dont_know]")
    await reader.wait_for_selector("#active-task-area[data-phase=over]")
    await reader.click("#quiz-area button")
    await reader.wait_for_selector("#quiz-area[data-quiz=running] .answer-form")
    await _is_japanese(reader)
    for path in ("/dashboard", "/account", "/live-check", "/sign-up", "/nowhere"):
        await reader.goto(address(japanese_site, path))
        await _is_japanese(reader)


async def test_a_course_in_a_language_of_the_learners_choice(
    reader: Page, model_site: Started
) -> None:
    await reader.goto(address(model_site))
    names = await reader.locator("select[name=language] option").all_text_contents()
    assert names == list(TAUGHT.values())
    await reader.select_option("select[name=language]", "de")
    await reader.fill("input[name=topic]", "Knots")
    await reader.click("button[formaction='/placements']")
    await reader.wait_for_url("**/placements/*")
    assert await reader.get_attribute("#placement-area .eyebrow", "lang") == "de"


async def _is_japanese(page: Page) -> None:
    assert await page.get_attribute("html", "lang") == "ja"
    said: list[str] = await page.evaluate(OWN_WORDS)
    assert len(said) > 5
    english = [text for text in said if re.search(r"[A-Za-z]{2}", NAMES.sub("", text))]
    assert english == [], page.url
