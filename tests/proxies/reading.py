"""Following a lesson that is being written, through whatever the learner's address leads to."""

import asyncio
import random

from tests.chaos.learner import Learner
from tests.proxies.tab import Tab


async def open_lesson(learner: Learner) -> str:
    syllabus = await learner.ask_for_syllabus("Linear algebra")
    return (await learner.lessons_of(syllabus))[0]


async def read_through(learner: Learner, lesson: str) -> Tab:
    """A page that was followed until its lesson is complete."""
    tab = Tab(learner, lesson, random.Random(1))
    await tab.open()
    try:
        async with asyncio.timeout(90):
            while not tab.is_complete:
                await asyncio.sleep(0.02)
    finally:
        await tab.close()
    return tab


async def arrives_whole(learner: Learner) -> Tab:
    """A lesson that grows while it is read ends as the one that is loaded afresh."""
    lesson = await open_lesson(learner)
    tab = await read_through(learner, lesson)
    assert tab.problems == [], learner.name
    assert tab.counts["deliveries"] > 3, f"{learner.name}: it was there when the page was loaded"
    fresh = Tab(learner, lesson, random.Random(1))
    await fresh.open()
    await fresh.close()
    assert tab.words == fresh.words, learner.name
    return tab
