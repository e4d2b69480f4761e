"""What a page is told while it is open, through everything that happens to its connection."""

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import pytest
from redis.asyncio import Redis

from techtree.connections import listening_redis
from techtree.live.channels import Channel, of_lesson
from techtree.live.fanout import Fanout
from techtree.live.log import Log


class Page:
    """A follower that writes down what it is told."""

    def __init__(self, *channels: Channel, learner: UUID | None = None) -> None:
        self.channels = channels
        self.learner = learner
        self.heard: list[bytes] = []
        self.flushed = 0
        self.fell_behind = asyncio.Event()
        self.checked = asyncio.Event()

    def announce(self, index: int, before: str, entry_id: str, data: bytes) -> None:
        self.heard.append(data)

    def fall_behind(self) -> None:
        self.fell_behind.set()

    def flush(self) -> None:
        self.flushed += 1

    def check_access(self) -> None:
        self.checked.set()

    async def hears(self, text: str) -> None:
        async with asyncio.timeout(5):
            while f"data: {text}\n\n".encode() not in self.heard:
                await asyncio.sleep(0.005)


@pytest.fixture
async def fanout(redis: "Redis") -> AsyncIterator[Fanout]:
    fanout = Fanout(listening_redis())
    fanout.start()
    await subscribed(redis, b"techtree:live:control")
    yield fanout
    await fanout.stop()


async def open_page(fanout: Fanout, *channels: Channel, learner: UUID | None = None) -> Page:
    """A page whose subscription is confirmed."""
    page = Page(*channels, learner=learner)
    await fanout.join(page)
    await asyncio.wait_for(page.fell_behind.wait(), 5)
    page.fell_behind.clear()
    return page


async def subscribed(redis: "Redis", topic: bytes) -> None:
    async with asyncio.timeout(5):
        while not (await redis.pubsub_numsub(topic))[0][1]:
            await asyncio.sleep(0.01)


@pytest.fixture
def channel() -> Channel:
    return of_lesson(uuid4())


async def test_an_open_page_hears_what_is_published(
    fanout: Fanout, log: Log, channel: Channel
) -> None:
    page = await open_page(fanout, channel)
    await log.publish(channel, "news")
    await page.hears("news")


async def test_a_page_hears_nothing_of_other_channels(
    fanout: Fanout, log: Log, channel: Channel
) -> None:
    page = await open_page(fanout, of_lesson(uuid4()))
    stranger = await open_page(fanout, channel)
    await log.publish(channel, "for the other page")
    await stranger.hears("for the other page")
    assert page.heard == []


async def test_what_arrives_together_is_written_together(
    fanout: Fanout, log: Log, channel: Channel, redis: "Redis"
) -> None:
    page = await open_page(fanout, channel)
    async with redis.pipeline(transaction=True) as pipeline:
        for number in range(50):
            pipeline.publish(channel.key, f"{number}-0 {number + 1}-0\ndata: {number}\n\n")
        await pipeline.execute()
    await page.hears("49")
    await asyncio.sleep(0)
    assert 1 <= page.flushed < 25


async def test_a_second_page_of_a_channel_reads_the_log_too(
    fanout: Fanout, channel: Channel
) -> None:
    await open_page(fanout, channel)
    await open_page(fanout, channel)


async def test_a_page_that_comes_while_nobody_could_subscribe_is_told_later(
    fanout: Fanout, log: Log, channel: Channel, redis: "Redis"
) -> None:
    await redis.client_kill_filter(_type="pubsub")
    page = await open_page(fanout, channel)
    await subscribed(redis, channel.key.encode())
    await log.publish(channel, "after all")
    await page.hears("after all")


async def test_a_broken_connection_is_mended_and_its_pages_read_the_log(
    fanout: Fanout, log: Log, redis: "Redis", channel: Channel
) -> None:
    page = await open_page(fanout, channel)
    await redis.client_kill_filter(_type="pubsub")
    await asyncio.wait_for(page.fell_behind.wait(), 5)
    await subscribed(redis, channel.key.encode())
    await log.publish(channel, "after")
    await page.hears("after")


async def test_whose_access_is_in_question_is_asked_and_nobody_else(
    fanout: Fanout, channel: Channel
) -> None:
    ada, bo = uuid4(), uuid4()
    hers = await open_page(fanout, channel, learner=ada)
    his = await open_page(fanout, of_lesson(uuid4()), learner=bo)
    await fanout.tell_session_ended(bo)
    await asyncio.wait_for(his.checked.wait(), 1)
    assert not hers.checked.is_set()
    his.checked.clear()
    await fanout.tell_access_changed(channel)
    await asyncio.wait_for(hers.checked.wait(), 1)
    assert not his.checked.is_set()


async def test_a_left_page_leaves_nothing_behind(
    fanout: Fanout, redis: "Redis", channel: Channel
) -> None:
    page = await open_page(fanout, channel)
    fanout.leave(page)
    for _ in range(30):
        subscribers = await redis.pubsub_numsub(channel.key)
        if subscribers[0][1] == 0:
            return
        await asyncio.sleep(0.1)
    pytest.fail("the subscription is still there")
