"""A growing text on its way to the page, while its row lags behind."""

import re
from uuid import uuid4

import pytest
from redis.asyncio import Redis as RedisClient

from tasks.text import LiveText
from techtree.live.channels import Channel, of_lesson
from techtree.live.log import Log
from techtree.live.publisher import Publisher


@pytest.fixture
def channel() -> Channel:
    return of_lesson(uuid4())


async def test_a_page_made_from_the_row_never_misses_a_block_between_its_own_and_the_next(
    redis: "RedisClient", channel: Channel
) -> None:
    log = Log(redis)
    start = await log.cursor([channel])

    async def blocks_of_last_entry() -> set[str]:
        entries = (await log.after([channel], start)).entries
        return set(re.findall(r'id="lesson-(b\d+)"', entries[-1][1].data.decode()))

    async with Publisher(log, channel) as page:
        text = LiveText(page, "lesson")
        text.write("One.\n\nTwo.\n\nThr")
        await page.flush()
        checkpoint = text.checkpoint()
        text.write("ee.\n\nFour.\n\nFive")
        await page.flush()
        assert await blocks_of_last_entry() == {"b1", "b2", "b3", "b4", "b5"}
        checkpoint.stored()
        text.write(" and more.")
        await page.flush()
        assert await blocks_of_last_entry() == {"b1", "b2", "b3", "b4", "b5"}
        text.write("\n\nSix.")
        await page.flush()
        assert await blocks_of_last_entry() == {"b3", "b4", "b5", "b6"}


async def test_a_checkpoint_that_is_late_brings_no_older_text_back(
    redis: "RedisClient", channel: Channel
) -> None:
    log = Log(redis)
    async with Publisher(log, channel) as page:
        text = LiveText(page, "lesson")
        text.write("One wo")
        await page.flush()
        late = text.checkpoint()
        text.write("rd more.")
        text.close()
        await page.flush()
        text.checkpoint().stored()
        await page.flush()
        start = await log.cursor([channel])
        late.stored()
        await page.flush()
        assert (await log.after([channel], start)).entries == []
