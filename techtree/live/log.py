"""The log of each channel: publish, the place a page has in it, and what came after.

PostgreSQL holds the truth. A channel's Redis stream is a window over it, long enough to carry a
page across a lost connection. When the window can't prove that it holds everything since the
page's place, the answer is None and the page's regions are rendered afresh.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from redis.asyncio import Redis
from redis.exceptions import RedisError

from techtree.live.channels import Channel

LENGTH = 1_000
"""Entries a channel's log keeps, about. One lesson is a few hundred."""
LIFETIME = 3_600
"""Seconds that a log outlives its last entry."""

LOT = 100
"""Publications that are sent at once."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One published piece of HTML and its place in the channel's log."""

    id: str
    data: bytes
    """The HTML as `data:` lines of an event; empty for an entry without content."""


def as_data(html: str) -> bytes:
    """HTML as the `data:` lines of an event and the blank line that ends it, with LF only."""
    lines = html.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "".join([f"data: {line}\n" for line in lines]).encode() + b"\n"


def order(entry_id: str) -> tuple[int, int]:
    """Entry ids compare as two numbers, not as text."""
    milliseconds, _, sequence = entry_id.partition("-")
    return int(milliseconds), int(sequence)


@dataclass(frozen=True, slots=True)
class Cursor:
    """A page's place: the run of the Redis server, and the last entry seen of each channel.

    A server that restarted may have lost entries that nobody can name, so a cursor of another run
    proves nothing.
    """

    run: str
    ids: tuple[str, ...]

    def __str__(self) -> str:
        return "_".join((self.run, *self.ids))

    @classmethod
    def parse(cls, text: str, channels: int) -> Self | None:
        """None for anything that isn't a cursor over that many channels."""
        run, *ids = text.split("_")
        if not run.isalnum() or len(run) > 40 or len(ids) != channels:
            return None
        if not all(_is_entry_id(each) for each in ids):
            return None
        return cls(run, tuple(ids))

    def at(self, channel: int, entry_id: str) -> "Cursor":
        return Cursor(self.run, (*self.ids[:channel], entry_id, *self.ids[channel + 1 :]))


def _is_entry_id(text: str) -> bool:
    parts = text.split("-")
    return len(parts) == 2 and all(
        part.isascii() and part.isdigit() and len(part) <= 20 for part in parts
    )


_RUN = """
local function run()
  return string.match(redis.call('INFO', 'server'), 'run_id:(%w+)'):sub(1, 12)
end
"""

# An older attempt than the fence's may not publish. The announcement names the entry before, so
# that a listener sees a gap the moment it opens.
_PUBLISH = """
local fence = tonumber(ARGV[2])
if fence > 0 then
  local held = tonumber(redis.call('GET', KEYS[2]) or '0')
  if held > fence then return false end
  redis.call('SET', KEYS[2], ARGV[2], 'EX', ARGV[4])
end
local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)
local before = last[1] and last[1][1] or '0-0'
local id = redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[3], '*', 'data', ARGV[1])
redis.call('EXPIRE', KEYS[1], ARGV[4])
redis.call('PUBLISH', KEYS[1], before .. ' ' .. id .. '\\n' .. ARGV[1])
return id
"""

# An empty log gets a first entry without content, so that every cursor names an entry which the
# log can later be asked for.
_PLACES = (
    _RUN
    + """
local places = { run() }
for i, key in ipairs(KEYS) do
  local last = redis.call('XREVRANGE', key, '+', '-', 'COUNT', 1)
  if last[1] then
    places[i + 1] = last[1][1]
  else
    places[i + 1] = redis.call('XADD', key, '*', 'data', '')
    redis.call('EXPIRE', key, ARGV[1])
  end
end
return places
"""
)

