"""Short histories of organisations that are disconnected and connected again: see `directed`."""

from services.reconcile.contact import Field
from tests.soak.accidents import FAULTS
from tests.soak.life import Life
from tests.soak.people import KINDS

LANDED = FAULTS.index({"action": "drop", "effect": "after"})
REFUSED = FAULTS.index({"action": "status", "status": 503})


def who_was_being_created_is_renamed_while_disconnected(life: Life) -> None:
    _create_unheard(life)
    life.act("disconnect")
    life.act("edit_newest", what=Field.NAME)
    life.act("edit_newest", what=Field.EMAIL)
    life.act("connect_again")


def who_was_being_created_is_read_before_disconnecting(life: Life) -> None:
    """The look at what became of the creation fails, the one before at what has changed does not."""
    _create_unheard(life)
    life.wait(600)
    life.fault(REFUSED, "GET", 1)
    life.tick()
    life.act("disconnect")
    life.act("connect_again")


def _create_unheard(life: Life) -> None:
    life.act("add", KINDS.index("practice"))
    life.act("create_newest")
    life.fault(LANDED, "PUT")
    life.tick()


DIRECTED = (
    who_was_being_created_is_renamed_while_disconnected,
    who_was_being_created_is_read_before_disconnecting,
)
