"""Which rule grades which kind of item."""

from techtree.grading.verdicts import Grade
from techtree.items import AnyItem


async def by_rule(item: AnyItem, answer: str, *, final: bool) -> Grade | None:
    """The grade, or None when only a rubric can decide.

    `answer` is the index of the option in the item's own order for a choice, `true` or `false`,
    indices in the learner's order with spaces between them, otherwise what the learner typed.
    The key and the explanation are in the feedback only when `final`, that is when no try remains,
    or when the learner gives up.
    """
    raise NotImplementedError


def gives_up(answer: str) -> bool:
    """Whether the answer is “I don't know”: it ends the tries and shows the explanation."""
    raise NotImplementedError
