"""A queue answers from the page at hand, and reads the whole list only when it has to."""

from collections.abc import Callable

import pytest

from pages.components.queue import Queue

WHOLE = [f"id{number}" for number in range(10)]


def unread() -> list[str]:
    raise AssertionError("The whole list was read.")


def queue(ask: Callable[[], list[str]] = unread) -> Queue:
    """The second page of three: ids 4 to 6 of 10."""
    return Queue(WHOLE[4:7], 4, 10, ask)


def test_what_the_page_knows_is_not_asked_for() -> None:
    known = queue()
    assert ("id5" in known, known.index("id5"), len(known)) == (True, 5, 10)
    assert (known[4], known[4:5], known[6:7]) == ("id4", ["id4"], ["id6"])


def test_what_lies_beyond_the_page_is_asked_for_once() -> None:
    asked: list[int] = []
    known = queue(lambda: asked.append(1) or WHOLE)  # type: ignore[func-returns-value]
    assert (known[7:8], known[3], known[-1], known.index("id0"), list(known)) == (["id7"], "id3", "id9", 0, WHOLE)
    assert ("id9" in known, "elsewhere" in known) == (True, False)
    assert asked == [1]


def test_a_list_that_grew_shorter_meanwhile_is_as_long_as_it_is_now() -> None:
    known = queue(lambda: WHOLE[:2])
    assert (len(known), list(known), len(known)) == (10, WHOLE[:2], 2)
    with pytest.raises(IndexError):
        known[5]
