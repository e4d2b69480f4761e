"""The whole way of a learner through a topic, step by step, in a browser."""

import asyncio
from collections.abc import Awaitable, Callable

from playwright.async_api import ConsoleMessage, Dialog, Locator, Page

from techtree.items import AnyItem
from tests.browser.conftest import PATIENCE
from tests.browser.keys import READ, FindItem, plain
from tests.browser.learning import COMPLETE, DRAFTED, open_first_lesson

TASK, QUIZ, PLACEMENT = "#active-task-area", "#quiz-area", "#placement-area"
BY_RULE = {"choice", "true-false", "order", "number", "expression"}
"""Kinds that are graded the same with a model and without."""


class Walk:
    """A learner who knows all keys, and errs on purpose. Whatever failed she asks for again."""

    def __init__(self, page: Page, find: FindItem, *, patience: float = PATIENCE) -> None:
        self.page = page
        self.patience = patience
        self.console: list[str] = []
        self._find = find
        page.on("console", self._hear)

    async def find_level(self, front: str, topic: str) -> None:
        """As a guest, through a placement that is right four times and then wrong."""
        page = self.page
        await page.goto(front)
        await page.click("form[action='/guest'] button")
        await page.wait_for_url("**/dashboard")
        await page.fill("input[name=topic]", topic)
        await self.press("text=Find my level")
        await page.wait_for_url("**/placements/*")
        found = f"{PLACEMENT} button:has-text('Start at')"
        for number in range(11):
            await self.see(f"{PLACEMENT} .answer-form, {found}")
            if await page.locator(found).count():
                return
            await self.answer(PLACEMENT, right=number < 4)
        raise AssertionError("no level after ten questions")

    async def start(self) -> None:
        """From the level found to a lesson that is written."""
        await self.press(f"{PLACEMENT} button:has-text('Start at')")
        await self.page.wait_for_url("**/syllabi/*")
        await self.see(DRAFTED)
        await open_first_lesson(self.page)
        await self.see(COMPLETE)

    async def ask_exercise(self) -> None:
        """An exercise of a kind that a rule grades."""
        await self.press("text=Practise with an exercise")
        for _ in range(8):
            await self.see(f"{TASK} .answer-form")
            if (await self.item(TASK)).kind in BY_RULE:
                return
            await self.press(f"{TASK} >> text=Put it away")
            await self.press("text=Practise with an exercise")
        raise AssertionError("every exercise has a rubric")

    async def take_hint(self) -> None:
        await self.press("text=Show the nudge")
        await self.see(f"{TASK} .help-step")

    async def contest(self, argument: str) -> None:
        """Contest the verdict on a wrong answer, and hear what came of it."""
        await self.press("text=I think this is right")
        await self.page.fill(f"{TASK} [name=argument]", argument)
        await self.press("text=Have it looked at again")
        await self.page.wait_for_selector(f"{TASK} [name=argument]", state="detached")
        await self.gone(f"{TASK} >> text=Being looked at again")

    async def take_quiz(self, *, wrong: int = 0) -> None:
        """From the first question to the result, the first `wrong` of them answered wrongly."""
        over = f"{QUIZ}:not([data-quiz=running])"
        # What an earlier attempt came to may be there still.
        await self.see(f"{QUIZ}[data-quiz=running]")
        for number in range(6):
            await self.see(f"{QUIZ} .answer-form, {over} .quiz-result")
            if await self.page.locator(over).count():
                return
            await self.answer(QUIZ, right=number >= wrong)
        raise AssertionError("the quiz has no end")

    async def make_it_easier(self) -> None:
        self.page.once("dialog", _accept)
        before = self.page.url
        await self.press("#change-difficulty-btn")
        await self.page.wait_for_url("**/syllabi/*")
        assert self.page.url != before
        await self.see(DRAFTED)

    async def item(self, area: str) -> AnyItem:
        """The item of the question that is open in the area."""
        return self._find(await self.page.eval_on_selector(f"{area} .task-text", READ))

    async def answer(self, area: str, *, right: bool) -> None:
        """Answer the open question, and wait until it is taken."""
        item = await self.item(area)
        form = self.page.locator(f"{area} .answer-form")
        key = await form.locator("[name=key]").get_attribute("value")
        if right or item.kind in BY_RULE:
            await fill_in(form, item, right=right)
            await self.press(f"{area} .answer-form >> text=/^Answer$/")
        else:
            await self.press(f"{area} .answer-form >> text=I don't know")
        await self.gone(f"{area} [name=key][value='{key}']")
        await self.gone(f"{area} [data-phase=waiting], {area} >> text=Being graded")

    async def press(self, selector: str) -> None:
        """Click it in one go: an update between button down and button up would swallow a click."""
        await self.page.locator(selector).first.dispatch_event("click")

    async def see(self, selector: str) -> None:
        """Wait for it; what failed on the way is asked for again, as its page offers."""
        await self._until(self.page.locator(selector).first.is_visible, selector)

    async def gone(self, selector: str) -> None:
        async def fact() -> bool:
            return not await self.page.locator(selector).count()

        await self._until(fact, f"without {selector}")

    async def _until(self, fact: Callable[[], Awaitable[bool]], what: str) -> None:
        try:
            async with asyncio.timeout(self.patience):
                while not await fact():
                    for name in ("Try again", "Grade it now"):
                        button = self.page.locator(f"main button:has-text('{name}'):enabled")
                        if await button.count():
                            await button.first.dispatch_event("click")
                    await asyncio.sleep(0.05)
        except TimeoutError:
            shown = "\n".join(
                await self.page.locator(f"{TASK}, {QUIZ}, {PLACEMENT}").all_inner_texts()
            )
            raise AssertionError(f"not after {self.patience} s: {what}\n{shown}") from None

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.console.append(f"{message.text} ({message.location.get('url')})")


async def fill_in(form: Locator, item: AnyItem, *, right: bool) -> None:
    """Put a right answer or a wrong one into the form of the item's kind."""
    match item.kind:
        case "choice":
            wanted = next(plain(o.text) for o in item.options if o.right is right)
            options = form.locator(".option")
            texts = [
                await option.locator(".prose").evaluate(READ) for option in await options.all()
            ]
            await options.nth(texts.index(wanted)).click()
        case "true-false":
            await form.locator(f"[value={str(item.answer is right).lower()}]").check()
        case "order":
            for place, text in enumerate(item.items if right else item.items[::-1]):
                await form.locator("select").nth(place).select_option(label=text)
        case "number":
            await form.locator("[name=answer]").fill(str(item.answer if right else item.answer + 7))
            if item.unit:
                await form.locator("[name=unit]").fill(item.unit)
        case "expression":
            await form.locator("[name=answer]").fill(item.answer if right else "12345")
        case "short":
            await form.locator("[name=answer]").fill(item.answers[0])
        case "code":
            await form.locator("[name=answer]").fill(item.reference)


async def _accept(dialog: Dialog) -> None:
    await dialog.accept()
