"""Connecting, reconnecting and choosing, against a consent page over real HTTP."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlmodel import col, update

from models.authorisation import AuthorisationRow
from models.base import now
from models.connection import CONNECTED, SETTING_UP, SIGN_IN_NEEDED, ConnectionRow
from models.consent import ConsentRow
from services import connection, users
from services.access import SYSTEM, Principal, Role
from services.connection import ConsentItem, Setup
from services.db import write
from services.errors import Forbidden, MovedOn, NotFound, SettingsError
from services.gateways.xero.wire import store_for
from services.settings import get_settings
from tests.integration.xero.conftest import ADMIN, Xero
from tests.integration.xero.consenting import OTHER_ADMIN, consent_page, finish, go_through, rows, started

EDITOR = Principal("eve", "Eve", Role.EDITOR)
TOKEN = "/connect/token"


def change(consent_id: str, **values: Any) -> None:
    with write() as session:
        session.execute(update(ConsentRow).where(col(ConsentRow.id) == consent_id).values(**values))


def test_the_way_to_xero_is_guarded_by_state_and_pkce(xero: Xero) -> None:
    start = connection.begin(ADMIN)
    query = {name: values[0] for name, values in parse_qs(urlsplit(start.url).query).items()}
    assert query["code_challenge_method"] == "S256"
    assert query["redirect_uri"] == "http://localhost:8501/oauth/callback"
    assert query["scope"] == "offline_access openid profile email accounting.contacts accounting.settings.read"
    (stored,) = rows(ConsentRow)
    assert query["state"] not in f"{stored}"
    assert stored.username == "ada"
    assert connection.get_consent(start.consent_id).outcome == "waiting"


def test_one_organisation_is_connected_at_once_and_waits_to_be_set_up(xero: Xero) -> None:
    item = go_through()
    assert (item.outcome, item.message, item.username) == ("connected", "Demo Company (NZ) is connected.", "ada")
    (made,) = connection.list_connections()
    assert (made.id, made.state, made.connected_by) == (item.connection_id, SETTING_UP, "ada")
    assert (made.name, made.short_code) == ("Demo Company (NZ)", xero.sim.state.first_tenant.short_code)
    assert store_for(made.id).page().count == 0
    (signed_in,) = rows(AuthorisationRow)
    assert signed_in.xero_user == "Demo User"


def test_only_an_admin_connects_sets_up_and_disconnects(xero: Xero) -> None:
    acts: list[Callable[[], object]] = [
        lambda: connection.begin(EDITOR),
        lambda: connection.choose(EDITOR, "c", "t"),
        lambda: connection.save_setup(EDITOR, "c", Setup("all", False, "Client", "create")),
        lambda: connection.disconnect(EDITOR, "c"),
    ]
    for act in acts:
        with pytest.raises(Forbidden):
            act()


def test_connecting_without_credentials_names_the_settings(xero: Xero, settings: pytest.MonkeyPatch) -> None:
    assert connection.missing_settings() == ()
    settings.setenv("XERO_CLIENT_SECRET", "")
    get_settings.cache_clear()
    assert connection.missing_settings() == ("XERO_CLIENT_SECRET",)
    with pytest.raises(SettingsError, match="XERO_CLIENT_SECRET"):
        connection.begin(ADMIN)


def denied(xero: Xero) -> ConsentItem:
    return finish(consent_page(connection.begin(ADMIN).url, decision="cancel"))


def forged(xero: Xero) -> ConsentItem:
    return finish({"state": "made up", "code": "made up"})


def reused(xero: Xero) -> ConsentItem:
    reply = consent_page(connection.begin(ADMIN).url, decision="cancel")
    finish(reply)
    return finish(reply)


def expired(xero: Xero) -> ConsentItem:
    start = connection.begin(ADMIN)
    change(start.consent_id, created_at=now() - timedelta(minutes=11))
    return finish(consent_page(start.url))


def without_code(xero: Xero) -> ConsentItem:
    return finish(consent_page(connection.begin(ADMIN).url) | {"code": ""})


def wrong_code(xero: Xero) -> ConsentItem:
    return finish(consent_page(connection.begin(ADMIN).url) | {"code": "another code"})


def broken_off(xero: Xero) -> ConsentItem:
    xero.fail(TOKEN, "drop")
    return go_through()


def wrong_secret(xero: Xero) -> ConsentItem:
    xero.fail(TOKEN, "status", status=400, body='{"error": "invalid_client"}')
    return go_through()


def nothing_chosen(xero: Xero) -> ConsentItem:
    xero.fail("/connections", "status", status=200, body="[]", times=2)
    return go_through()


def odd_error(xero: Xero) -> ConsentItem:
    reply = consent_page(connection.begin(ADMIN).url)
    return finish(reply | {"error": "invalid_scope"})


FAILURES = {
    denied: "Access was not allowed in Xero",
    forged: "was not started here",
    reused: "has already been used",
    expired: "took longer than ten minutes",
    without_code: "sent no authorisation code",
    wrong_code: "did not accept the authorisation code",
    broken_off: "could not be reached",
    wrong_secret: "XERO_CLIENT_ID and XERO_CLIENT_SECRET",
    nothing_chosen: "No organisation was chosen",
    odd_error: r"reported a problem with the sign-in \(invalid_scope\)",
}


@pytest.mark.parametrize("fail", FAILURES, ids=lambda fail: fail.__name__)
def test_each_failed_consent_says_what_went_wrong(xero: Xero, fail: Callable[[Xero], ConsentItem]) -> None:
    item = fail(xero)
    assert item.outcome == "failed"
    assert item.message.startswith(("A", "N", "T", "X"))
    with pytest.raises(AssertionError, match=FAILURES[fail]):
        raise AssertionError(item.message)
    assert "9999" not in item.message
    assert connection.list_connections() == []


def test_each_failure_has_a_message_of_its_own(xero: Xero) -> None:
    messages = set()
    for fail in FAILURES:
        xero.sim.state.faults.rules.clear()
        messages.add(fail(xero).message)
    assert len(messages) == len(FAILURES)


@pytest.mark.parametrize("shut_out", [users.disable, partial(users.set_role, role=Role.EDITOR)])
def test_who_is_no_admin_any_more_when_they_come_back_connects_nothing(
    xero: Xero, shut_out: Callable[[Principal, str], None]
) -> None:
    users.add_user(SYSTEM, "carl", "Carl", "", "correct horse battery", Role.ADMIN)
    users.add_user(SYSTEM, "dora", "Dora", "", "correct horse battery", Role.ADMIN)
    reply = consent_page(connection.begin(Principal("carl", "Carl", Role.ADMIN)).url)
    shut_out(SYSTEM, "carl")
    assert finish(reply).outcome == "failed"
    assert (xero.calls(TOKEN), rows(ConnectionRow)) == ([], [])


def test_a_return_used_twice_leaves_the_first_outcome_as_it_was(xero: Xero) -> None:
    reply = consent_page(connection.begin(ADMIN).url)
    first, second = finish(reply), finish(reply)
    assert (first.outcome, second.outcome, second.id) == ("connected", "failed", first.id)
    assert connection.get_consent(first.id).outcome == "connected"
    assert len(xero.calls(TOKEN)) == 1


def test_a_consent_that_nobody_finished_has_failed(xero: Xero) -> None:
    start = connection.begin(ADMIN)
    change(start.consent_id, created_at=now() - timedelta(minutes=11))
    assert "ten minutes" in connection.get_consent(start.consent_id).message
    change(start.consent_id, created_at=now(), used_at=now() - timedelta(minutes=3))
    assert "interrupted" in connection.get_consent(start.consent_id).message
    with pytest.raises(NotFound):
        connection.get_consent("unknown")


def test_of_several_organisations_the_person_who_signed_in_chooses_one(xero: Xero) -> None:
    xero.sim.state.reset(tenants=3)
    item = go_through(tenant="all")
    assert item.outcome == "choosing"
    assert [tenant.already_connected for tenant in item.tenants] == [False, False, False]
    assert connection.list_connections() == []
    wanted = item.tenants[1]
    with pytest.raises(Forbidden):
        connection.choose(OTHER_ADMIN, item.id, wanted.tenant_id)
    with pytest.raises(NotFound):
        connection.choose(ADMIN, item.id, "another organisation")
    connection_id = connection.choose(ADMIN, item.id, wanted.tenant_id)
    assert connection.get_connection(connection_id).name == wanted.name
    assert connection.get_consent(item.id).outcome == "connected"
    with pytest.raises(MovedOn):
        connection.choose(ADMIN, item.id, wanted.tenant_id)


def test_a_choice_that_nobody_made_is_forgotten_with_its_tokens(xero: Xero) -> None:
    xero.sim.state.reset(tenants=2)
    abandoned = go_through(tenant="all").id
    connected = go_through(next(iter(xero.sim.state.tenants))).id
    for consent_id in (abandoned, connected):
        change(consent_id, created_at=now() - timedelta(days=2))
    connection.begin(ADMIN)
    assert [row.outcome for row in rows(ConsentRow)] == ["waiting"]
    unused, used = sorted(rows(AuthorisationRow), key=lambda row: row.created_at)
    assert (unused.sealed, bool(used.sealed), used.ended_at) == ("", True, None)


def test_a_second_organisation_joins_the_first(xero: Xero) -> None:
    xero.sim.state.reset(tenants=2)
    first, second = xero.sim.state.tenants
    go_through(first)
    item = go_through(second)
    assert (item.outcome, len(connection.list_connections())) == ("connected", 2)
    assert item.message == "Demo Company (UK) is connected."


def test_connecting_again_renews_the_sign_in_and_keeps_everything_else(xero: Xero) -> None:
    first = go_through()
    assert first.connection_id is not None
    started(first.connection_id, SIGN_IN_NEEDED)
    again = go_through(actor=OTHER_ADMIN)
    assert again.message == "Demo Company (NZ) was already connected; its sign-in has been renewed."
    (kept,) = connection.list_connections()
    assert (kept.id, kept.state, kept.error, kept.connected_by) == (first.connection_id, CONNECTED, "", "ada")
    old, new = sorted(rows(AuthorisationRow), key=lambda row: row.created_at)
    assert (old.sealed, bool(old.ended_at), new.ended_at) == ("", True, None)
    assert store_for(kept.id).page().count == 0


def test_a_connection_without_short_code_is_still_connected(xero: Xero) -> None:
    xero.fail("/Organisation", "status")
    item = go_through()
    assert item.outcome == "connected"
    assert connection.list_connections()[0].short_code == ""


def test_two_organisations_of_one_name_can_be_told_apart(xero: Xero) -> None:
    xero.sim.state.reset(tenants=2)
    first, second = xero.sim.state.tenants
    go_through(first)
    with write() as session:
        session.execute(update(ConnectionRow).values(name="Demo Company (UK)"))
    assert go_through(second).message == "Demo Company (UK) (2) is connected."
    assert sorted(one.name for one in connection.list_connections()) == ["Demo Company (UK)", "Demo Company (UK) (2)"]


def test_a_sign_in_whose_organisation_is_still_to_be_chosen_outlives_a_later_one(xero: Xero) -> None:
    xero.sim.state.reset(tenants=3)
    first, second, _ = xero.sim.state.tenants
    go_through(first)
    choosing = go_through("all")
    assert choosing.outcome == "choosing"
    go_through(first)
    chosen = connection.choose(ADMIN, choosing.id, second)
    assert store_for(chosen).page().count == 0
