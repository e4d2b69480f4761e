"""What the pages' own script adds to htmx, in a real browser against a scripted server."""

import asyncio
import time
from collections.abc import Callable

import pytest
from playwright.async_api import Page, expect

from techtree import prose
from techtree.rendering import render
from tests.browser.stage import LESSON, PREFIX, Stage, composer, message, version

expect.set_options(timeout=8_000)


def block(number: int, markdown: str, *, closed: bool = True) -> str:
    html = prose.render(markdown)[0].html
    piece = prose.Block(number, html, closed)
    return render("lessons/_block_update.html", prefix=PREFIX, block=piece)


LATER = "window.later = 0; const now = Date.now; Date.now = () => now() + later;"


async def eventually(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(8):
        while not condition():
            await asyncio.sleep(0.02)


BY_HAND = "import(document.querySelector('[data-by-hand]').dataset.byHand)"
"""Waits for what the page loads when it is first touched."""


async def open_page(page: Page, stage: Stage) -> None:
    await page.goto(stage.url)
    await eventually(lambda: stage.listeners > 0)


async def test_blocks_are_replaced_by_id_and_inserted_in_the_order_of_their_numbers(
    page: Page, stage: Stage
) -> None:
    await open_page(page, stage)
    stage.say(block(10, "The tenth."))
    stage.say(block(9, "The ninth.") + block(2, "The second, finished."))
    stage.say(block(9, "The ninth again."))
    await expect(page.locator(f"#{PREFIX}-b9")).to_have_text("The ninth again.")
    texts = await page.locator(".lesson .block").all_inner_texts()
    assert texts == [
        "The first paragraph.",
        "The second, finished.",
        "The ninth again.",
        "The tenth.",
    ]


async def test_a_status_changes_the_area_and_leaves_the_text_in_it(
    page: Page, stage: Stage
) -> None:
    await open_page(page, stage)
    await page.evaluate(f"document.getElementById('{PREFIX}-b1').mark = 'same node'")
    stage.say(render("lessons/_status.html", lesson_id=LESSON, version=version("complete")))
    area = page.locator("#lesson-content-area")
    await expect(area).to_have_attribute("data-status", "complete")
    await expect(area).to_have_attribute("aria-busy", "false")
    await expect(page.get_by_role("button", name="Stop")).to_have_count(0)
    assert await page.evaluate(f"document.getElementById('{PREFIX}-b1').mark") == "same node"
    await expect(page.locator("#announcer")).to_have_text("The lesson is complete.")


async def test_messages_from_another_tab_appear_where_they_belong(page: Page, stage: Stage) -> None:
    stage.messages = [message(1, "learner", "complete", "One?")]
    await open_page(page, stage)
    third, second = (message(n, "tutor", "complete", f"Message {n}.") for n in (3, 2))
    stage.say(render("messages/_upsert.html", messages=[third]))
    stage.say(render("messages/_upsert.html", messages=[second]))
    await expect(page.locator("#chat-history > li")).to_contain_text(
        ["One?", "Message 2.", "Message 3."]
    )


async def test_an_answer_keeps_its_text_when_its_status_changes(page: Page, stage: Stage) -> None:
    stage.messages = [message(2, "tutor", "writing", "Half an answer")]
    await open_page(page, stage)
    done = message(2, "tutor", "complete", "")
    stage.say(render("messages/_status.html", message=done))
    answer = page.locator(f"#message-{done.id}")
    await expect(answer).to_have_attribute("data-status", "complete")
    await expect(answer).to_contain_text("Half an answer")
    await expect(answer.locator(".thinking")).to_have_count(0)
    await expect(page.locator("#announcer")).to_have_text("The answer is complete.")


async def test_formulas_are_typeset_with_mathml_and_bad_ones_keep_their_source(
    page: Page, stage: Stage
) -> None:
    await open_page(page, stage)
    assert await page.evaluate("'katex' in window") is False, "there is no maths on the page yet"
    stage.say(block(3, r"Good: $\frac{1}{2}$. Bad: $\frac{1}{$."))
    await expect(page.locator(".lesson .katex math")).to_have_count(1)
    bad = page.locator(".math-error")
    await expect(bad).to_have_text(r"\frac{1}{")
    assert "$" not in await page.locator(f"#{PREFIX}-b3").inner_text()


async def test_the_stream_opens_although_its_extension_arrives_late(
    page: Page, stage: Stage
) -> None:
    stage.late_file = "hx-sse.min.js"
    await open_page(page, stage)


async def test_a_first_connection_that_fails_is_tried_again(page: Page, stage: Stage) -> None:
    stage.stream_answers = [(503, "text/html", b"<h1>Starting</h1>")]
    await open_page(page, stage)
    stage.say(block(3, "Here after all."))
    await expect(page.locator(f"#{PREFIX}-b3")).to_have_text("Here after all.")


async def test_a_page_in_place_of_the_stream_is_asked_for_with_patience(
    page: Page, stage: Stage
) -> None:
    await open_page(page, stage)
    stage.stream_answers = [(200, "text/html", b"<h1>Sign in to the hotel's network</h1>")] * 3
    stage.cut()
    await page.wait_for_timeout(2_500)
    # A fifth only when chance makes every wait short; without waits that grow it would be twelve.
    assert 2 <= len(stage.stream_requests) <= 5
    assert await page.locator("h1").all_inner_texts() == ["Knots"]


async def test_a_cut_stream_goes_on_from_the_last_event(page: Page, stage: Stage) -> None:
    await open_page(page, stage)
    stage.say(block(3, "Before the cut."))
    await expect(page.locator(f"#{PREFIX}-b3")).to_be_visible()
    stage.cut()
    await eventually(lambda: len(stage.stream_requests) == 2)
    assert stage.stream_requests[0]["path"].endswith("?after=7")
    assert stage.stream_requests[1]["Last-Event-ID"] == "1"


async def test_the_reader_hears_of_a_lost_connection_after_three_seconds_and_not_before(
    page: Page, stage: Stage
) -> None:
    await open_page(page, stage)
    status = page.locator("#live-status")
    stage.stream_answers = [(503, "text/plain", b"")] * 6
    stage.cut()
    await page.wait_for_timeout(1_500)
    await expect(status).to_have_text("")
    await expect(status).to_have_text("reconnecting…")
    await expect(status).to_have_text("", timeout=15_000)


async def test_a_stream_without_a_sign_of_life_is_taken_for_held_back(
    page: Page, stage: Stage
) -> None:
    await page.add_init_script(LATER)
    await open_page(page, stage)
    await _pass(page, seconds=8)
    stage.signal("heartbeat")
    await _pass(page, seconds=8)
    assert len(stage.stream_requests) == 1, "the last sign of life is not so long ago"
    await _pass(page, seconds=12)
    await eventually(lambda: len(stage.stream_requests) == 2)
    assert "mode=poll" in stage.stream_requests[1]["path"]


async def test_a_machine_that_wakes_connects_again_at_once(page: Page, stage: Stage) -> None:
    await page.add_init_script(LATER)
    await open_page(page, stage)
    await page.evaluate("later = 3_600_000")
    began = time.monotonic()
    await eventually(lambda: len(stage.stream_requests) == 2)
    assert time.monotonic() - began < 4, "the aim is 2 s; machines are noisy"


async def test_enter_sends_and_an_accepted_question_clears_the_composer(
    page: Page, stage: Stage
) -> None:
    await open_page(page, stage)
    stage.composer_answer = (202, composer())
    await page.keyboard.press("/")
    box = page.locator("#chat-message")
    await expect(box).to_be_focused()
    await page.keyboard.type("Why?")
    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type("Really why?")
    assert stage.asked == []
    await page.keyboard.press("Enter")
    await expect(box).to_have_value("")
    await expect(box).to_be_focused()
    assert b"message=Why%3F%0AReally+why%3F" in stage.asked[0]
    assert b"key=a-key" in stage.asked[0]
    await page.reload()
    await expect(box).to_have_value("")


@pytest.mark.parametrize("answer", [None, (500, "<h1>Broken</h1>")])
async def test_a_question_that_did_not_arrive_is_kept_even_over_a_reload(
    page: Page, stage: Stage, answer: tuple[int, str] | None
) -> None:
    await open_page(page, stage)
    stage.composer_answer = answer
    box = page.locator("#chat-message")
    await box.fill("Why does it hold?")
    await box.press("Enter")
    await expect(page.locator("#live-status")).not_to_have_text("")
    await expect(box).to_have_value("Why does it hold?")
    await expect(box).to_be_editable()
    await page.reload()
    await expect(box).to_have_value("Why does it hold?")


async def test_growth_scrolls_only_a_reader_who_was_at_the_end(page: Page, stage: Stage) -> None:
    stage.text = "A paragraph of some length.\n\n" * 40
    await open_page(page, stage)
    chip = page.get_by_role("button", name="New below")
    stage.say(block(50, "More.\n" * 5))
    await expect(chip).to_be_visible()
    assert await page.evaluate("scrollY") == 0
    await chip.click()
    await expect(chip).to_be_hidden()
    before = await page.evaluate("scrollY")
    assert before > 0
    stage.say(block(51, "\n".join(f"- item {n}" for n in range(30))))
    await page.wait_for_function("before => scrollY > before + 500", arg=before)
    await expect(page.locator(f"#{PREFIX}-b51 li").last).to_be_in_viewport()
    await expect(chip).to_be_hidden()


async def test_the_theme_is_remembered_and_set_before_the_page_is_drawn(
    page: Page, stage: Stage
) -> None:
    await open_page(page, stage)
    light = await page.evaluate("getComputedStyle(document.body).backgroundColor")
    await page.get_by_role("button", name="Switch between light and dark").click()
    dark = await page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert dark != light
    await page.reload()
    assert await page.evaluate("document.documentElement.dataset.theme") == "dark"


async def test_the_width_of_the_pane_is_remembered(page: Page, stage: Stage) -> None:
    await open_page(page, stage)
    pane = page.locator("#lesson-interaction-area")
    before = await pane.evaluate("pane => pane.offsetWidth")
    await page.locator("#pane-resizer").focus()
    await page.evaluate(BY_HAND)
    await page.keyboard.press("ArrowLeft")
    await page.reload()
    after = await pane.evaluate("pane => pane.offsetWidth")
    assert after == before + 32


async def test_on_a_phone_the_tutor_is_a_sheet_whose_composer_stays(
    page: Page, stage: Stage
) -> None:
    await page.set_viewport_size({"width": 360, "height": 740})
    stage.messages = [message(1, "learner", "complete", "One?")]
    await open_page(page, stage)
    await expect(page.locator("#chat-message")).to_be_in_viewport()
    await expect(page.locator("#chat-history")).to_be_hidden()
    await page.get_by_role("button", name="Show the conversation").click()
    await expect(page.locator("#chat-history")).to_be_in_viewport()
    await expect(page.locator("#chat-message")).to_be_in_viewport()
    await page.keyboard.press("Escape")
    await expect(page.locator("#chat-history")).to_be_hidden()


async def test_a_network_that_holds_streams_back_gets_short_answers(
    page: Page, stage: Stage
) -> None:
    stage.holds_streams_back = True
    began = time.monotonic()
    await page.goto(stage.url)
    await eventually(lambda: len(stage.stream_requests) > 0)
    stage.say(block(3, "Here at last."))
    await expect(page.locator(f"#{PREFIX}-b3")).to_have_text("Here at last.")
    assert time.monotonic() - began < 8, "the aim is 4 s; machines are noisy"
    await expect(page.locator("#live-status")).to_have_text("delivering through a slow network")
    assert "mode=poll" in stage.stream_requests[-1]["path"]

    await page.reload()
    await eventually(lambda: stage.listeners > 0)
    assert "mode=poll" in stage.stream_requests[-1]["path"], "the tab has learnt it"
    stage.say(block(4, "Sooner now."))
    await expect(page.locator(f"#{PREFIX}-b4")).to_have_text("Sooner now.")


async def test_a_question_sent_while_offline_is_delivered_once_when_the_network_is_back(
    page: Page, stage: Stage
) -> None:
    await open_page(page, stage)
    await page.context.set_offline(True)
    box = page.locator("#chat-message")
    await box.fill("Does it hold when wet?")
    await box.press("Enter")
    await expect(page.locator("#live-status")).to_have_text("offline: your text is kept")
    await expect(box).to_have_value("Does it hold when wet?")
    stage.cut()
    stage.composer_answer = (202, composer())
    await page.context.set_offline(False)
    await expect(box).to_have_value("", timeout=15_000)
    await page.wait_for_timeout(1_000)
    assert len(stage.asked) == 1
    assert b"key=a-key" in stage.asked[0]


async def test_a_hidden_window_frees_its_connection_and_catches_up_when_shown(
    page: Page, stage: Stage
) -> None:
    await open_page(page, stage)
    await _show(page, "hidden")
    await eventually(lambda: stage.listeners == 0)
    await page.wait_for_timeout(1_500)
    assert len(stage.stream_requests) == 1
    await _show(page, "visible")
    await eventually(lambda: stage.listeners == 1)


async def test_many_windows_take_turns_and_leave_room_for_a_page(page: Page, stage: Stage) -> None:
    await open_page(page, stage)
    others = [await page.context.new_page() for _ in range(7)]
    for other in others:
        await other.goto(stage.url)
    await eventually(lambda: stage.listeners == 4)
    stage.say(block(3, "For all."))
    for each in (page, *others):
        await expect(each.locator(f"#{PREFIX}-b3")).to_have_text("For all.", timeout=20_000)
    began = time.monotonic()
    await (await page.context.new_page()).goto(stage.url)
    assert time.monotonic() - began < 2, "streams hold a page back"


async def _pass(page: Page, *, seconds: int) -> None:
    """Let time go by more quickly, in steps that aren't taken for sleep."""
    for _ in range(seconds // 4):
        await page.evaluate("later += 2_950")
        await page.wait_for_timeout(1_050)


async def _show(page: Page, state: str) -> None:
    await page.evaluate(
        """state => {
            const define = (name, value) =>
                Object.defineProperty(document, name, { value, configurable: true });
            define("visibilityState", state);
            define("hidden", state === "hidden");
            document.dispatchEvent(new Event("visibilitychange"));
        }""",
        state,
    )
