"""Who writes in this process, and how what it costs is recorded."""

import logging

from tasks import budget
from techtree.ledger import Call
from techtree.telemetry import counts, request_id, traces
from techtree.telemetry.logs import fields
from techtree.tutor import get_author
from techtree.tutor.author import Author
from techtree.tutor.ledger import ModelCall

logger = logging.getLogger(__name__)

_author: Author | None = None


def author() -> Author:
    """The author that the settings name."""
    return _author or use(get_author(record, allow=budget.allow))


def use(writer: Author | None) -> Author:
    """Let `writer` write from now on; None goes back to the settings."""
    global _author  # noqa: PLW0603
    _author = writer
    return author() if writer is None else writer


async def record(call: ModelCall) -> None:
    """Enter one call into the ledger, the counts and the log."""
    _count(call)
    _log(call)
    await Call(
        learner=call.purpose.learner,
        kind=call.purpose.kind,
        subject=call.purpose.subject,
        model=call.model,
        prompt=call.prompt,
        tokens_in=call.tokens_in,
        tokens_out=call.tokens_out,
        cost=call.cost,
        first_token_ms=call.first_token_ms,
        total_ms=call.total_ms,
        outcome=call.outcome,
        request_id=request_id.current(),
    ).save()


def _count(call: ModelCall) -> None:
    counts.add(counts.MODEL_CALLS, call.model, call.purpose.kind, call.outcome)
    counts.add(counts.MODEL_TOKENS, call.model, "in", by=call.tokens_in)
    counts.add(counts.MODEL_TOKENS, call.model, "out", by=call.tokens_out)
    if call.cost:
        counts.add(counts.MODEL_COST, call.model, by=float(call.cost))
    counts.observe(counts.MODEL_SECONDS, call.total_ms / 1000, call.model)
    if call.first_token_ms is not None:
        counts.observe(counts.MODEL_FIRST_TOKEN_SECONDS, call.first_token_ms / 1000, call.model)


def _log(call: ModelCall) -> None:
    said = {
        "kind": call.purpose.kind,
        "subject": call.purpose.subject,
        "model": call.model,
        "prompt": call.prompt,
        "outcome": call.outcome,
        "tokens_in": call.tokens_in,
        "tokens_out": call.tokens_out,
        "cost": None if call.cost is None else float(call.cost),
        "first_token_ms": call.first_token_ms,
        "ms": call.total_ms,
    }
    logger.info("model call", extra=fields(**said))
    traces.past("model call", call.total_ms / 1000, **said)
