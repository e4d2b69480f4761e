"""What the live updates of this process have done so far, for a monitor to read."""

from bisect import bisect_left
from dataclasses import dataclass, field

DELAYS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0)
"""Seconds: the upper bounds of the delays that are told apart."""


@dataclass(slots=True)
class Counts:
    streams: int = 0
    """Opened as streams, and below as short answers, since this process began."""
    polls: int = 0
    deliveries: int = 0
    """Writes of news to a page."""
    replays: int = 0
    """Times that a page was sent from the log what it had missed."""
    resets: int = 0
    """Times that it was rendered afresh, because the log could not prove that it knew."""
    cuts: int = 0
    """Pages let go of because they did not read."""


@dataclass(slots=True)
class Delays:
    """From the moment that Redis took a publication until its pages had been written to."""

    counts: list[int] = field(default_factory=lambda: [0] * (len(DELAYS) + 1))
    """How many were no longer than each bound; past all bounds last."""
    total: float = 0.0

    def note(self, seconds: float) -> None:
        # The clocks of two machines may differ by a little.
        seconds = max(0.0, seconds)
        self.counts[bisect_left(DELAYS, seconds)] += 1
        self.total += seconds
