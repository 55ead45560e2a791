"""Short histories about matching contacts again, after reconnecting or while others are matched: see `directed`."""

from services.reconcile.contact import Field
from tests.soak.accidents import FAULTS
from tests.soak.life import Life
from tests.soak.people import KINDS
from tests.soak.world import LINKED_AT_FIRST

LANDED = FAULTS.index({"action": "drop", "effect": "after"})
REFUSED = FAULTS.index({"action": "status", "status": 503})


def who_was_being_created_is_renamed_while_disconnected(life: Life) -> None:
    _create_unheard(life)
    life.act("disconnect")
    life.act("edit_newest", what=Field.NAME)
    life.act("edit_newest", what=Field.EMAIL)
    life.act("connect_again")


def who_was_being_created_is_read_before_disconnecting(life: Life) -> None:
    """The call that asks what became of the creation fails; the one before, for the changes, does not."""
    _create_unheard(life)
    life.wait(600)
    life.fault(REFUSED, "GET", 1)
    life.tick()
    life.act("disconnect")
    life.act("connect_again")


def everybody_is_renamed_between_two_batches_of_matching(life: Life) -> None:
    life.in_sizes(small=True, quick=False)
    for _ in range(4):
        life.act("add", KINDS.index("both"))

    def rename() -> None:
        for pick in range(2 * LINKED_AT_FIRST + 1):
            life.act("edit", pick, Field.NAME)
            life.act("edit", pick, Field.EMAIL)

    life.accidents.is_visited_between("Matching contacts", 1, rename)
    life.tick()


def _create_unheard(life: Life) -> None:
    life.act("add", KINDS.index("practice"))
    life.act("create_newest")
    life.fault(LANDED, "PUT")
    life.tick()


DIRECTED = (
    who_was_being_created_is_renamed_while_disconnected,
    who_was_being_created_is_read_before_disconnecting,
    everybody_is_renamed_between_two_batches_of_matching,
)
