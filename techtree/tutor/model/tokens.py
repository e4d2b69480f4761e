"""How many tokens a text takes, and how to make a text take fewer."""

from collections.abc import Sequence

BYTES_PER_TOKEN = 3
"""OpenAI counts about four characters of English to a token ("What are tokens and how to count
them?", help centre). Three bytes of UTF-8 is the careful side of that: it also holds for formulas
and code, and gives one token a character for Chinese or Japanese."""


def tokens_in(text: str) -> int:
    """An estimate that is rather too high."""
    return -(-len(text.encode()) // BYTES_PER_TOKEN)


def clip(text: str, tokens: int) -> str:
    """The start of `text` that fits, broken between words and marked, or the whole of it."""
    if tokens_in(text) <= tokens:
        return text
    start = text.encode()[: max(0, tokens - 2) * BYTES_PER_TOKEN].decode(errors="ignore")
    return f"{start.rsplit(' ', 1)[0]} …" if start else ""


def newest_that_fit(lines: Sequence[str], tokens: int) -> list[str]:
    """The longest run of lines up to the last one that fits, oldest first."""
    kept: list[str] = []
    for line in reversed(lines):
        tokens -= tokens_in(line) + 1
        if tokens < 0:
            break
        kept.insert(0, line)
    return kept
