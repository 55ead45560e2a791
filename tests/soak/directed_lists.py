"""Short histories in which Xero's lists are behind what has been written to it."""

from services import contacts
from services.contacts import ContactFilter
from services.reconcile.contact import Field
from tests.soak.judging import Wrong
from tests.soak.life import Life


def lists_are_behind_our_own_write(life: Life) -> None:
    """Raises: Wrong if an older version was taken for a change in Xero."""
    life.act("edit_half", 0, Field.PHONE)
    life.lists("pages")
    life.act("edit", 0, Field.EMAIL)
    life.tick()
    before = life.world.entries()
    life.tick()
    if life.world.entries() != before:
        raise Wrong(["an older version was taken for a change in Xero"])


def xero_shows_a_lost_write_after_it_was_taken_back(life: Life) -> None:
    """The judges do not notice by themselves: what comes back was written by a person too. Raises: Wrong."""
    life.lists("all")
    life.act("edit", 0, Field.EMAIL)
    life.fault(1, "POST")
    life.tick()
    life.act("take_back", 0, Field.EMAIL)
    last = contacts.list_contacts(ContactFilter()).rows
    life.wait(20)
    life.tick()
    life.lists("")
    life.wait(100)
    life.tick()
    if [one.email for one in contacts.list_contacts(ContactFilter()).rows] != [one.email for one in last]:
        raise Wrong(["an earlier value came back over a later one"])


DIRECTED = (
    lists_are_behind_our_own_write,
    xero_shows_a_lost_write_after_it_was_taken_back,
)
