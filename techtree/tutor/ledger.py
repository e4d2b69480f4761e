"""One row for each request to a model: who asked, what for, what it cost and how long it took."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from decimal import Decimal

from techtree.tutor.author import Purpose


@dataclass(frozen=True, slots=True)
class ModelCall:
    """One request and its answer, good or not."""

    purpose: Purpose
    model: str
    """`provider:model`."""
    prompt: str
    """The prompt's file and version, such as `lesson@1`."""
    tokens_in: int
    tokens_out: int
    """As the provider counts them; estimated from the text when it doesn't say."""
    cost: Decimal | None
    """US dollars by genai-prices; None when the price isn't known."""
    first_token_ms: int | None
    """None when no text came."""
    total_ms: int
    outcome: str
    """`complete`, `stopped` by the reader, or the fault in a few words."""


Allow = Callable[[Purpose], Awaitable[None]]
"""Asked before each request; raises BudgetError when no more may be spent."""


async def unlimited(_: Purpose) -> None:
    """Spend whatever it takes."""


Recorder = Callable[[ModelCall], Awaitable[None]]
