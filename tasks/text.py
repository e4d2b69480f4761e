"""A text while it is written: pieces go in, numbered blocks go to the page."""

from collections.abc import Iterator

from techtree.live import updates
from techtree.live.publisher import Publisher
from techtree.prose import Block, ProseStream


class LiveText:
    """Cuts a growing text into blocks; only the last one is rendered again as it grows."""

    def __init__(self, page: Publisher, prefix: str) -> None:
        self._prose = ProseStream()
        self._page = page
        self._prefix = prefix
        page.follow(self._changed)

    @property
    def markdown(self) -> str:
        return self._prose.text

    def write(self, piece: str) -> None:
        self._prose.feed(piece)
        self._page.nudge()

    def close(self) -> None:
        """The text is complete: its last block closes."""
        for key, html in self._updates(self._prose.close()):
            self._page.put(key, html)

    def _changed(self) -> Iterator[tuple[str, str]]:
        return self._updates(self._prose.changed())

    def _updates(self, blocks: list[Block]) -> Iterator[tuple[str, str]]:
        for block in blocks:
            yield f"b{block.number}", updates.block(self._prefix, block)
