"""How long, how often and how much: every limit on the way to a model."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Times are in seconds. Tests make them small."""

    first_token: float = 30
    stall: float = 30
    """The longest silence in mid-answer."""
    total: float = 300
    """From the first request to the last token, waits and repeats included."""
    attempts: int = 4
    """Requests in a row that may fail without a word written."""
    continuations: int = 3
    """How often one text may break off and be taken up again."""
    corrections: int = 3
    """How often an invalid object goes back to the model."""
    backoff: float = 1
    """The wait before the third request; it doubles from there. The second follows at once."""
    retry_after: float = 60
    """The longest wait a server may ask for; a longer one ends the attempt."""


@dataclass(frozen=True, slots=True)
class Size:
    """How much a model may write in one answer."""

    tokens: int
    """Asked of the model, thinking included."""
    characters: int
    """Cut off here, for a model that ignores `tokens` or never ends."""
