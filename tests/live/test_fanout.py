"""What a page is told while it is open, through everything that happens to its connection."""

import asyncio
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
from redis.asyncio import Redis

from techtree.connections import listening_redis
from techtree.live.channels import Channel, of_lesson
from techtree.live.fanout import BUFFER, Fanout, Reader
from techtree.live.log import Cursor, Entry, Log, as_data


@pytest.fixture
async def fanout() -> AsyncIterator[Fanout]:
    fanout = Fanout(listening_redis())
    fanout.start()
    yield fanout
    await fanout.stop()


async def open_page(fanout: Fanout, log: Log, channel: Channel) -> Reader:
    """A page that has caught up with its channel."""
    reader = Reader([channel], await log.cursor([channel]), None)
    await fanout.join(reader)
    await asyncio.wait_for(_caught_up(reader, log), 5)
    return reader


async def _caught_up(reader: Reader, log: Log) -> None:
    # The subscription is confirmed some milliseconds after it was asked for.
    await asyncio.sleep(0.1)
    after = await log.after(reader.channels, reader.cursor)
    for index, entry in after.entries:
        reader.event(index, entry.id, entry.data)
    reader.caught_up()


async def heard(reader: Reader, *, within: float = 2) -> str:
    await asyncio.wait_for(reader.wake.wait(), within)
    reader.wake.clear()
    return reader.take().decode()


async def test_an_open_page_hears_what_is_published(fanout: Fanout, log: Log) -> None:
    channel = of_lesson(uuid4())
    reader = await open_page(fanout, log, channel)
    reader.wake.clear()
    entry = await log.publish(channel, "<p>one</p>\n<p>two</p>")

    event = await heard(reader)

    assert event == f"id: {reader.cursor}\ndata: <p>one</p>\ndata: <p>two</p>\n\n"
    assert reader.cursor.ids == (entry,)


async def test_a_page_hears_nothing_of_other_channels(fanout: Fanout, log: Log) -> None:
    reader = await open_page(fanout, log, of_lesson(uuid4()))
    stranger = await open_page(fanout, log, channel := of_lesson(uuid4()))
    reader.wake.clear()
    stranger.wake.clear()
    await log.publish(channel, "for the other page")
    await heard(stranger)
    assert reader.take() == b""


async def test_a_page_behind_a_gap_reads_the_log_again(log: Log) -> None:
    reader = Reader([of_lesson(uuid4())], Cursor("run", ("1-0",)), None)
    reader.caught_up()
    reader.announce(0, "2-0", Entry("3-0", "x"), as_data("x"))
    assert reader.behind


async def test_an_announcement_that_the_log_has_already_told_is_not_told_again(log: Log) -> None:
    reader = Reader([of_lesson(uuid4())], Cursor("run", ("5-0",)), None)
    reader.caught_up()
    reader.announce(0, "4-0", Entry("5-0", "x"), as_data("x"))
    assert not reader.behind
    assert reader.take() == b""


async def test_an_announcement_that_overtakes_the_answer_of_the_log_is_not_lost() -> None:
    reader = Reader([of_lesson(uuid4())], Cursor("run", ("5-0",)), None)
    reader.announce(0, "5-0", Entry("6-0", "x"), as_data("x"))
    reader.caught_up()
    assert reader.behind


async def test_a_page_that_does_not_read_costs_a_bounded_buffer() -> None:
    reader = Reader([of_lesson(uuid4())], Cursor("run", ("0-0",)), None)
    reader.caught_up()
    for number in range(BUFFER + 1):
        reader.announce(0, f"{number}-0", Entry(f"{number + 1}-0", "x"), as_data("x"))
    assert reader.behind
    assert reader.take() == b""


async def test_a_broken_connection_is_mended_and_its_pages_read_the_log(
    fanout: Fanout, log: Log, redis: "Redis"
) -> None:
    channel = of_lesson(uuid4())
    reader = await open_page(fanout, log, channel)
    reader.wake.clear()
    await redis.client_kill_filter(_type="pubsub")
    await log.publish(channel, "while nobody listened")

    await asyncio.wait_for(reader.wake.wait(), 5)

    assert reader.behind
    await _caught_up(reader, log)
    reader.wake.clear()
    await log.publish(channel, "after")
    assert "after" in await heard(reader)


async def test_a_left_page_leaves_nothing_behind(fanout: Fanout, log: Log, redis: "Redis") -> None:
    channel = of_lesson(uuid4())
    reader = await open_page(fanout, log, channel)
    fanout.leave(reader)
    for _ in range(30):
        subscribers = await redis.pubsub_numsub(channel.key)
        if subscribers[0][1] == 0:
            return
        await asyncio.sleep(0.1)
    pytest.fail("the subscription is still there")
