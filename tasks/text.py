"""A text while it is written: pieces go in, numbered blocks go to the page."""

from collections.abc import Iterable

from tasks.runs import Checkpoint
from techtree.live import updates
from techtree.live.publisher import Publisher
from techtree.prose import Block, ProseStream


class LiveText:
    """Cuts a growing text into blocks; only the last one is rendered again as it grows.

    The page hears of a block before its row holds it. A page that is loaded in between, and one
    that is rendered afresh because Redis restarted, would miss that block: so whatever is published
    brings all blocks that the row does not hold yet, and each block is published once more as soon
    as the row does. That is a second of text, and no page ever shows a text with a gap.
    """

    def __init__(self, page: Publisher, prefix: str) -> None:
        self._prose = ProseStream()
        self._page = page
        self._prefix = prefix
        self._unstored: dict[int, tuple[str, str]] = {}
        """By the block's number, as it was published last."""
        page.follow(self._changed)

    def checkpoint(self) -> Checkpoint:
        """The text so far, for the row."""
        held = dict(self._unstored)

        def stored() -> None:
            for number, update in held.items():
                newest = self._unstored.get(number)
                if newest is None:
                    # A later checkpoint was stored first, and has published what is newer.
                    continue
                if newest is update:
                    del self._unstored[number]
                self._page.put(*newest)

        return Checkpoint({"content": self._prose.text}, stored)

    def write(self, piece: str) -> None:
        self._prose.feed(piece)
        self._page.nudge()

    def close(self) -> None:
        """The text is complete: its last block closes."""
        for key, html in self._updates(self._prose.close()):
            self._page.put(key, html)

    def _changed(self) -> list[tuple[str, str]]:
        return self._updates(self._prose.changed())

    def _updates(self, blocks: Iterable[Block]) -> list[tuple[str, str]]:
        changed = {block.number: self._update(block) for block in blocks}
        self._unstored.update(changed)
        return list(self._unstored.values()) if changed else []

    def _update(self, block: Block) -> tuple[str, str]:
        return f"b{block.number}", updates.block(self._prefix, block)
