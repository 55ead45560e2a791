"""Two organisations and one practice: what one says reaches the other, and nothing that stops one stops the other."""

import os
import subprocess
import sys
from datetime import UTC, datetime

import pytest
from sqlmodel import select

from models.authorisation import AuthorisationRow
from models.connection import SIGN_IN_NEEDED, ConnectionRow
from models.link import LinkRow
from services import connection, differences, overview, sync
from services.access import SYSTEM
from services.db import Database, read, write
from services.errors import RateLimited
from services.gateways.xero import tokens
from services.gateways.xero.oauth import TokenPair
from services.gateways.xero.wire import store_for
from services.records import leases, quota
from services.settings import get_settings
from services.vault import seal
from tests.support.organisations import Organisation, connected, let_all_sync, several
from tests.support.practice import add, contact, edit
from tests.support.xero import Xero, consented

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
READER = """
import sys
from services.gateways.xero.wire import store_for
store = store_for(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
print(store.page().count, flush=True)
"""


@pytest.fixture
def both(database: Database, xero: Xero) -> tuple[Organisation, Organisation]:
    """Two organisations that know the same person, who is linked in both."""
    add("Ada Archer", "ada@example.com")
    first, second = several(xero, 2)
    for tenant_id in (first, second):
        element = {"Name": "Ada Archer", "EmailAddress": "ada@example.com", "IsCustomer": True}
        xero.control("contacts", tenant=tenant_id, create=element)
    organisations = connected(xero, first), connected(xero, second)
    xero.forget_calls()
    return organisations


def ada() -> str:
    """The practice contact that both links share."""
    with read() as session:
        [contact_id] = set(session.exec(select(LinkRow.contact_id)))
    return contact_id


def waiting(one: Organisation) -> list[tuple[str, str]]:
    """The differences of an organisation: what the practice says and what Xero says."""
    return [(row.practice, row.xero) for row in differences.list_differences(one.connection_id).rows]


def decide(one: Organisation, winner: str) -> None:
    """Choose a side for the one difference of an organisation, and let all sync."""
    [difference_id] = differences.difference_ids(one.connection_id)
    assert differences.choose(SYSTEM, [difference_id], winner).done == 1
    let_all_sync(3)


def test_one_practice_contact_is_linked_in_both(both: tuple[Organisation, Organisation]) -> None:
    with read() as session:
        links = session.exec(select(LinkRow)).all()
    assert {link.connection_id for link in links} == {one.connection_id for one in both}
    assert {link.contact_id for link in links} == {ada()}


def test_the_overview_counts_who_syncs_with_both_once(both: tuple[Organisation, Organisation]) -> None:
    add("Not In Xero", "nowhere@example.com")
    now = overview.get_overview()
    assert (now.contacts, now.unlinked, now.syncing) == (2, 1, 2)


def test_an_edit_in_one_reaches_the_practice_and_the_other_and_comes_back_no_more(
    both: tuple[Organisation, Organisation],
) -> None:
    one, other = both
    one.change(one.contacts()["Ada Archer"]["ContactID"], EmailAddress="new@example.com")
    let_all_sync(2)
    assert contact(ada()).email == "new@example.com"
    assert other.email("Ada Archer") == "new@example.com"
    assert (len(one.calls("POST")), len(other.calls("POST"))) == (0, 1)
    let_all_sync(3)
    assert (len(one.calls("POST")), len(other.calls("POST"))) == (0, 1)


def test_an_edit_in_the_practice_reaches_both_with_one_write_each(both: tuple[Organisation, Organisation]) -> None:
    edit(ada(), email="new@example.com")
    let_all_sync(3)
    assert [one.email("Ada Archer") for one in both] == ["new@example.com"] * 2
    assert [len(one.calls("POST")) for one in both] == [1, 1]


def test_when_both_change_a_field_the_first_wins_the_practice_and_the_second_asks(
    both: tuple[Organisation, Organisation],
) -> None:
    one, other = both
    for organisation, email in ((one, "one@example.com"), (other, "other@example.com")):
        organisation.change(organisation.contacts()["Ada Archer"]["ContactID"], EmailAddress=email)
    let_all_sync(3)
    values = {one.email("Ada Archer"), other.email("Ada Archer")}
    assert values == {"one@example.com", "other@example.com"}, "Nothing is overwritten until someone chooses."
    [(asking, practice, xero)] = [(one, *said) for one in both for said in waiting(one)]
    assert {practice, xero} == values
    assert contact(ada()).email == practice
    decide(asking, "xero")
    assert contact(ada()).email == xero
    assert [organisation.email("Ada Archer") for organisation in both] == [xero] * 2
    assert [waiting(one) for one in both] == [[], []]


def test_when_all_three_change_a_field_each_value_stays_until_it_is_chosen(
    both: tuple[Organisation, Organisation],
) -> None:
    one, other = both
    edit(ada(), email="practice@example.com")
    for organisation, email in ((one, "one@example.com"), (other, "other@example.com")):
        organisation.change(organisation.contacts()["Ada Archer"]["ContactID"], EmailAddress=email)
    let_all_sync(3)
    assert contact(ada()).email == "practice@example.com"
    assert (one.email("Ada Archer"), other.email("Ada Archer")) == ("one@example.com", "other@example.com")
    assert waiting(one) == [("practice@example.com", "one@example.com")]
    assert waiting(other) == [("practice@example.com", "other@example.com")]
    decide(one, "xero")
    assert other.email("Ada Archer") == "other@example.com"
    assert waiting(other) == [("one@example.com", "other@example.com")]
    decide(other, "practice")
    assert {one.email("Ada Archer"), other.email("Ada Archer"), contact(ada()).email} == {"one@example.com"}
    assert [waiting(one) for one in both] == [[], []]


