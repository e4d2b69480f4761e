"""The update that every system delivers: 600 bytes of HTML that say when they were published."""

import time
import uuid

SIZE = 600
_WORDS = "A vector is a length and a direction, and equally a column of numbers. " * 9


def stamp() -> str:
    """Now, as the pages find it. The clock is one for all processes."""
    return f"sent-{time.monotonic_ns():020d}"


def payload(block: str = f"lesson-{uuid.UUID(int=7)}-b7") -> str:
    head = f'<p id="{block}" data-time="{stamp()}">'
    return head + _WORDS[: SIZE - len(head) - len("</p>")] + "</p>"
