"""Asking the tutor once asks it once."""

from playwright.async_api import Page

from tests.browser.learning import (
    ANSWERED,
    address,
    conversation,
    open_first_lesson,
    start_topic,
)
from tests.setup.started import Started


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
