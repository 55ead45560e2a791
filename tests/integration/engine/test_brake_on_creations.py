"""What was created in Xero and found again later: what was changed there meanwhile meets the brake before it comes."""

import pytest

from services import brake, connection, create_one, sync
from services.access import SYSTEM
from services.errors import SyncError
from services.policies import FieldPolicy, SyncPolicies, save_policies
from services.reconcile import brake as rules
from services.reconcile.contact import Field
from services.reconcile.policy import Wins
from services.steps import brake as steps
from tests.support.markers import marked, tick
from tests.support.practice import add, contact, run_import, synced
from tests.support.xero import Xero, consent

MANY = 5
OURS, THEIRS = "02 9999 0000", "02 1111 0000"
PHONES = [{"PhoneType": "DEFAULT", "PhoneNumber": THEIRS}]


@pytest.fixture(autouse=True)
def quick_brake(monkeypatch: pytest.MonkeyPatch) -> None:
    """As few as four go through."""
    for module in (rules, steps):
        monkeypatch.setattr(module, "ALWAYS_ALLOWED", 4)


@pytest.fixture
def ours(connection_id: str) -> list[str]:
    """Five contacts of ours, added after the first import."""
    run_import(connection_id)
    return [add(f"New {number}", f"n{number}@example.com", OURS) for number in range(MANY)]


@pytest.fixture
def changed_there(xero: Xero, connection_id: str, ours: list[str]) -> list[str]:
    """The same five, created in Xero; the answer was lost, and since then somebody has changed them all there."""
    for one in ours:
        create_one.create_in_xero(SYSTEM, one, connection_id)
    xero.fault(method="PUT", path="/Contacts", action="drop", effect="after", times=1)
    with pytest.raises(SyncError):
        sync.tick(connection_id)
    for made in xero.contacts():
        xero.change(str(made["ContactID"]), Phones=PHONES)
    return ours


def phones(ids: list[str]) -> set[str]:
    return {contact(one).phone for one in ids}


def comes_once_released(connection_id: str, ids: list[str]) -> bool:
    """Whether nothing comes before an admin has released it, and all of it then."""
    tick(connection_id, 2)
    assert len(synced()) == MANY
    assert phones(ids) == {OURS}
    brake.release(SYSTEM, connection_id)
    tick(connection_id)
    return phones(ids) == {THEIRS}


def test_what_was_changed_there_before_the_lost_answer_was_looked_up_is_a_mass_change(
    connection_id: str, changed_there: list[str]
) -> None:
    assert comes_once_released(connection_id, changed_there)


def test_what_was_changed_there_while_the_organisation_was_disconnected_is_a_mass_change(
    connection_id: str, changed_there: list[str]
) -> None:
    connection.disconnect(SYSTEM, connection_id)
    consent()
    assert comes_once_released(connection_id, changed_there)


def test_what_a_policy_would_overwrite_of_many_that_are_found_by_their_markers_is_a_mass_change(
    xero: Xero, connection_id: str, ours: list[str]
) -> None:
    save_policies(SYSTEM, connection_id, SyncPolicies({field: FieldPolicy(Wins.XERO) for field in Field}))
    for number, one in enumerate(ours):
        marked(connection_id, one, f"New {number}", xero)
    for made in xero.contacts():
        xero.change(str(made["ContactID"]), Phones=PHONES)
    assert comes_once_released(connection_id, ours)
