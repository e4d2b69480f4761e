"""Who writes in this process, and how what it costs is recorded."""

from tasks import budget
from techtree.ledger import Call
from techtree.tutor import get_author
from techtree.tutor.author import Author
from techtree.tutor.ledger import ModelCall

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
    """Enter one call into the ledger."""
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
    ).save()
