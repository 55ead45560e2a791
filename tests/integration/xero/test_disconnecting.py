"""Setting an organisation up, and disconnecting it whatever Xero says."""

from datetime import timedelta

import pytest
from sqlmodel import select

from models.activity import ActivityRow
from models.authorisation import AuthorisationRow
from models.base import now
from models.connection import CONNECTED, DISCONNECTED, ConnectionRow
from models.consent import ConsentRow
from models.contact import ContactRow
from models.intent import HELD, NEW, IntentRow
from models.link import LinkRow
from services import connection
from services.connection import Setup
from services.db import write
from services.errors import BadInput, MovedOn, SignInNeeded
from services.gateways.xero import oauth, tokens, wire
from services.gateways.xero.oauth import TokenPair
from services.gateways.xero.wire import store_for
from tests.integration.xero.conftest import ADMIN, Xero
from tests.integration.xero.consenting import OTHER_ADMIN, go_through, rows, started


def test_a_set_up_is_kept_and_recorded_with_before_and_after(xero: Xero, connection_id: str) -> None:
    connection.save_setup(ADMIN, connection_id, Setup("all", True, " Prospect ", "hold"))
    item = connection.get_connection(connection_id)
    assert (item.type_filter, item.include_neither, item.default_contact_type, item.no_match_policy) == (
        "all", True, "Prospect", "hold",
    )  # fmt: skip
    (entry,) = rows(ActivityRow)
    assert (entry.before["type_filter"], entry.after["type_filter"]) == ("customers", "all")
    connection.save_setup(ADMIN, connection_id, Setup("all", True, "Prospect", "hold"))
    assert len(rows(ActivityRow)) == 1


def test_a_set_up_that_makes_no_sense_is_refused_field_by_field(xero: Xero, connection_id: str) -> None:
    with pytest.raises(BadInput) as caught:
        connection.save_setup(ADMIN, connection_id, Setup("some", False, "  ", "guess"))
    assert len(caught.value.problems) == 3


@pytest.mark.parametrize("contact_type", ["", "x" * 51, "first line\nsecond line"])
def test_new_contacts_get_no_type_that_could_not_be_typed(xero: Xero, connection_id: str, contact_type: str) -> None:
    with pytest.raises(BadInput, match="Default contact type: must have 1 to 50 characters"):
        connection.save_setup(ADMIN, connection_id, Setup("all", True, contact_type, "hold"))


def test_a_connection_tells_its_calls_of_the_last_day(xero: Xero, connection_id: str) -> None:
    store_for(connection_id).page()
    item = connection.get_connection(connection_id)
    assert (item.calls_used_today, item.calls_per_day) == (1, 100_000)


def test_disconnecting_stops_links_drops_writes_and_tells_xero(xero: Xero, connection_id: str) -> None:
    started(connection_id, CONNECTED)
    with write() as session:
        session.add_all(ContactRow(id=f"c{n}", name=f"Client {n}") for n in range(3))
        session.flush()
        for n, state in enumerate(("syncing", "broken", "stopped")):
            key = {"connection_id": connection_id, "contact_id": f"c{n}", "xero_id": f"x{n}"}
            session.add(LinkRow(**key, state=state, error="Refused by Xero." if n < 2 else ""))
        for n, state in enumerate((NEW, HELD, "done")):
            session.add(IntentRow(connection_id=connection_id, contact_id=f"c{n}", kind="update", state=state))
    connection.disconnect(ADMIN, connection_id)
    assert xero.sim.state.connections.listed() == []
    assert connection.list_connections() == []
    assert connection.get_connection(connection_id).state == DISCONNECTED
    links = {row.xero_id: (row.state, row.reason, row.error) for row in rows(LinkRow)}
    assert links == {
        "x0": ("stopped", "Disconnected from Xero", ""), "x1": ("broken", "", ""), "x2": ("stopped", "", "")
    }  # fmt: skip
    assert sorted(row.state for row in rows(IntentRow)) == ["done", "dropped", "dropped"]
    (entry,) = rows(ActivityRow)
    assert (entry.action, entry.actor, entry.summary) == (
        "connection.disconnected",
        "ada",
        "Disconnected Demo Company.",
    )
    assert entry.after == {"links_stopped": 1, "writes_dropped": 2}
    assert all(row.sealed == "" for row in rows(AuthorisationRow))
    with pytest.raises(SignInNeeded):
        store_for(connection_id)


def test_the_last_disconnection_ends_the_sign_in_and_earlier_ones_do_not(xero: Xero) -> None:
    xero.sim.state.reset(tenants=2)
    ids = [go_through(tenant).connection_id for tenant in xero.sim.state.tenants]
    assert ids[0]
    assert ids[1]
    connection.disconnect(ADMIN, ids[0])
    assert xero.calls("/connect/revocation") == []
    assert store_for(ids[1]).page().count == 0
    connection.disconnect(ADMIN, ids[1])
    assert len(xero.calls("/connect/revocation")) == 1


@pytest.mark.parametrize(("person", "ended"), [("Somebody Else", 2), ("", 1)])
def test_the_last_disconnection_ends_the_sign_ins_of_all_who_had_signed_in(xero: Xero, person: str, ended: int) -> None:
    connected = go_through().connection_id
    assert connected is not None
    with write() as session:
        for row in session.scalars(select(AuthorisationRow)):
            row.xero_user = person or row.xero_user
    assert go_through(actor=OTHER_ADMIN).connection_id == connected
    assert sum(row.sealed != "" for row in rows(AuthorisationRow)) == ended
    connection.disconnect(ADMIN, connected)
    assert len(xero.calls("/connect/revocation")) == ended
    assert [row.sealed for row in rows(AuthorisationRow)] == ["", ""]


