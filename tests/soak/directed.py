"""Short histories, each aimed at one promise: they reach at once what random histories reach seldom.

They use the same people, accidents and judges. Each must pass on the product as it is, and each is there because some
mutant fails it.
"""

from collections.abc import Callable

import pytest

from services.reconcile.contact import Field
from services.records.quota import Budget
from services.settings import get_settings
from tests.soak.judging import Wrong
from tests.soak.life import Life

MANY = 25
"""More links than the brake allows to end at once."""
Directed = Callable[[Life], None]


def both_sides_edit_one_field(life: Life) -> None:
    life.act("edit_both")
    life.tick()


def an_edit_in_xero_within_the_second_of_the_last_look(life: Life) -> None:
    life.wait(1)
    life.act("edit_in_xero", 0)
    life.tick()
    life.act("edit_in_xero", 1)


def our_clock_is_ahead(life: Life) -> None:
    life.jump(1)
    life.tick()
    life.act("edit_in_xero")
    life.tick()


def xero_changes_another_field_while_we_write(life: Life) -> None:
    life.act("edit", 0, Field.EMAIL)
    own = life.people.xero_pick_of(0)
    life.tick_visited(3, False, "edit_in_xero", own, Field.PHONE)


def xero_changes_the_field_before_a_second_try(life: Life) -> None:
    life.act("edit", 0, Field.EMAIL)
    life.fault(0, "POST")
    life.tick()
    life.act("edit_in_xero", life.people.xero_pick_of(0), Field.EMAIL)


def somebody_in_xero_puts_back_what_a_lost_answer_hides(life: Life) -> None:
    life.act("edit", 0, Field.EMAIL)
    life.fault(1, "POST")
    life.tick()
    life.act("put_back", 0, Field.EMAIL)


def a_worker_sleeps_past_its_lease(life: Life) -> None:
    life.act("edit_in_xero")
    life.tick_asleep(1, False)


def two_are_created_within_minutes(life: Life) -> None:
    for _ in range(2):
        life.act("add", PRACTICE_ONLY)
        life.act("create", 0)
        life.tick()


def two_are_created_at_once(life: Life) -> None:
    life.act("add", PRACTICE_ONLY)
    life.act("add", PRACTICE_ONLY)
    life.act("create", 0)
    life.act("create", 1)
    life.tick()


def a_stopped_one_changes_in_xero(life: Life) -> None:
    life.act("stop")
    life.act("edit_stopped_in_xero", 0, Field.NAME)
    life.act("edit_stopped_in_xero", 0, Field.EMAIL)
    life.tick()


def somebody_in_xero_empties_a_field(life: Life) -> None:
    life.act("edit_in_xero", 0, Field.EMAIL)
    life.tick()
    life.act("clear_in_xero", 0, Field.EMAIL)


def a_mass_of_contacts_is_archived_in_xero(life: Life) -> None:
    """Raises: Wrong if it was carried over unasked."""
    for _ in range(MANY):
        life.act("add")
    life.tick()
    before = life.people.syncing()
    for _ in range(MANY):
        life.act("archive_in_xero", 0)
    life.tick()
    if life.people.syncing() != before:
        raise Wrong(["a mass change was carried over unasked"])
    for _ in range(MANY):
        life.act("restore_in_xero", 0)
    life.act("release_the_brake")


def a_taken_contact_is_linked_once_more(life: Life) -> None:
    life.act("stop", 0)
    life.act("link_to_a_taken_one")


def an_edit_while_archived_in_xero(life: Life) -> None:
    """Raises: Wrong if the change of one side alone became a question."""
    own = life.people.xero_pick_of(0)
    life.act("archive_in_xero", own)
    life.tick()
    life.act("edit", 0, Field.EMAIL)
    life.act("restore_in_xero", 0)
    life.tick()
    if life.world.rows("SELECT 1 FROM difference WHERE state = 'open'"):
        raise Wrong(["what one side alone changed is asked about"])


def a_difference_is_decided(life: Life) -> None:
    life.act("edit_both")
    life.tick()
    life.act("choose")
    life.tick()


def somebody_archives_in_xero(life: Life) -> None:
    life.act("archive_in_xero", 0)


def a_webhook_names_a_contact(life: Life) -> None:
    """Raises: Wrong if what it named was not read."""
    life.act("edit_in_xero", 0, Field.EMAIL)
    life.webhook(0)
    life.tick(delta=False)
    if not life.world.rows("SELECT 1 FROM activity WHERE action = 'contact.updated_from_xero'"):
        raise Wrong(["what a webhook named was not read"])


def linked_anew_while_an_older_write_is_on_the_wire(life: Life) -> None:
    """The write belongs to a link that ended; what the new link has to write waits behind it, and goes out."""
    life.act("edit", 0, Field.ADDRESS)
    life.fault(0, "POST")
    life.tick()
    life.act("stop_of", 0)
    life.act("stop_of", 1)
    life.act("link_stopped_to", 0)
    life.tick()


def matched_while_a_creation_waits(life: Life) -> None:
    """Somebody adds the contact in Xero while it waits to be created there: it is matched and not created twice."""
    life.act("add", BOTH)
    life.act("create_newest", 0)
    life.act("edit_newest", 0, Field.PHONE)
    life.tick()


def asleep_before_a_call_that_fails(life: Life) -> None:
    """The worker that took over handles the intents; the failed call of the other no longer matters."""
    life.act("add", PRACTICE_ONLY)
    life.act("create", 0)
    life.fault(0, "GET", 1)
    life.fault(0, "PUT")
    life.tick_asleep(2, False)


def asleep_and_then_too_late(life: Life) -> None:
    """Raises: Wrong if a worker that was replaced reports that as a failure of the connection."""
    life.tick_asleep(1, False)
    if life.world.rows("SELECT 1 FROM connection WHERE error != ''"):
        raise Wrong(["a worker that was replaced left its error behind"])


def killed_in_the_middle_of_calls(life: Life) -> None:
    """Raises: Wrong if calls that were made are not counted, because nothing was left to count them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XERO_CALLS_PER_MINUTE", "3")
        get_settings.cache_clear()
        made = sum(_call_and_die(life) for _ in range(5))
    get_settings.cache_clear()
    if made > 3:
        raise Wrong([f"{made} calls were made where 3 are allowed"])


def _call_and_die(life: Life) -> bool:
    """Whether a call was allowed. Its process ends during the call and leaves only what was committed."""
    call = Budget(life.world.connection_id).call()
    try:
        call.__enter__()
    except Exception:
        return False
    return True


BOTH, PRACTICE_ONLY = 0, 2
DIRECTED: tuple[Directed, ...] = (
    both_sides_edit_one_field,
    an_edit_in_xero_within_the_second_of_the_last_look,
    our_clock_is_ahead,
    xero_changes_another_field_while_we_write,
    xero_changes_the_field_before_a_second_try,
    somebody_in_xero_puts_back_what_a_lost_answer_hides,
    a_worker_sleeps_past_its_lease,
    two_are_created_within_minutes,
    two_are_created_at_once,
    somebody_in_xero_empties_a_field,
    a_mass_of_contacts_is_archived_in_xero,
    a_taken_contact_is_linked_once_more,
    an_edit_while_archived_in_xero,
    a_stopped_one_changes_in_xero,
    a_difference_is_decided,
    somebody_archives_in_xero,
    a_webhook_names_a_contact,
    linked_anew_while_an_older_write_is_on_the_wire,
    matched_while_a_creation_waits,
    asleep_before_a_call_that_fails,
    asleep_and_then_too_late,
    killed_in_the_middle_of_calls,
)
