"""A text as it grows: whole words only, taken up again after a break, and never without an end."""

import re

MIN_OVERLAP = 12
"""Characters. Fewer may agree by chance at a seam."""
SEAM = 200
"""Characters of a continuation to look at before deciding what of it is a repetition."""
LONGEST_WORD = 40
"""Languages without spaces still stream."""
LAST_SPACE = re.compile(r".*\s", re.DOTALL)
OVERDRAFT = 1.25
"""How far past its limit a text may go to reach the end of its paragraph."""


class Draft:
    """What has been shown of a text, and what is held back for now."""

    def __init__(self, limit: int) -> None:
        self.text = ""
        self._limit = limit
        self._word = ""
        self._seam: str | None = None

    def add(self, piece: str) -> str:
        """Take a piece of the answer; return what may be shown now.

        The last word is held back until it is whole, so that a broken answer can be taken up
        again at the start of a word.
        """
        if self._seam is not None:
            self._seam += piece
            if len(self._seam) < SEAM:
                return ""
            piece = self._close_seam()
        return self._show(piece)

    def break_off(self) -> None:
        """The answer broke: drop the half word, and expect a continuation."""
        self._word = ""
        self._seam = "" if self.text else None

    def finish(self) -> str:
        """The answer is over; return what was held back."""
        rest = self._close_seam() if self._seam is not None else ""
        shown = self._show(rest) + self._word
        self.text += self._word
        self._word = ""
        return shown

    def cut(self) -> str:
        """Stop here for good; return what closes an open code block or formula."""
        self._word = ""
        fences = len(re.findall(r"^(?:```|~~~)", self.text, re.MULTILINE))
        outside = re.sub(r"^(```|~~~).*?^\1", "", self.text, flags=re.MULTILINE | re.DOTALL)
        close = "\n```\n" if fences % 2 else "\n$$\n" if outside.count("$$") % 2 else ""
        self.text += close
        return close

    @property
    def is_too_long(self) -> bool:
        """Past the limit and at the end of a paragraph, or far past it."""
        length = len(self.text)
        if length < self._limit:
            return False
        return self.text.endswith("\n\n") or length >= self._limit * OVERDRAFT

    def _show(self, piece: str) -> str:
        # A text begins with its first word; a blank answer is no answer.
        self._word = self._word + piece if self.text else (self._word + piece).lstrip()
        end = match.end() if (match := LAST_SPACE.match(self._word)) else 0
        if len(self._word) - end > LONGEST_WORD:
            end = len(self._word)
        shown, self._word = self._word[:end], self._word[end:]
        self.text += shown
        return shown

    def _close_seam(self) -> str:
        """The continuation without what it repeats."""
        start, self._seam = self._seam or "", None
        if self.text.endswith(" "):
            start = start.lstrip(" ")
        for length in range(min(len(start), len(self.text)), MIN_OVERLAP - 1, -1):
            if self.text.endswith(start[:length]):
                return start[length:]
        return start
