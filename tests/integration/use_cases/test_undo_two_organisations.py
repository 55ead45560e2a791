"""Undo where several organisations know a contact: what one of them needs is not taken away by what is undone there."""

from services import issue_answers, issues, links, previous, undo
from services.access import SYSTEM
from services.db import Database
from services.issues import IssueFilter
from tests.support.organisations import connected, several
from tests.support.practice import add, synced, tick
from tests.support.xero import Xero


def test_a_new_contact_that_another_organisation_may_take_up_again_stays_and_taking_it_up_can_be_undone(
    database: Database, xero: Xero
) -> None:
    add("Nina Nord")
    bert = add("Bert Bean", "bert@example.com")
    first, second = (connected(xero, tenant_id) for tenant_id in several(xero, 2))
    first.create("Nina Nord", "nina@example.com")
    tick(first.connection_id)
    created = issue_answers.create_contact(SYSTEM, issues.issue_ids(IssueFilter())).command
    [nina] = [one.contact_id for one in synced()]
    there = second.create("Nina Nord", "nina@example.com")
    tick(second.connection_id)
    [link_id] = [one.link_id for one in synced() if one.xero_id == there]
    links.stop(SYSTEM, [link_id])
    anew = links.link_to(SYSTEM, link_id, bert)
    [left] = undo.undo_command(SYSTEM, created).skipped
    assert left.reason == "Nina Nord has been sent to Xero or linked there since."
    assert undo.undo_command(SYSTEM, anew).done == 1
    [ended] = previous.previous_items([link_id])
    assert (ended.contact_id, ended.state) == (nina, "stopped")
