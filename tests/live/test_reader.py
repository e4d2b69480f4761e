"""A page's place in its channels: what it takes, what it refuses, and when it reads the log."""

from uuid import uuid4

import pytest

from techtree.live.channels import of_lesson, of_study
from techtree.live.log import After, Cursor, as_data
from techtree.live.reader import BUFFER, Reader

NEWS = as_data("news")


@pytest.fixture
def reader() -> Reader:
    """A page that has caught up with two channels."""
    reader = Reader([of_lesson(uuid4()), of_study(uuid4())], Cursor("run", ("5-0", "7-1")))
    reader.caught_up()
    return reader


def test_an_event_carries_the_place_in_all_channels(reader: Reader) -> None:
    reader.announce(0, "5-0", "6-0", as_data("<p>one</p>\n<p>two</p>"))
    assert reader.take() == b"id: run_6-0_7-1\ndata: <p>one</p>\ndata: <p>two</p>\n\n"
    assert reader.cursor == Cursor("run", ("6-0", "7-1"))
    assert reader.take() == b""


def test_a_gap_sends_it_to_the_log(reader: Reader) -> None:
    reader.announce(1, "8-0", "9-0", NEWS)
    assert reader.behind
    assert reader.cursor == Cursor("run", ("5-0", "7-1"))


def test_what_waits_before_a_gap_is_not_lost(reader: Reader) -> None:
    reader.announce(0, "5-0", "6-0", NEWS)
    reader.announce(0, "7-0", "8-0", NEWS)
    assert reader.behind
    assert reader.take() == b"id: run_6-0_7-1\n" + NEWS
    assert reader.cursor == Cursor("run", ("6-0", "7-1"))


def test_what_the_log_has_told_is_not_told_again(reader: Reader) -> None:
    reader.announce(0, "4-0", "5-0", NEWS)
    assert not reader.behind
    assert reader.take() == b""


def test_an_entry_without_content_moves_the_place_and_says_nothing(reader: Reader) -> None:
    reader.announce(0, "5-0", "6-0", b"")
    assert reader.take() == b""
    reader.announce(0, "6-0", "7-0", NEWS)
    assert reader.take() == b"id: run_7-0_7-1\n" + NEWS


def test_an_announcement_that_overtakes_the_answer_of_the_log_is_not_lost() -> None:
    reader = Reader([of_lesson(uuid4())], Cursor("run", ("5-0",)))
    reader.announce(0, "5-0", "6-0", NEWS)
    reader.caught_up()
    assert reader.behind


def test_an_announcement_that_the_answer_of_the_log_contains_is_known() -> None:
    reader = Reader([of_lesson(uuid4())], Cursor("run", ("5-0",)))
    reader.announce(0, "5-0", "6-0", NEWS)
    reader.add(0, "6-0", NEWS)
    reader.caught_up()
    assert not reader.behind


def test_a_page_that_does_not_read_costs_a_bounded_buffer(reader: Reader) -> None:
    reader.announce(0, "5-0", "6-0", NEWS)
    written = reader.take()
    for number in range(6, 7 + BUFFER):
        reader.announce(0, f"{number}-0", f"{number + 1}-0", NEWS)
    assert reader.behind
    assert reader.take() == b""
    assert written.startswith(f"id: {reader.cursor}\n".encode())


def test_regions_rendered_afresh_begin_a_new_run(reader: Reader) -> None:
    reader.move(After("other", [], [(0, "1-0"), (1, "2-0")]), NEWS)
    assert reader.take() == b"id: other_1-0_2-0\n" + NEWS
