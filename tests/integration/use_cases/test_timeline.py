"""A contact's timeline: each change of a synced field, from which side, with before and after, and why."""

from services import connection, contact_files, contacts, differences, news, sync, timeline
from services.access import SYSTEM
from services.contacts import ContactFilter
from services.db import Database
from services.reconcile.contact import Field
from services.timeline import TimelineEntry
from tests.support.practice import add, delta_is_due, edit, run_import, synced
from tests.support.xero import Xero


def story(contact_id: str, field: Field | None = None) -> list[TimelineEntry]:
    return list(timeline.get_timeline(contact_id, field).entries)


def told(entry: TimelineEntry) -> tuple[str, list[tuple[str, str | None, str, str]]]:
    return entry.way, [(change.field.value, change.before, change.after, change.why) for change in entry.changes]


def linked(connection_id: str, xero: Xero) -> tuple[str, str]:
    contact_id = add("Ada Archer", "ada@example.com", "+64 9 555 0101")
    xero_id = xero.create("Ada Archer", "ada@example.com")
    run_import(connection_id)
    return contact_id, xero_id


def tick(connection_id: str) -> None:
    delta_is_due()
    sync.tick(connection_id)


def test_filling_a_blank_says_which_side_was_blank(connection_id: str, xero: Xero) -> None:
    contact_id, _ = linked(connection_id, xero)
    found = story(contact_id)
    assert told(found[0]) == (
        "to_xero", [("phone", None, "+64 9 555 0101", "Xero is blank: filled from the practice.")],
    )  # fmt: skip
    assert [entry.way for entry in found] == ["to_xero", "link", "edited"]
    assert found[1].why == "They are the same contact, so they are linked at once."


def test_a_change_in_xero_says_before_and_after_and_that_only_xero_changed(connection_id: str, xero: Xero) -> None:
    contact_id, xero_id = linked(connection_id, xero)
    xero.change(xero_id, EmailAddress="accounts@example.com")
    tick(connection_id)
    newest = story(contact_id)[0]
    assert told(newest) == (
        "from_xero", [("email", "ada@example.com", "accounts@example.com", "Only Xero changed.")],
    )  # fmt: skip
    assert newest.actor == "sync"


def test_the_reason_for_a_write_to_xero_survives_until_it_arrives(connection_id: str, xero: Xero) -> None:
    contact_id, _ = linked(connection_id, xero)
    edit(contact_id, email="billing@example.com")
    tick(connection_id)
    written, edited = story(contact_id)[:2]
    assert told(written) == (
        "to_xero", [("email", "ada@example.com", "billing@example.com", "Only the practice changed.")],
    )  # fmt: skip
    assert told(edited) == ("edited", [("email", "ada@example.com", "billing@example.com", "")])


def test_a_refused_write_says_what_was_to_be_written_and_why(connection_id: str, xero: Xero) -> None:
    contact_id, _ = linked(connection_id, xero)
    xero.create("Taken Name", "taken@example.com")
    edit(contact_id, name="Taken Name")
    tick(connection_id)
    refused = story(contact_id)[0]
    assert told(refused) == ("problem", [("name", None, "Taken Name", "Only the practice changed.")])
    assert "Xero refused" in refused.summary


def test_a_difference_is_a_question_with_both_values_and_its_answer_follows(connection_id: str, xero: Xero) -> None:
    contact_id, xero_id = linked(connection_id, xero)
    edit(contact_id, email="ours@example.com")
    xero.change(xero_id, EmailAddress="theirs@example.com")
    tick(connection_id)
    asked = story(contact_id)[0]
    assert told(asked) == (
        "asked", [("email", "ours@example.com", "theirs@example.com", "Both sides changed, to different values.")],
    )  # fmt: skip
    [difference] = differences.list_differences().rows
    differences.choose(SYSTEM, [difference.difference_id], "xero")
    ways = [entry.way for entry in story(contact_id, Field.EMAIL)]
    assert sorted(ways[:2]) == ["decided", "from_xero"]


def test_a_question_gives_the_reason_it_was_asked_for_also_where_xero_took_over_our_old_wording(
    connection_id: str, xero: Xero
) -> None:
    contact_id, xero_id = add("Ada Archer", "ada@example.com"), xero.create("ADA ARCHER", "ada@example.com")
    run_import(connection_id)
    edit(contact_id, name="Ada Bell")
    xero.change(xero_id, Name="Ada Archer")
    tick(connection_id)
    assert told(story(contact_id)[0]) == (
        "asked", [("name", "Ada Bell", "Ada Archer", "Both sides changed, to different values.")],
    )  # fmt: skip


def test_a_field_shows_its_own_changes_alone(connection_id: str, xero: Xero) -> None:
    contact_id, _ = linked(connection_id, xero)
    edit(contact_id, email="new@example.com", phone="+64 9 555 0199")
    tick(connection_id)
    for entry in story(contact_id, Field.PHONE):
        assert [change.field for change in entry.changes] == [Field.PHONE]
    assert all(entry.changes for entry in story(contact_id, Field.EMAIL))
    assert story(contact_id, Field.ADDRESS) == []


def test_the_timeline_is_told_in_parts_newest_first(database: Database) -> None:
    contact_id = add("Ada Archer", "ada@example.com")
    for number in range(4):
        edit(contact_id, phone=f"+64 9 555 010{number}")
    newest = timeline.get_timeline(contact_id, size=3)
    assert newest.more
    assert [entry.changes[0].after[-1] for entry in newest.entries] == ["3", "2", "1"]
    assert not timeline.get_timeline(contact_id, size=5).more


def test_what_happened_to_its_contact_in_xero_before_they_were_linked_is_told_too(
    connection_id: str, xero: Xero
) -> None:
    add("Robert Brown", "rob@example.com")
    xero.create("Bob Brown", "rob@example.com")
    run_import(connection_id)
    other = add("Bob Brown", "rob@example.com")
    tick(connection_id)
    for item in synced():
        assert item.contact_id == other
    summaries = [entry.summary for entry in story(other)]
    assert "Match issue for Bob Brown" in summaries


def test_what_a_file_changed_is_told_field_by_field(database: Database) -> None:
    header = "id,name,billing_email,primary_phone"
    contact_files.import_file(SYSTEM, f"{header}\n7,Ada Archer,ada@example.com,".encode())
    contact_files.import_file(SYSTEM, f"{header}\n7,Ada Archer,accounts@example.com,".encode())
    [item] = contacts.list_contacts(ContactFilter()).rows
    [entry] = story(item.id)
    assert told(entry) == ("edited", [("email", "ada@example.com", "accounts@example.com", "")])


def test_an_open_page_learns_of_any_commit_and_of_nothing_else(database: Database) -> None:
    before = news.version()
    assert news.version() == before
    add("Ada Archer", "ada@example.com")
    assert news.version() != before


def test_the_disconnection_with_which_a_contact_stopped_syncing_is_in_its_timeline(
    connection_id: str, xero: Xero
) -> None:
    contact_id, _ = linked(connection_id, xero)
    other = add("Ben Baker", "ben@example.com")
    connection.disconnect(SYSTEM, connection_id)
    newest = story(contact_id)[0]
    assert (newest.way, newest.summary) == ("link", "Disconnected Demo Company (NZ).")
    assert [entry.way for entry in story(other)] == ["edited"]