_AFTER = (
    _RUN
    + """
local now = run()
local answers = { now }
for i, key in ipairs(KEYS) do
  local held = redis.call('XRANGE', key, ARGV[i + 2], ARGV[i + 2])
  if now == ARGV[2] and held[1] then
    answers[i + 1] = { 1, redis.call('XRANGE', key, '(' .. ARGV[i + 2], '+') }
  else
    local last = redis.call('XREVRANGE', key, '+', '-', 'COUNT', 1)
    local place = last[1] and last[1][1]
    if not place then
      place = redis.call('XADD', key, '*', 'data', '')
      redis.call('EXPIRE', key, ARGV[1])
    end
    answers[i + 1] = { 0, place }
  end
end
return answers
"""
)


@dataclass(frozen=True, slots=True)
class After:
    """What a log answers about a cursor."""

    run: str
    entries: list[tuple[int, Entry]]
    """With the index of their channel, each channel's in the order of publication."""
    unproven: list[tuple[int, str]]
    """Channels of which the log can't know what came after the cursor, and where they stand now."""


@dataclass(frozen=True, slots=True)
class _Publication:
    keys: list[str]
    args: list[bytes | int]
    answer: "asyncio.Future[bytes | None]"

    def tell(self, answer: bytes | Exception | None) -> None:
        if self.answer.done():
            # Whoever asked has gone away.
            return
        if isinstance(answer, Exception):
            self.answer.set_exception(answer)
        else:
            self.answer.set_result(answer)


class Log:
    """Every channel's log on one Redis server."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._unsent: list[_Publication] = []
        self._sending: asyncio.Task[None] | None = None
        self._publish = redis.register_script(_PUBLISH)
        self._places = redis.register_script(_PLACES)
        self._after = redis.register_script(_AFTER)

    async def publish(
        self, channel: Channel, html: str, *, region: str = "", fence: int = 0
    ) -> str | None:
        """Add `html` to the channel's log and announce it. Returns the entry's id.

        With a fence, the answer is None and nothing happens once a higher fence has published to
        the same region.
        """
        loop = asyncio.get_running_loop()
        publication = _Publication(
            [channel.key, f"{channel.key}:fence:{region}"],
            # Framed once, here, and not by each web process for each page.
            [as_data(html), fence, LENGTH, LIFETIME],
            loop.create_future(),
        )
        self._unsent.append(publication)
        sending = self._sending
        if sending is None or sending.done() or sending.get_loop() is not loop:
            self._sending = loop.create_task(self._send())
        answer = await publication.answer
        return answer.decode() if answer else None

    async def _send(self) -> None:
        """Send what has come together while the last lot was on its way, until there is no more.

        One command costs a client several times what it costs in a pipeline.
        """
        while lot := self._unsent[:LOT]:
            del self._unsent[:LOT]
            try:
                async with self._redis.pipeline(transaction=False) as pipeline:
                    for each in lot:
                        await self._publish(keys=each.keys, args=each.args, client=pipeline)
                    answers = await pipeline.execute(raise_on_error=False)
            except (RedisError, OSError) as error:
                answers = [error] * len(lot)
            for each, answer in zip(lot, answers, strict=True):
                each.tell(answer)

    async def forget(self, channels: Sequence[Channel]) -> None:
        """Drop all entries. Whoever still follows a channel is shown it afresh."""
        if channels:
            await self._redis.delete(*[channel.key for channel in channels])

    async def cursor(self, channels: Sequence[Channel]) -> Cursor:
        """Where the channels stand now. Read it before the rows that the page shows."""
        run, *ids = await self._places(keys=[each.key for each in channels], args=[LIFETIME])
        return Cursor(run.decode(), tuple(each.decode() for each in ids))

    async def after(self, channels: Sequence[Channel], cursor: Cursor) -> After:
        """What came after the cursor, as far as the log can prove that it knows."""
        run, *answers = await self._after(
            keys=[each.key for each in channels], args=[LIFETIME, cursor.run, *cursor.ids]
        )
        entries = [
            (index, Entry(found[0].decode(), found[1][1]))
            for index, (whole, answer) in enumerate(answers)
            if whole
            for found in answer
        ]
        return After(
            run.decode(),
            sorted(entries, key=lambda entry: order(entry[1].id)),
            [(i, answer.decode()) for i, (whole, answer) in enumerate(answers) if not whole],
        )
