"""The brake: a mass change is read, shown and left undone until an admin releases it; then it happens once."""

import pytest

from services import brake, clients, contact_files, contacts, create_one, links, previous, sync, worker
from services.access import SYSTEM, Principal, Role
from services.activity import ActivityFilter, list_activity
from services.clients import ClientFilter
from services.contacts import ContactFilter
from services.errors import Forbidden, MovedOn
from services.policies import FieldPolicy, SyncPolicies, save_policies
from services.previous import PreviousFilter
from services.reconcile.contact import Field
from services.reconcile.policy import Wins
from tests.support.practice import add, contact, edit, run_import, synced, xero_client
from tests.support.xero import Xero

EDITOR = Principal("eddie", "Eddie", Role.EDITOR)
COUNT = 100
MANY = 30


@pytest.fixture
def book(xero: Xero, connection_id: str) -> list[str]:
    """A hundred linked contacts; their Xero ids, by number."""
    ids = [xero.create(f"Person {number:03}", f"p{number}@example.com") for number in range(COUNT)]
    run_import(connection_id)
    assert clients.list_clients(ClientFilter()).total == COUNT
    return ids


def broken() -> int:
    return previous.list_previous(PreviousFilter(state="broken")).total


def test_a_mass_archiving_in_xero_ends_nothing_until_it_is_released_and_then_goes_through_once(
    xero: Xero, connection_id: str, book: list[str]
) -> None:
    for xero_id in book[:MANY]:
        xero.archive(xero_id)
    for _ in range(3):
        tally = sync.tick(connection_id)
        assert tally is not None
        assert tally.braked
        assert (broken(), len(synced())) == (0, COUNT)
    held = brake.get_brake(connection_id)
    assert held is not None
    assert (held.links, [group.count for group in held.groups]) == (COUNT, [MANY])
    assert len(held.groups[0].first) == 5
    assert all(name.startswith("Person 0") for name in held.groups[0].first)
    brake.release(SYSTEM, connection_id)
    sync.tick(connection_id)
    assert (broken(), len(synced())) == (MANY, COUNT - MANY)
    assert brake.get_brake(connection_id) is None
    for xero_id in book[MANY : 2 * MANY]:
        xero.archive(xero_id)
    sync.tick(connection_id)
    assert broken() == MANY
    assert brake.get_brake(connection_id) is not None


def test_as_many_as_twenty_go_through(xero: Xero, connection_id: str, book: list[str]) -> None:
    for xero_id in book[:20]:
        xero.archive(xero_id)
    sync.tick(connection_id)
    assert broken() == 20
    assert brake.get_brake(connection_id) is None


def test_an_import_however_large_and_the_filling_of_blanks_are_no_mass_change(xero: Xero, connection_id: str) -> None:
    for number in range(COUNT):
        add(f"Person {number:03}", f"p{number}@example.com", phone="+61 2 9999 0000")
        xero.create(f"Person {number:03}", f"p{number}@example.com")
    run_import(connection_id)
    sync.tick(connection_id)
    assert brake.get_brake(connection_id) is None
    assert len(synced()) == COUNT
    assert all(any(phone["PhoneNumber"] for phone in found["Phones"]) for found in xero.contacts())


def test_a_mass_edit_in_xero_overwrites_nothing_here_until_it_is_released(
    xero: Xero, connection_id: str, book: list[str]
) -> None:
    for xero_id in book[:MANY]:
        xero.change(xero_id, EmailAddress="all@the-same.example")
    sync.tick(connection_id)
    assert not [row for row in synced() if row.email == "all@the-same.example"]
    brake.release(SYSTEM, connection_id)
    worker.take_turn()
    assert len([row for row in synced() if row.email == "all@the-same.example"]) == MANY


def test_a_file_that_changes_many_contacts_is_not_written_to_xero_until_it_is_released(
    xero: Xero, connection_id: str, book: list[str]
) -> None:
    exported = contact_files.export_csv(ContactFilter()).decode("utf-8-sig")
    contact_files.import_file(SYSTEM, exported.replace("@example.com", "@moved.example").encode())
    xero.forget_calls()
    sync.tick(connection_id)
    assert xero.calls("POST") == []
    held = brake.get_brake(connection_id)
    assert held is not None
    [group] = held.groups
    assert (group.count, group.what) == (COUNT, "would be overwritten in Xero with the values here")
    assert [(part.count, part.what) for part in group.fields] == [
        (COUNT, "would have their billing email changed in Xero")
    ]
    brake.release(SYSTEM, connection_id)
    sync.tick(connection_id)
    assert {found["EmailAddress"].partition("@")[2] for found in xero.contacts()} == {"moved.example"}


def test_values_that_would_become_blank_are_told_first_and_by_field(
    xero: Xero, connection_id: str, book: list[str]
) -> None:
    for row in synced()[:21]:
        edit(row.contact_id, email="")
    for xero_id in book[MANY : MANY + 25]:
        xero.change(xero_id, EmailAddress="all@the-same.example")
    assert is_braked(connection_id)
    held = brake.get_brake(connection_id)
    assert held is not None
    assert held.reason == (
        f"Of {COUNT} syncing contacts, 21 would lose their billing email in Xero, and "
        "25 would have their billing email changed here."
    )
    assert [[part.what for part in group.fields] for group in held.groups] == [
        ["would have their billing email changed here"],
        ["would lose their billing email in Xero"],
    ]


