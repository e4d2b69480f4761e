"""A whole lesson with its quiz, and never a mouse."""

from playwright.async_api import Locator, Page

from tests.browser.keys import READ, of_library, plain
from tests.browser.learning import COMPLETE, DRAFTED, address, until
from tests.browser.walk import QUIZ, TASK, Walk
from tests.setup.started import Started

RING = """() => {
    const style = getComputedStyle(document.activeElement);
    return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
}"""


class KeyboardWalk(Walk):
    """A learner who gets everywhere with Tab, arrows, Enter and the space bar."""

    async def press(self, selector: str) -> None:
        await self.reach(self.page.locator(selector).first)
        await self.page.keyboard.press("Enter")

    async def reach(self, wanted: Locator) -> None:
        """Tab on until the element, which must be seen to have the focus, has it."""
        await wanted.wait_for()
        for _ in range(150):
            if await self._has_focus(wanted):
                assert await self.page.evaluate(RING), f"no focus ring: {wanted}"
                return
            await self.page.keyboard.press("Tab")
        raise AssertionError(f"never reached with Tab: {wanted}")

    async def answer(self, area: str, *, right: bool) -> None:
        item = await self.item(area)
        form = self.page.locator(f"{area} .answer-form")
        key = await form.locator("[name=key]").get_attribute("value")
        keyboard = self.page.keyboard
        match item.kind:
            case "choice" | "true-false":
                wanted = await self._place(form, item, right=right)
                await self.reach(form.locator("[type=radio]").first)
                await keyboard.press("Space")
                for _ in range(wanted):
                    await keyboard.press("ArrowDown")
                assert await form.locator("[type=radio]").nth(wanted).is_checked()
            case "order":
                for place, text in enumerate(item.items if right else item.items[::-1]):
                    select = form.locator("select").nth(place)
                    texts = await select.locator("option").all_inner_texts()
                    await self.reach(select)
                    for _ in range(texts.index(text)):
                        await keyboard.press("ArrowDown")
            case "number" | "expression":
                wrong = "12345"
                await self.reach(form.locator("[name=answer]"))
                await keyboard.type(str(item.answer) if right else wrong)
                if item.kind == "number" and item.unit:
                    await self.reach(form.locator("[name=unit]"))
                    await keyboard.type(item.unit)
            case _:
                await self.press(f"{area} .answer-form >> text=I don't know")
                await self.gone(f"{area} [name=key][value='{key}']")
                return
        await self.press(f"{area} .answer-form >> text=/^Answer$/")
        await self.gone(f"{area} [name=key][value='{key}']")

    async def _place(self, form: Locator, item: object, *, right: bool) -> int:
        """Of the right option, or of a wrong one, as they are shown."""
        if item.kind == "true-false":  # type: ignore[attr-defined]
            return 0 if item.answer is right else 1  # type: ignore[attr-defined]
        wanted = next(plain(o.text) for o in item.options if o.right is right)  # type: ignore[attr-defined]
        texts = [await each.evaluate(READ) for each in await form.locator(".option .prose").all()]
        return texts.index(wanted)

    async def _has_focus(self, wanted: Locator) -> bool:
        return bool(await wanted.evaluate("each => each === document.activeElement"))


async def test_a_lesson_and_its_quiz_by_keyboard_alone(reader: Page, site: Started) -> None:
    walk = KeyboardWalk(reader, of_library)
    keyboard = reader.keyboard
    await reader.goto(address(site))
    await walk.press("form[action='/guest'] button")
    await reader.wait_for_url("**/dashboard")
    await walk.reach(reader.locator("input[name=topic]"))
    await keyboard.type("Linear algebra")
    await walk.reach(reader.locator("select[name=level]"))
    await keyboard.press("Home")
    await walk.press("form button:has-text('syllabus'), form button.button-primary")
    await reader.wait_for_url("**/syllabi/*")
    await reader.wait_for_selector(DRAFTED)
    await walk.press(".tree-lesson")
    await reader.wait_for_url("**/lessons/*")
    await reader.wait_for_selector(COMPLETE)

    await keyboard.press("/")
    assert await reader.evaluate("document.activeElement.id") == "chat-message"
    await keyboard.type("What is a vector?")
    await keyboard.press("Enter")
    await walk.see("#chat-history > li[data-role=tutor][data-status=complete]")

    await walk.press("text=Practise with an exercise")
    await walk.see(f"{TASK} .answer-form")
    await walk.take_hint()
    await walk.answer(TASK, right=True)
    await walk.see(f"{TASK} .verdict")

    await walk.press("text=Take the quiz")
    await walk.take_quiz()
    # A question with a rubric was answered with “I don't know”, so it may have been missed.
    for _ in range(6):
        if await reader.locator(f"{QUIZ}[data-quiz=passed]").count():
            break
        await walk.press("text=Retry what I missed")
        await walk.take_quiz()
    await walk.see("#progress-area[data-state=completed]")

    await keyboard.press("Escape")
    await reader.evaluate("document.activeElement.blur()")
    before = reader.url
    await keyboard.press("j")

    async def went_on() -> bool:
        return reader.url != before

    await until(went_on, "the next lesson")
