"""Differences are about the contact that was linked when they came up, also once its link is with another one."""

import pytest
from alembic import command
from sqlmodel import col, select

from models.difference import DifferenceRow
from services import decided, differences, issue_answers, issues, links, sync, timeline, undo
from services.access import Principal, Role
from services.db import Database, read
from services.issues import IssueFilter
from services.migrate import alembic_config, upgrade
from services.timeline import ASKED
from tests.support.practice import add, contact, delta_is_due, edit, run_import, synced
from tests.support.xero import Xero

EDITOR = Principal("eddie", "Eddie", Role.EDITOR)
Pair = tuple[str, str]


@pytest.fixture
def in_question(xero: Xero, connection_id: str) -> Pair:
    """Ada, whose billing email differs on the two sides by now: the practice's id and Xero's."""
    contact_id, xero_id = add("Ada Archer", "ada@example.com"), xero.create("Ada Archer", "ada@example.com")
    run_import(connection_id)
    change_on_both(xero, connection_id, (contact_id, xero_id), "1")
    return contact_id, xero_id


def change_on_both(xero: Xero, connection_id: str, pair: Pair, host: str) -> None:
    edit(pair[0], email=f"ours@{host}.example")
    xero.change(pair[1], EmailAddress=f"theirs@{host}.example")
    delta_is_due()
    sync.tick(connection_id)


def link_with_ben() -> str:
    """Part Ada from her contact in Xero, and link that with Ben, who has the email that was Ada's. Returns his id."""
    [link] = synced()
    links.stop(EDITOR, [link.link_id])
    ben = add("Ben Baker", "ours@1.example")
    links.link_to(EDITOR, link.link_id, ben)
    return ben


def listed() -> list[tuple[str, str]]:
    return [(row.name, row.lost) for row in decided.list_decided().rows]


def questions(contact_id: str) -> list[str]:
    entries = timeline.get_timeline(contact_id).entries
    return [change.after for entry in entries if entry.way == ASKED for change in entry.changes]


def test_a_decision_names_the_contact_it_was_about(in_question: Pair) -> None:
    differences.choose(EDITOR, differences.difference_ids(), "xero")
    ben = link_with_ben()
    assert listed() == [("Ada Archer", "ours@1.example")]
    [row] = decided.list_decided(search="ada").rows
    assert (row.contact_id, decided.list_decided(search="ben").total) == (in_question[0], 0)
    [skipped] = decided.restore(EDITOR, [row.difference_id]).skipped
    assert (skipped.name, skipped.reason) == (
        "Ada Archer", "The contact in Xero has been linked with another contact of yours since.",
    )  # fmt: skip
    assert contact(ben).email == "ours@1.example"


def test_a_question_stays_in_the_timeline_of_the_contact_it_was_about(in_question: Pair) -> None:
    ben = link_with_ben()
    assert questions(in_question[0]) == ["theirs@1.example"]
    assert sorted(questions(ben)) == ["Ada Archer", "theirs@1.example"]


def test_a_question_about_one_contact_is_never_taken_for_one_about_another_in_the_same_values(
    xero: Xero, connection_id: str
) -> None:
    ada = add("Ada Archer", "ours@1.example")
    xero.create("Ada Archer", "theirs@1.example")
    run_import(connection_id)
    issue_answers.confirm(EDITOR, issues.issue_ids(IssueFilter())[0], ada)
    [asked] = differences.difference_ids(field="email")
    ben = link_with_ben()
    [skipped] = differences.choose(EDITOR, [asked], "xero").skipped
    assert (skipped.name, contact(ben).email) == ("Ada Archer", "ours@1.example")
    assert [row.name for row in differences.list_differences(field="email").rows] == ["Ben Baker"]
    assert questions(ada) == ["theirs@1.example"]


def test_a_value_that_lost_is_restored_once_the_same_two_are_linked_again(
    xero: Xero, connection_id: str, in_question: Pair
) -> None:
    differences.choose(EDITOR, differences.difference_ids(), "xero")
    [link] = synced()
    links.stop(EDITOR, [link.link_id])
    assert [found.linked for found in links.rematch(EDITOR, [link.link_id])] == [True]
    assert decided.restore(EDITOR, [decided.list_decided().rows[0].difference_id]).done == 1
    sync.tick(connection_id)
    assert xero.contact(in_question[1])["EmailAddress"] == contact(in_question[0]).email == "ours@1.example"


def test_who_older_differences_were_about_is_known_from_the_log(
    xero: Xero, connection_id: str, database: Database, in_question: Pair
) -> None:
    [link] = synced()
    differences.choose(EDITOR, differences.difference_ids(), "xero")
    stopped = links.stop(EDITOR, [link.link_id]).command
    linked = links.link_to(EDITOR, link.link_id, add("Cara Cole", "cara@example.com"))
    assert (undo.undo_command(EDITOR, linked).done, undo.undo_command(EDITOR, stopped).done) == (1, 1)
    change_on_both(xero, connection_id, in_question, "2")  # asked about after a link that was taken back
    differences.choose(EDITOR, differences.difference_ids(), "xero")
    ben = link_with_ben()
    differences.choose(EDITOR, differences.difference_ids(field="email"), "xero")
    whose = set_of_contacts()
    assert sorted(whose.values()) == sorted([in_question[0]] * 2 + [ben] * 2)
    command.downgrade(alembic_config(database), "0010")
    upgrade(database.url)
    assert set_of_contacts() == whose


def set_of_contacts() -> dict[str, str]:
    """Whom each difference is about, by its id."""
    with read() as session:
        return dict(session.exec(select(col(DifferenceRow.id), col(DifferenceRow.contact_id))).all())


def test_questions_about_who_was_gone_before_are_closed_by_the_update(
    xero: Xero, connection_id: str, database: Database
) -> None:
    add("Bob Brown", "bob@example.com")
    for name in ("Bob Brown", "Rob Brown"):
        xero.create(name, "bob@example.com" if name == "Rob Brown" else "brown@example.com")
    run_import(connection_id)
    assert issues.list_issues(IssueFilter()).total == 2
    command.downgrade(alembic_config(database), "0010")
    with database.write() as session:
        session.connection().exec_driver_sql("UPDATE xero_contact SET status = 'archived' WHERE name = 'Rob Brown'")
    upgrade(database.url)
    assert [row.xero_name for row in issues.list_issues(IssueFilter()).rows] == ["Bob Brown"]
    delta_is_due()
    sync.tick(connection_id)
