"""Prints the figures of grading: by recorded outputs or, with `--live`, by the model set."""

import asyncio
import sys

from techtree.settings import get_settings
from techtree.tutor import get_author
from techtree.tutor.author import Author
from techtree.tutor.ledger import ModelCall
from tests.grading.answers import labelled
from tests.grading.figures import Figures, measure, recorded


async def main(*, live: bool) -> Figures:
    if not live:
        return await measure(labelled(), recorded)
    author: Author = get_author(_forget)
    return await measure(labelled(), lambda case: author, outages=False)


async def _forget(call: ModelCall) -> None:
    """A measurement isn't anybody's use of the tutor."""


if __name__ == "__main__":
    live = "--live" in sys.argv[1:]
    source = get_settings().model if live else "recorded model outputs"
    figures = asyncio.run(main(live=live))
    sys.stdout.write("\n".join([f"Grading, with {source}", *figures.lines()]) + "\n")