def test_a_sign_in_that_somebody_else_had_renewed_is_ended_although_theirs_has_ended_itself(xero: Xero) -> None:
    connected = go_through().connection_id
    assert connected is not None
    with write() as session:
        for row in session.scalars(select(AuthorisationRow)):
            row.xero_user = "Somebody Else"
    go_through(actor=OTHER_ADMIN)
    with write() as session:
        authorisation_id = session.get_one(ConnectionRow, connected).authorisation_id
        session.get_one(AuthorisationRow, authorisation_id).ended_at = now()
    connection.disconnect(ADMIN, connected)
    assert len(xero.calls("/connect/revocation")) == 1
    assert [row.sealed for row in rows(AuthorisationRow)] == ["", ""]


def test_the_last_disconnection_leaves_the_sign_in_to_whoever_is_still_choosing_an_organisation(xero: Xero) -> None:
    xero.sim.state.reset(tenants=3)
    first, second, _ = xero.sim.state.tenants
    connected = go_through(first).connection_id
    choosing = go_through("all")
    assert connected is not None
    connection.disconnect(ADMIN, connected)
    assert store_for(connection.choose(ADMIN, choosing.id, second)).page().count == 0


def test_a_choice_that_nobody_made_for_days_does_not_keep_the_last_disconnection_from_ending_the_sign_in(
    xero: Xero,
) -> None:
    xero.sim.state.reset(tenants=3)
    connected = go_through(next(iter(xero.sim.state.tenants))).connection_id
    assert connected is not None
    assert go_through("all").outcome == "choosing"
    with write() as session:
        for consent in session.scalars(select(ConsentRow)):
            consent.created_at = now() - timedelta(days=2)
    connection.disconnect(ADMIN, connected)
    assert len(xero.calls("/connect/revocation")) == 1
    assert {row.sealed for row in rows(AuthorisationRow)} == {""}


@pytest.mark.parametrize("trouble", ["ended", "away"])
def test_disconnecting_works_even_if_xero_cannot_be_told(xero: Xero, connection_id: str, trouble: str) -> None:
    if trouble == "ended":
        xero.sim.state.authority.revoke_all()
        xero.sim.state.authority.access.clear()
    else:
        xero.fail("/connections", "drop")
    connection.disconnect(ADMIN, connection_id)
    assert connection.get_connection(connection_id).state == DISCONNECTED
    assert "Xero could not be told" in rows(ActivityRow)[-1].summary


def test_disconnecting_tells_xero_although_it_refuses_a_token_that_seems_good(xero: Xero, connection_id: str) -> None:
    xero.sim.state.clock.advance(3600)
    connection.disconnect(ADMIN, connection_id)
    assert [row.summary for row in rows(ActivityRow)] == ["Disconnected Demo Company."]
    assert xero.sim.state.connections.listed() == []


def test_disconnecting_what_xero_already_removed_is_no_trouble(xero: Xero, connection_id: str) -> None:
    xero.sim.state.connections.clear()
    connection.disconnect(ADMIN, connection_id)
    connection.disconnect(ADMIN, connection_id)
    assert [row.summary for row in rows(ActivityRow)] == ["Disconnected Demo Company."]


def test_a_renewal_under_way_leaves_no_token_behind_that_disconnecting_wiped(
    xero: Xero, connection_id: str, authorisation_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    refresh, used = oauth.refresh, tokens.access_token(authorisation_id)

    def slowly(pair: TokenPair) -> TokenPair:
        fresh = refresh(pair)
        with write() as session:
            tokens.forget(session, authorisation_id)
        return fresh

    monkeypatch.setattr(oauth, "refresh", slowly)
    with pytest.raises(SignInNeeded):
        tokens.access_token(authorisation_id, used)
    assert [row.sealed for row in rows(AuthorisationRow)] == [""]


def test_of_two_admins_who_disconnect_at_once_the_second_changes_nothing(
    xero: Xero, connection_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell, left = wire.removed_at_xero, [OTHER_ADMIN]

    def slowly(row: ConnectionRow) -> bool:
        if left:
            connection.disconnect(left.pop(), connection_id)
        return tell(row)

    monkeypatch.setattr(wire, "removed_at_xero", slowly)
    connection.disconnect(ADMIN, connection_id)
    assert [(row.actor, row.summary) for row in rows(ActivityRow)] == [("bob", "Disconnected Demo Company.")]


def test_who_connects_again_while_another_admin_disconnects_stays_connected(
    xero: Xero, connection_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell = wire.removed_at_xero

    def slowly(row: ConnectionRow) -> bool:
        told = tell(row)
        go_through(actor=OTHER_ADMIN)
        return told

    started(connection_id, CONNECTED)
    monkeypatch.setattr(wire, "removed_at_xero", slowly)
    with pytest.raises(MovedOn, match="signed in to"):
        connection.disconnect(ADMIN, connection_id)
    assert connection.get_connection(connection_id).state == CONNECTED
    assert store_for(connection_id).page().count == 0


def test_a_disconnected_organisation_comes_back_with_its_settings(xero: Xero) -> None:
    first = go_through().connection_id
    assert first is not None
    connection.save_setup(ADMIN, first, Setup("all", True, "Prospect", "hold"))
    started(first, CONNECTED)
    connection.disconnect(ADMIN, first)
    item = go_through(actor=OTHER_ADMIN)
    (back,) = connection.list_connections()
    assert (back.id, item.message) == (first, "Demo Company (NZ) is connected.")
    assert (back.state, back.type_filter, back.connected_by) == (CONNECTED, "all", "bob")
