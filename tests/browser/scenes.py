"""Every page in every state, one after the other, for whoever wants to look at them."""

import re
from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import asyncpg
from playwright.async_api import Page

from tests.browser.keys import of_library
from tests.browser.learning import (
    ANSWERED,
    COMPLETE,
    DRAFTED,
    WRITING,
    address,
    ask,
    open_first_lesson,
)
from tests.browser.walk import PLACEMENT, QUIZ, TASK, Walk
from tests.setup.started import Started

LONG_TITLE = ("How to describe any motion of the plane with four numbers and nothing else " * 3)[
    :200
]
RIGHT_TO_LEFT = (
    "ما هو المتجه؟\n\nالمتجه سهم له طول واتجاه، ويكتب عددين مثل $(3, 4)$.\n\n* الطول\n* الاتجاه"
)
BROKEN_MATHS = (
    "Before it.\n\n$$\n\\frac{1}{\n$$\n\nAnd $\\undefined{x}$ in a line, $ alone.\n\nAfter it."
)
LONG = "\n\n".join(
    f"## Part {part}\n\n"
    + "A vector is an arrow that may start anywhere, and $x_1$ is its part. " * 70
    for part in range(1, 7)
)


async def scenes(page: Page, site: Started) -> AsyncIterator[str]:
    """Yields the name of each scene while the page shows it. The page may be resized meanwhile."""
    async for name in _outside(page, site):
        yield name
    walk = Walk(page, of_library)
    await page.goto(address(site))
    await page.click("form[action='/guest'] button")
    await page.wait_for_url("**/dashboard")
    yield "dashboard-empty"
    await page.fill("input[name=topic]", "Underwater basket weaving")
    await page.press("input[name=topic]", "Enter")
    await page.wait_for_selector("text=Nothing was created")
    yield "topic-unknown"
    await page.goto(address(site, "/dashboard"))
    await page.fill("input[name=topic]", "Linear algebra")
    await page.click("text=Find my level")
    await walk.see(f"{PLACEMENT} .answer-form")
    yield "placement"
    await walk.answer(PLACEMENT, right=True)
    await walk.answer(PLACEMENT, right=False)
    await walk.press(f"{PLACEMENT} button:text-is('Beginner')")
    await walk.see(f"{PLACEMENT} button:has-text('Start at')")
    yield "placement-result"
    await walk.press(f"{PLACEMENT} button:has-text('Start at')")
    await page.wait_for_url("**/syllabi/*")
    await page.wait_for_selector(DRAFTED)
    yield "syllabus"
    await open_first_lesson(page)
    await page.wait_for_selector(WRITING)
    yield "lesson-writing"
    await page.wait_for_selector(COMPLETE)
    yield "lesson"
    async for name in _tasks(page, walk):
        yield name
    async for name in _states(page, site):
        yield name
    await page.goto(address(site, "/dashboard"))
    yield "dashboard"


async def converse(rows: asyncpg.Connection, lesson: UUID, number: int) -> None:
    """Put so many messages into the newest conversation about the lesson."""
    study = await rows.fetchval(
        "SELECT id FROM study WHERE lesson = $1 ORDER BY opened_at DESC LIMIT 1", lesson
    )
    await rows.executemany(
        "INSERT INTO message (id, study, position, role, content, status)"
        " VALUES ($1, $2, $3, $4, $5, 'complete')",
        [
            (
                uuid4(),
                study,
                100 + each,
                ("tutor", "learner")[each % 2],
                f"Message {each}, $x_{each}$.",
            )
            for each in range(number)
        ],
    )


async def _outside(page: Page, site: Started) -> AsyncIterator[str]:
    await page.goto(address(site))
    yield "landing"
    await page.goto(address(site, "/sign-in"))
    yield "sign-in"
    await page.fill("[name=email]", "nobody@example.org")
    await page.fill("[name=password]", "not a password")
    await page.click("main button")
    await page.wait_for_selector(".problem")
    yield "sign-in-refused"
    await page.goto(address(site, "/sign-up"))
    yield "sign-up"
    await page.goto(address(site, "/nowhere"))
    yield "not-found"
    await page.goto(address(site, "/live-check"))
    yield "live-check"


async def _tasks(page: Page, walk: Walk) -> AsyncIterator[str]:
    await walk.ask_exercise()
    yield "task"
    await walk.take_hint()
    yield "task-hint"
    await walk.answer(TASK, right=False)
    await walk.see(f"{TASK} .verdict[data-verdict=incorrect]")
    yield "task-wrong"
    await walk.answer(TASK, right=True)
    await walk.see(f"{TASK} .verdict[data-verdict=correct]")
    yield "task-right"
    await ask(page, "What is a vector?")
    await page.wait_for_selector(ANSWERED)
    yield "chat"
    await page.keyboard.press("Escape")
    await walk.press("text=Take the quiz")
    await walk.see(f"{QUIZ} .answer-form")
    await page.evaluate("document.querySelector('#quiz-area').scrollIntoView()")
    yield "quiz"
    await walk.take_quiz(wrong=1)
    yield "quiz-missed"
    await page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
    await page.keyboard.press("?")
    yield "shortcuts"
    await page.keyboard.press("Escape")


async def _states(page: Page, site: Started) -> AsyncIterator[str]:
    """What takes long to come about is put into the rows."""
    lesson = UUID(re.findall(r"[0-9a-f-]{36}", page.url)[0])
    rows = await asyncpg.connect((site.state / "postgres" / "dsn").read_text())
    try:
        for status, failure in (
            ("failed", "The tutor's model can't be reached right now."),
            ("stopped", ""),
        ):
            await rows.execute(
                "UPDATE lesson_version SET status = $2, failure = $3 WHERE lesson = $1",
                lesson, status, failure,
            )  # fmt: skip
            await page.reload()
            yield f"lesson-{status}"
        texts = {"long": LONG, "right-to-left": RIGHT_TO_LEFT, "broken-maths": BROKEN_MATHS}
        for name, text in texts.items():
            await rows.execute(
                "UPDATE lesson_version SET status = 'complete', failure = '', content = $2"
                " WHERE lesson = $1",
                lesson, text,
            )  # fmt: skip
            await page.reload()
            yield f"lesson-{name}"
        await rows.execute("UPDATE lesson SET title = $2 WHERE id = $1", lesson, LONG_TITLE)
        await converse(rows, lesson, 300)
        await page.reload()
        yield "lesson-long-title-and-300-messages"
        await page.context.set_offline(True)
        await page.wait_for_selector("#live-status:has-text('offline')")
        yield "lesson-offline"
        await page.context.set_offline(False)
    finally:
        await rows.close()
