"""The log of each channel: publish, the place a page has in it, and what came after.

PostgreSQL holds the truth. A channel's Redis stream is a window over it, long enough to carry a
page across a lost connection. When the window can't prove that it holds everything since the
page's place, the answer is None and the page's regions are rendered afresh.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self, cast

from redis.asyncio import Redis

from techtree.live.channels import Channel

LENGTH = 1_000
"""Entries a channel's log keeps, about. One lesson is a few hundred."""
LIFETIME = 3_600
"""Seconds that a log outlives its last entry."""


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


class Log:
    """Every channel's log on one Redis server."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
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
        answer = await self._publish(
            keys=[channel.key, f"{channel.key}:fence:{region}"],
            # Framed once, here, and not by each web process for each page.
            args=[as_data(html), fence, LENGTH, LIFETIME],
        )
        return cast(bytes, answer).decode() if answer else None

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
