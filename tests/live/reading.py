"""What tests read out of the log and out of a stream."""

from techtree.live.log import Entry


def html_of(entry: Entry) -> str:
    """The HTML that was published with the entry."""
    return "\n".join(
        line.removeprefix("data: ") for line in entry.data.decode().splitlines() if line
    )
