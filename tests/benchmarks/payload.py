"""The update that every system delivers: 600 bytes of HTML that say when they were published."""

import time
import uuid

SIZE = 600
_WORDS = "A vector is a length and a direction, and equally a column of numbers. " * 9


def payload(block: str = f"lesson-{uuid.UUID(int=7)}-b7") -> str:
    head = f'<p id="{block}" data-sent="{time.monotonic_ns():020d}">'
    return head + _WORDS[: SIZE - len(head) - len("</p>")] + "</p>"
