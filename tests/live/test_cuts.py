"""A stream that is cut, truncated and repeated at any byte makes the same page in the end."""

import pytest

from techtree.live import updates
from techtree.live.log import as_data
from techtree.prose import ProseStream
from tests.live.page import EventParser, Page

TEXT = "One **bold** word.\n\n## Zwölf\n\n- a\n- b\n\n$x^2$ and\nmore\n\nLast."
HELLO = b"event: hello\nretry: 500\ndata: techtree\n\n:" + b" " * 64 + b"\n\n"
HEARTBEAT = b"event: heartbeat\ndata: \n\n"
PAGE = """<div id="live" hx-sse:connect="/events"></div>
<section id="lesson-content-area"><div id="lesson-blocks"></div></section>"""


def recorded() -> list[bytes]:
    """The events of a lesson that is written token by token, each with its id."""
    prose = ProseStream()
    events: list[bytes] = []
    for at in range(0, len(TEXT), 8):
        prose.feed(TEXT[at : at + 8])
        html = "\n".join(updates.block("lesson", block) for block in prose.changed())
        if html:
            events.append(b"id: run_%d-0\n%b" % (len(events) + 1, as_data(html)))
    html = "\n".join(updates.block("lesson", block) for block in prose.close())
    return [*events, b"id: run_%d-0\n%b" % (len(events) + 1, as_data(html))]


EVENTS = recorded()


def stream_after(cursor: str) -> bytes:
    """What a server answers to a page that has come as far as `cursor`."""
    seen = int(cursor.removeprefix("run_").removesuffix("-0")) if cursor else 0
    return HELLO + HEARTBEAT.join(EVENTS[seen:])


def hear(page: Page, stream: bytes, step: int) -> None:
    """One connection, whose bytes come `step` at a time."""
    parser = EventParser(page.cursor)
    for at in range(0, len(stream), step):
        for event in parser.feed(stream[at : at + step]):
            page.apply(event)


@pytest.fixture(scope="module")
def whole() -> list[str]:
    page = Page(PAGE)
    hear(page, stream_after(""), 1_000_000)
    assert len(EVENTS) > 8
    assert "Last." in "".join(page.regions)
    return page.regions


def test_cut_at_any_byte_it_goes_on_where_it_was(whole: list[str]) -> None:
    for cut in range(len(stream_after(""))):
        page = Page(PAGE)
        hear(page, stream_after("")[:cut], 700)
        hear(page, stream_after(page.cursor), 700)
        assert page.regions == whole, cut


def test_read_in_pieces_of_any_size_it_is_the_same(whole: list[str]) -> None:
    for step in range(1, 90):
        page = Page(PAGE)
        hear(page, stream_after(""), step)
        assert page.regions == whole, step


def test_cut_again_and_again_it_arrives(whole: list[str]) -> None:
    longest = max(map(len, EVENTS)) + len(HELLO)
    for cut in range(longest, 2 * longest, 7):
        page = Page(PAGE)
        for _ in EVENTS:
            hear(page, stream_after(page.cursor)[:cut], 50)
        assert page.regions == whole, cut


def test_repeated_from_any_event_it_is_the_same(whole: list[str]) -> None:
    for again in range(len(EVENTS)):
        page = Page(PAGE)
        hear(page, stream_after(""), 700)
        hear(page, stream_after(f"run_{again}-0"), 700)
        assert page.regions == whole, again


def test_of_an_event_that_was_cut_nothing_is_seen_and_nothing_remembered() -> None:
    for cut in range(len(EVENTS[0]) - 1):
        page = Page(PAGE)
        before = page.regions
        hear(page, EVENTS[0][:cut], 10)
        assert (page.regions, page.cursor) == (before, ""), cut
