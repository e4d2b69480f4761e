"""What a chat message wants: an answer of the tutor, a task, or to answer the active task."""

from techtree.tutor.author import Author, Intent, Purpose


async def intent_of(
    author: Author, message: str, *, task: str = "", purpose: Purpose = Purpose("intent")
) -> Intent:
    """By plain signs where there are any, else by the author.

    `task` is the text of the active task, empty when there is none. Never raises: a model that
    fails means the message is taken as a question.
    """
    raise NotImplementedError


def by_signs(message: str, *, has_task: bool) -> Intent | None:
    """The intent that the words themselves show; None when they don't."""
    raise NotImplementedError
