"""What the log promises a page: all that came after its place, or the honest word that it can't."""

from uuid import uuid4

import pytest
from redis.asyncio import Redis

from techtree.live.channels import Channel, of_lesson, of_study
from techtree.live.log import Cursor, Log
from tests.live.reading import html_of


@pytest.fixture
def channel() -> Channel:
    return of_lesson(uuid4())


async def test_a_page_hears_exactly_what_came_after_its_cursor(log: Log, channel: Channel) -> None:
    await log.publish(channel, "before")
    cursor = await log.cursor([channel])
    await log.publish(channel, "first")
    await log.publish(channel, "second")

    after = await log.after([channel], cursor)

    assert [html_of(entry) for _, entry in after.entries] == ["first", "second"]
    assert after.unproven == []


async def test_a_page_of_a_silent_channel_misses_nothing_of_what_begins_later(
    log: Log, channel: Channel
) -> None:
    cursor = await log.cursor([channel])
    await log.publish(channel, "first")

    after = await log.after([channel], cursor)

    assert [html_of(entry) for _, entry in after.entries] == ["first"]


async def test_entries_of_each_channel_come_in_the_order_of_their_publication(
    log: Log, channel: Channel
) -> None:
    other = of_study(uuid4())
    cursor = await log.cursor([channel, other])
    for number in range(6):
        await log.publish([channel, other][number % 2], str(number))

    after = await log.after([channel, other], cursor)

    assert [html_of(entry) for index, entry in after.entries if index == 0] == ["0", "2", "4"]
    assert [html_of(entry) for index, entry in after.entries if index == 1] == ["1", "3", "5"]


async def test_a_trimmed_log_does_not_pretend_to_know(
    log: Log, channel: Channel, redis: "Redis"
) -> None:
    cursor = await log.cursor([channel])
    await log.publish(channel, "lost")
    await log.publish(channel, "kept")
    await redis.xtrim(channel.key, maxlen=1, approximate=False)

    after = await log.after([channel], cursor)

    assert after.entries == []
    assert [index for index, _ in after.unproven] == [0]


async def test_a_flushed_server_does_not_pretend_to_know(
    log: Log, channel: Channel, redis: "Redis"
) -> None:
    cursor = await log.cursor([channel])
    await log.publish(channel, "lost")
    await redis.delete(channel.key)
    await log.publish(channel, "new")

    after = await log.after([channel], cursor)

    assert after.entries == []
    place = after.unproven[0][1]
    await log.publish(channel, "newer")
    later = await log.after([channel], Cursor(after.run, (place,)))
    assert [html_of(entry) for _, entry in later.entries] == ["newer"]


async def test_a_cursor_of_another_run_of_the_server_proves_nothing(
    log: Log, channel: Channel
) -> None:
    cursor = await log.cursor([channel])
    await log.publish(channel, "perhaps not all")

    after = await log.after([channel], Cursor("anotherrun", cursor.ids))

    assert after.entries == []
    assert len(after.unproven) == 1


async def test_an_older_attempt_may_not_publish_over_a_newer_one(
    log: Log, channel: Channel
) -> None:
    cursor = await log.cursor([channel])
    assert await log.publish(channel, "new attempt", region="content", fence=2)
    assert await log.publish(channel, "old attempt", region="content", fence=1) is None
    assert await log.publish(channel, "new attempt goes on", region="content", fence=2)
    assert await log.publish(channel, "another region", region="title", fence=1)

    after = await log.after([channel], cursor)

    assert "old attempt" not in [html_of(entry) for _, entry in after.entries]
    assert len(after.entries) == 3


async def test_a_log_expires_by_itself(log: Log, channel: Channel, redis: "Redis") -> None:
    await log.publish(channel, "something")
    assert 0 < await redis.ttl(channel.key) <= 3_600


@pytest.mark.parametrize(
    "text",
    [
        "",
        "run",
        "run_1-1_2-2",
        "run_x-1",
        "run_1",
        "run_1-",
        "ru n_1-1",
        "run_٣-1",
        "run_" + "9" * 30 + "-1",
    ],
)
def test_what_is_not_a_cursor_is_told_from_one(text: str) -> None:
    assert Cursor.parse(text, channels=1) is None


def test_a_cursor_survives_its_way_through_the_page() -> None:
    cursor = Cursor("abc123", ("1700-0", "1701-3"))
    assert Cursor.parse(str(cursor), channels=2) == cursor