def test_while_the_brake_is_on_single_acts_of_people_go_on_and_edits_wait(
    xero: Xero, connection_id: str, book: list[str]
) -> None:
    for xero_id in book[:MANY]:
        xero.archive(xero_id)
    sync.tick(connection_id)
    created = add("New Person", "new@example.com")
    create_one.create_in_xero(SYSTEM, created, connection_id)
    edited = synced()[-1]
    edit(edited.contact_id, email="edited@example.com")
    sync.tick(connection_id)
    assert xero_client(created).state == "syncing"
    assert xero.contact(edited.xero_id)["EmailAddress"] == edited.email
    assert links.stop(EDITOR, [edited.link_id]).done == 1
    assert contact(edited.contact_id).email == "edited@example.com"


def test_the_brake_lets_go_by_itself_once_all_is_put_right_and_that_is_on_record(
    xero: Xero, connection_id: str, book: list[str]
) -> None:
    for xero_id in book[:MANY]:
        xero.archive(xero_id)
    sync.tick(connection_id)
    edited = synced()[-1]
    edit(edited.contact_id, email="other@example.com")
    for xero_id in book[1:MANY]:
        xero.restore(xero_id)
    assert is_braked(connection_id)
    xero.restore(book[0])
    edit(edited.contact_id, email=edited.email)
    assert not is_braked(connection_id)
    assert (broken(), len(synced())) == (0, COUNT)
    assert len(list_activity(ActivityFilter(action="brake.off")).rows) == 1
    edit(edited.contact_id, email="another@example.com")
    assert not is_braked(connection_id)
    assert xero.contact(edited.xero_id)["EmailAddress"] == "another@example.com"


def is_braked(connection_id: str) -> bool:
    """Whether the brake is on after a tick; one that is says what it holds back."""
    tally = sync.tick(connection_id)
    assert tally is not None
    held = brake.get_brake(connection_id)
    assert tally.braked is (held is not None)
    assert held is None or held.count
    return tally.braked


def test_values_that_are_put_right_here_before_the_release_are_not_written(
    xero: Xero, connection_id: str, book: list[str]
) -> None:
    exported = contact_files.export_csv(ContactFilter())
    contact_files.import_file(SYSTEM, exported.replace(b"@example.com", b"@moved.example"))
    assert is_braked(connection_id)
    again = contact_files.export_csv(ContactFilter())
    contact_files.import_file(SYSTEM, again.replace(b"@moved.example", b"@example.com"))
    xero.forget_calls()
    assert not is_braked(connection_id)
    assert xero.calls("POST") == []


@pytest.mark.parametrize("wins", [Wins.PRACTICE, Wins.XERO])
def test_what_a_policy_would_overwrite_of_many_new_matches_is_a_mass_change(
    xero: Xero, connection_id: str, book: list[str], wins: Wins
) -> None:
    save_policies(SYSTEM, connection_id, SyncPolicies({field: FieldPolicy(wins) for field in Field}))
    theirs = [{"PhoneType": "DEFAULT", "PhoneNumber": "02 1111 0000"}]
    ours = [add(f"New {number:03}", f"n{number}@example.com", "02 9999 0000") for number in range(MANY)]
    for number in range(MANY):
        xero.create(f"New {number:03}", f"n{number}@example.com", Phones=theirs)
    assert not is_braked(connection_id)
    assert clients.list_clients(ClientFilter()).total == COUNT + MANY
    assert is_braked(connection_id)
    assert {contact(one).phone for one in ours} == {"02 9999 0000"}
    assert xero.calls("POST") == []
    brake.release(SYSTEM, connection_id)
    assert not is_braked(connection_id)
    assert {contact(one).phone for one in ours} == {"02 9999 0000" if wins is Wins.PRACTICE else "02 1111 0000"}


def test_only_an_admin_releases_and_only_once_and_it_is_on_record(
    xero: Xero, connection_id: str, book: list[str]
) -> None:
    with pytest.raises(MovedOn):
        brake.release(SYSTEM, connection_id)
    for xero_id in book[:MANY]:
        xero.archive(xero_id)
    sync.tick(connection_id)
    sync.tick(connection_id)
    with pytest.raises(Forbidden):
        brake.release(EDITOR, connection_id)
    brake.release(SYSTEM, connection_id)
    with pytest.raises(MovedOn):
        brake.release(SYSTEM, connection_id)
    entries = [list_activity(ActivityFilter(action=action)).rows for action in ("brake.on", "brake.released")]
    assert [len(rows) for rows in entries] == [1, 1]
    assert f"{MANY} would stop syncing" in entries[0][0].summary
    assert contacts.list_contacts(ContactFilter()).total == COUNT


def test_each_contact_that_is_held_back_is_told_with_what_would_become_of_it(
    xero: Xero, connection_id: str, book: list[str]
) -> None:
    for xero_id in book[:MANY]:
        xero.archive(xero_id)
    xero.change(book[MANY], EmailAddress="other@example.com")
    edit(next(one.contact_id for one in synced() if one.name == f"Person {MANY + 1:03}"), email="new@example.com")
    assert brake.list_held(connection_id) == ()
    sync.tick(connection_id)
    held = {one.name: (one.what, one.change) for one in brake.list_held(connection_id)}
    assert len(held) == MANY + 2
    assert [one.what for one in brake.list_held(connection_id)][:MANY] == ["Stops syncing"] * MANY
    assert held["Person 000"] == ("Stops syncing", "The contact was archived in Xero.")
    assert held["Person 030"] == ("Overwritten here", "Billing email: p30@example.com → other@example.com")
    assert held["Person 031"] == ("Overwritten in Xero", "Billing email: p31@example.com → new@example.com")
    xero.restore(book[0])
    sync.tick(connection_id)
    assert "Person 000" not in {one.name for one in brake.list_held(connection_id)}
