"""Asking the tutor once asks it once."""

from playwright.async_api import Page

from tests.browser.learning import (
    ANSWERED,
    COMPLETE,
    TEXT,
    address,
    ask,
    conversation,
    open_first_lesson,
    start_topic,
)
from tests.setup.started import Started

LEARNER = "#chat-history > li[data-role=learner]"


async def test_a_double_click_asks_once(reader: Page, site: Started) -> None:
    await start_topic(reader, address(site), "Linear algebra")
    await open_first_lesson(reader)
    await reader.fill("#chat-message", "What is a vector?")
    await reader.dblclick(".composer-send")
    await reader.wait_for_selector(ANSWERED)
    assert len(await conversation(reader)) == 2
    await reader.reload()
    assert len(await conversation(reader)) == 2


async def test_the_same_form_sent_from_two_tabs_at_once_asks_once(
    reader: Page, site: Started
) -> None:
    await start_topic(reader, address(site), "Linear algebra")
    await open_first_lesson(reader)
    # What a browser sends that repeats a request: the same form, with the same key in it.
    statuses = await reader.evaluate(
        """() => {
            const form = document.querySelector('#chat-form');
            form.elements.message.value = 'What is a vector?';
            const send = () => fetch(form.action, {
                method: 'POST', body: new URLSearchParams(new FormData(form)), redirect: 'manual',
            }).then(response => response.type);
            return Promise.all([send(), send(), send()]);
        }"""
    )
    assert statuses == ["opaqueredirect"] * 3
    await reader.wait_for_selector(ANSWERED)
    await reader.reload()
    assert len(await conversation(reader)) == 2


async def test_a_selected_passage_is_asked_about_and_quoted(reader: Page, site: Started) -> None:
    await start_topic(reader, address(site), "Linear algebra")
    await open_first_lesson(reader)
    await reader.wait_for_selector(COMPLETE)
    passage = reader.locator(f"{TEXT} p:has(.math)").first
    await passage.scroll_into_view_if_needed()
    await passage.hover()
    await passage.select_text()
    await reader.click("#ask-passage >> text=Explain simpler")
    await reader.wait_for_selector(ANSWERED)

    asked = reader.locator("#chat-history > li[data-role=learner]")
    quoted = await asked.locator("blockquote").inner_text()
    opening = (await passage.inner_text()).split("\n")[0][:20]
    assert quoted.replace("\n", " ").startswith(opening)
    assert await asked.locator("blockquote .katex").count() > 0
    assert await asked.locator("p", has_text="Explain this more simply.").count() == 1
    assert await reader.is_hidden("#ask-passage")


async def test_the_last_question_is_asked_in_other_words_and_again(
    reader: Page, site: Started
) -> None:
    await start_topic(reader, address(site), "Linear algebra")
    await open_first_lesson(reader)
    await ask(reader, "What is a vector?")
    await reader.wait_for_selector(ANSWERED)
    await reader.click(".message-edit summary")
    await reader.fill(".message-edit textarea", "What is a matrix?")
    await reader.click("text=Ask this instead")
    await reader.wait_for_selector(f"{LEARNER}:has-text('matrix')")
    await reader.wait_for_selector(ANSWERED)
    assert [said for said in await conversation(reader) if "What is a" in said] == [
        "What is a matrix?"
    ]

    await reader.click(".message-actions >> text=Ask again")
    await reader.wait_for_selector("#chat-history > li[data-role=tutor][aria-busy=true]")
    await reader.wait_for_selector(ANSWERED)
    assert len(await conversation(reader)) == 2


async def test_an_answer_is_copied_with_its_formulas_as_they_were_written(
    reader: Page, site: Started
) -> None:
    await reader.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await start_topic(reader, address(site), "Linear algebra")
    await open_first_lesson(reader)
    await ask(reader, "How long is a vector?")
    await reader.wait_for_selector(ANSWERED)
    await reader.hover(ANSWERED)
    await reader.click("text=Copy")
    await reader.wait_for_selector("#announcer:has-text('Copied.')", state="attached")
    copied = await reader.evaluate("navigator.clipboard.readText()")
    assert copied
    assert "\n" not in copied
