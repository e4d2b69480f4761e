"""Growing work reaches its page: joined, in order, once, and not at any price."""

import asyncio
from uuid import uuid4

import pytest

from techtree.live.channels import of_lesson
from techtree.live.log import Cursor, Log
from techtree.live.publisher import Publisher
from techtree.work import SupersededError
from tests.live.reading import html_of


async def published(log: Log, publisher: Publisher, cursor: Cursor) -> list[str]:
    after = await log.after([publisher.channel], cursor)
    return [html_of(entry) for _, entry in after.entries]


async def test_everything_is_published_before_the_work_is_called_done(log: Log) -> None:
    channel = of_lesson(uuid4())
    cursor = await log.cursor([channel])
    async with Publisher(log, channel) as page:
        page.put("a", "one")
        page.put("b", "two")
    assert "\n".join(await published(log, page, cursor)) == "one\ntwo"


async def test_only_the_newest_of_what_waits_is_published(log: Log) -> None:
    channel = of_lesson(uuid4())
    cursor = await log.cursor([channel])
    async with Publisher(log, channel) as page:
        for number in range(100):
            page.put("block", str(number))
    entries = await published(log, page, cursor)
    assert len(entries) <= 2
    assert entries[-1] == "99"


async def test_what_holds_the_places_of_others_is_published_before_them(log: Log) -> None:
    channel = of_lesson(uuid4())
    cursor = await log.cursor([channel])
    async with Publisher(log, channel) as page:
        page.put("b1", "one")
        page.put("area", "whole", whole=True)
        page.put("b2", "two")
    assert await published(log, page, cursor) == ["whole", "one\ntwo"]


async def test_a_source_is_asked_when_it_was_nudged(log: Log) -> None:
    channel = of_lesson(uuid4())
    cursor = await log.cursor([channel])
    async with Publisher(log, channel) as page:
        page.follow(lambda: [("b1", "from the source")])
        page.nudge()
    assert await published(log, page, cursor) == ["from the source"]


async def test_an_older_attempt_is_told_to_stop(log: Log) -> None:
    channel = of_lesson(uuid4())
    await log.publish(channel, "newer", region="content", fence=2)
    with pytest.raises(SupersededError):
        async with Publisher(log, channel, region="content", fence=1) as page:
            page.put("content", "older")


async def test_work_that_fails_at_once_ends_at_once(log: Log) -> None:
    async def fail() -> None:
        async with (
            Publisher(log, of_lesson(uuid4())) as tree,
            Publisher(log, of_lesson(uuid4())) as page,
        ):
            tree.put("tree", "x")
            page.put("content", "y")
            raise LookupError("the author has no such lesson")

    for _ in range(20):
        with pytest.raises(LookupError):
            await asyncio.wait_for(fail(), 2)