TROUBLES = {
    "throttled": {"action": "status", "status": 429, "headers": {"X-Rate-Limit-Problem": "day", "Retry-After": "9000"}},
    "failing": {"action": "status", "status": 503},
    "cut off": {"action": "drop"},
    "signed out": {"action": "status", "status": 403, "body": '{"Detail": "AuthenticationUnsuccessful"}'},
    "not allowed": {"action": "status", "status": 403, "body": "{}"},
}


@pytest.mark.parametrize(("place", "trouble"), list(enumerate(TROUBLES)))
def test_what_stops_one_does_not_stop_the_other(
    both: tuple[Organisation, Organisation], place: int, trouble: str
) -> None:
    broken, sound = both[place % 2], both[1 - place % 2]
    broken.fails(**TROUBLES[trouble])
    edit(ada(), email="new@example.com")
    let_all_sync(3)
    assert sound.email("Ada Archer") == "new@example.com"
    assert sound.item.error == ""
    assert broken.email("Ada Archer") == "ada@example.com"
    assert broken.item.error
    assert len(broken.calls()) == 1, "What failed is left alone for a while."


def test_what_one_could_not_be_told_reaches_it_when_it_is_back(both: tuple[Organisation, Organisation]) -> None:
    broken, sound = both
    broken.fails(action="status", status=503)
    sound.change(sound.contacts()["Ada Archer"]["ContactID"], EmailAddress="new@example.com")
    let_all_sync(3)
    assert broken.email("Ada Archer") == "ada@example.com"
    broken.xero.forget_faults()
    sync.tick(broken.connection_id)
    assert broken.email("Ada Archer") == "new@example.com"


def test_each_has_a_budget_of_its_own(both: tuple[Organisation, Organisation], settings: pytest.MonkeyPatch) -> None:
    one, other = both
    settings.setenv("XERO_CALLS_AT_ONCE", "1")
    get_settings.cache_clear()
    quota.reserve(one.connection_id)
    with pytest.raises(RateLimited):
        quota.reserve(one.connection_id)
    used = other.item.calls_used_today
    store_for(other.connection_id).page()
    assert other.item.calls_used_today == used + 1


def test_each_has_a_lease_of_its_own(both: tuple[Organisation, Organisation]) -> None:
    one, other = both
    with leases.held(f"tick:{one.connection_id}"):
        assert sync.tick(one.connection_id) is None
        assert sync.tick(other.connection_id) is not None


def test_disconnecting_one_leaves_the_other_syncing(both: tuple[Organisation, Organisation]) -> None:
    one, other = both
    connection.disconnect(SYSTEM, one.connection_id)
    edit(ada(), email="new@example.com")
    let_all_sync(2)
    assert (one.email("Ada Archer"), other.email("Ada Archer")) == ("ada@example.com", "new@example.com")
    assert [found.id for found in connection.list_connections()] == [other.connection_id]


@pytest.fixture
def joint(both: tuple[Organisation, Organisation]) -> str:
    """The one sign-in by which both are connected from now on, with its access token expired."""
    consented("all")
    with write() as session:
        [authorisation_id] = set(session.exec(select(ConnectionRow.authorisation_id)))
        row = session.get_one(AuthorisationRow, authorisation_id)
        stale = TokenPair("an old token", tokens.stored_pair(row.id).refresh, LONG_AGO)
        row.sealed, row.expires_at = seal(stale.to_json()), LONG_AGO
    return row.id


def test_two_processes_renew_the_sign_in_of_two_organisations_with_one_call(
    both: tuple[Organisation, Organisation], joint: str, xero: Xero
) -> None:
    xero.fault(path="/connect/token", action="delay", seconds=0.5)
    xero.forget_calls()
    started = [
        subprocess.Popen(
            [sys.executable, "-c", READER, one.connection_id],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=dict(os.environ), text=True,
        )
        for one in both
    ]  # fmt: skip
    assert [process.stdout.readline().strip() for process in started if process.stdout] == ["ready"] * 2
    for process in started:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    assert [process.communicate(timeout=60)[0].strip() for process in started] == ["1", "1"]
    assert len(xero.calls(path="/connect/token")) == 1


def test_a_sign_in_that_ended_stops_both_and_connecting_all_again_brings_both_back(
    both: tuple[Organisation, Organisation], joint: str, xero: Xero
) -> None:
    xero.control("revoke")
    edit(ada(), email="new@example.com")
    let_all_sync(2)
    assert [one.item.state for one in both] == [SIGN_IN_NEEDED] * 2
    consented("all")
    let_all_sync(2)
    assert [one.email("Ada Archer") for one in both] == ["new@example.com"] * 2


def test_disconnecting_one_of_two_that_share_a_sign_in_keeps_it(
    both: tuple[Organisation, Organisation], joint: str, xero: Xero
) -> None:
    one, other = both
    connection.disconnect(SYSTEM, one.connection_id)
    assert xero.calls(path="/connect/revocation") == []
    assert store_for(other.connection_id).page().count == 1
