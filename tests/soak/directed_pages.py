"""Short histories about what a delta reads, mostly with two contacts a page: see `directed`."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from services.gateways.xero import store
from tests.soak.judging import Wrong
from tests.soak.life import Life


@contextmanager
def two_a_page() -> Iterator[None]:
    """Let Xero answer with two contacts a page."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store, "PAGE_SIZE", 2)
        yield


def what_was_read_is_read_again(life: Life) -> None:
    """Raises: Wrong if that is taken for a change."""
    life.act("edit_in_xero", 0)
    life.tick()
    before = life.world.fingerprint()
    life.tick()
    if before != life.world.fingerprint():
        raise Wrong(["what was read again counted as changed"])


def killed_between_two_pages(life: Life) -> None:
    with two_a_page():
        life.tick()
        life.wait(600)
        for pick in range(3):
            life.act("edit_in_xero", pick)
        life.wait(600)
        life.fault(0, "GET", 1)
        life.tick()
        life.tick()


def killed_before_a_page_of_older_changes(life: Life) -> None:
    """The contact of the last page changed long before those of the first."""
    with two_a_page():
        life.tick()
        for pick in (2, 0, 1):
            life.wait(600)
            life.act("edit_in_xero", pick)
        life.fault(0, "GET", 1)
        life.tick()
        life.tick()


def pages_shift_while_they_are_read(life: Life) -> None:
    """A contact of the first page changes after that page was read, and much later one of the last page."""
    with two_a_page():
        for pick in range(3):
            life.act("edit_in_xero", pick)

        def visit() -> None:
            life.act("edit_in_xero", 0)
            life.wait(600)
            life.act("edit_in_xero", 2)

        life.accidents.is_visited(2, False, visit)
        life.tick()


DIRECTED = (
    what_was_read_is_read_again,
    killed_between_two_pages,
    killed_before_a_page_of_older_changes,
    pages_shift_while_they_are_read,
)
