"""Who is linked without a person choosing, by a tick or by Re-match: only who cannot be meant for anybody else."""

from collections.abc import Collection

import pytest
from sqlmodel import Session

from services import archive, create_one, issues, links
from services.access import SYSTEM
from services.issues import IssueFilter
from services.reconcile.match import Keys
from services.records.listing import Rows
from services.steps import considering
from tests.support.practice import add, edit, run_import, synced, tick
from tests.support.xero import Xero

BETA, WIDE, WIDER = "Beta Book", "\uff22eta Book", "\uff22\uff45ta Book"
"""Three spellings of one name: Xero takes them for three, matching for the same."""


def asked() -> list[str]:
    """The names of the Xero contacts that people are asked about."""
    return [one.xero_name for one in issues.list_issues(IssueFilter()).rows]


@pytest.fixture
def left_over(xero: Xero, connection_id: str) -> str:
    """A Xero contact whose link ended because ours was archived, and that has another name now: the link's id."""
    former, theirs = add("Ada Archer", "ada@example.com"), xero.create("Ada Archer", "ada@example.com")
    run_import(connection_id)
    [link] = synced()
    archive.archive_contact(SYSTEM, former)
    xero.change(theirs, Name=BETA, EmailAddress="beta@example.com")
    tick(connection_id)
    add(BETA, "beta@example.com")
    return link.link_id


@pytest.mark.usefixtures("left_over")
def test_nobody_is_linked_by_itself_while_another_in_xero_has_both(xero: Xero, connection_id: str) -> None:
    xero.create(WIDE, "beta@example.com")
    tick(connection_id)
    assert (asked(), synced()) == ([WIDE], [])


def test_re_match_links_nobody_while_others_in_xero_have_both(xero: Xero, connection_id: str, left_over: str) -> None:
    for name in (WIDE, WIDER):
        xero.create(name, "beta@example.com")
    tick(connection_id)
    assert (len(asked()), synced()) == (2, [])
    [result] = links.rematch(SYSTEM, [left_over])
    assert (result.linked, synced()) == (False, [])


def test_re_match_gives_nobody_what_was_created_in_xero_for_another(xero: Xero, connection_id: str) -> None:
    run_import(connection_id)
    ours = add("Ada Archer", "ada@example.com")
    create_one.create_in_xero(SYSTEM, ours, connection_id)
    tick(connection_id, 2)
    [link] = synced()
    links.stop(SYSTEM, [link.link_id])
    edit(ours, name="Ada Baker")
    [unlike] = links.rematch(SYSTEM, [link.link_id])
    add("Ada Archer", "ada@example.com")
    [other] = links.rematch(SYSTEM, [link.link_id])
    assert (unlike.linked, other.linked, synced()) == (False, False, [])


def test_re_match_gives_nobody_a_contact_that_was_stopped_with_another(xero: Xero, connection_id: str) -> None:
    pairs = {name: (add(name, f"{name}@example.com"), xero.create(name, f"{name}@example.com")) for name in "AB"}
    run_import(connection_id)
    ended = [one.link_id for one in synced()]
    links.stop(SYSTEM, ended)
    for name, other in ("AB", "BA"):
        edit(pairs[name][0], name=other, email=f"{other}@example.com")
    assert [one.linked for one in links.rematch(SYSTEM, ended)] == [False, False]


def test_re_match_links_what_was_created_in_xero_with_whom_it_was_created_for(xero: Xero, connection_id: str) -> None:
    run_import(connection_id)
    create_one.create_in_xero(SYSTEM, add("Ada Archer", "ada@example.com"), connection_id)
    tick(connection_id, 2)
    ended = [one.link_id for one in synced()]
    links.stop(SYSTEM, ended)
    assert [one.linked for one in links.rematch(SYSTEM, ended)] == [True]


def test_re_matching_many_grows_with_their_number_and_not_its_square(
    xero: Xero, connection_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(30):
        add(f"Client{number} Alpha{number}", "books@example.com")
        xero.create(f"Client{number} Alpha{number}", "books@example.com")
    run_import(connection_id)
    ended = [one.link_id for one in synced()]
    links.stop(SYSTEM, ended)
    looked_at: list[int] = []
    sharing = considering.sharing

    def counting(session: Session, query: Rows, keys: Collection[Keys]) -> list[Keys]:
        found = sharing(session, query, keys)
        looked_at.append(len(found))
        return found

    monkeypatch.setattr(considering, "sharing", counting)
    assert all(one.linked for one in links.rematch(SYSTEM, ended))
    assert 0 < sum(looked_at) <= 10 * 30
