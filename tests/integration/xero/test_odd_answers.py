"""What Xero has never sent: half a character, a value of another kind or size. It stops nothing."""

import json
from datetime import timedelta
from typing import Any

import jwt
import pytest

from models.authorisation import AuthorisationRow
from models.base import now
from models.connection import ConnectionRow
from services import connection
from services.errors import Invalid
from services.gateways.store import Change
from services.gateways.xero import tokens
from services.gateways.xero.store import XeroStore
from services.reconcile.contact import Field
from tests.integration.xero.conftest import Xero
from tests.integration.xero.consenting import go_through, rows
from tests.support.practice import run_import

CONTACTS = "/Contacts"
LEFT = "X-DayLimit-Remaining"
HALF = "Half \ud83d"


def answering(xero: Xero, path: str, body: Any, **rule: Any) -> None:
    """Make the next call to this path succeed with this answer."""
    xero.fail(path, "status", status=200, body=json.dumps(body), **rule)


def refused(xero: Xero, store: XeroStore, errors: Any) -> str:
    """What is told of a change that Xero refuses for these reasons."""
    acme = xero.add("Acme Ltd")
    element = {"ContactID": acme, "HasValidationErrors": True, "ValidationErrors": errors}
    answering(xero, CONTACTS, {"Contacts": [element]}, method="POST")
    [outcome] = store.update([Change(acme, {Field.EMAIL: "new@acme.example"})])
    assert isinstance(outcome, Invalid)
    return str(outcome)


def test_half_a_character_in_a_refusal_becomes_a_question_mark(xero: Xero, store: XeroStore) -> None:
    assert refused(xero, store, [{"Message": f"{HALF} is not allowed."}]) == "Half ? is not allowed."


@pytest.mark.parametrize("errors", [5, True, "Odd", {"Message": "Odd"}, [5, None, {"Message": 5}]])
def test_a_refusal_of_an_unexpected_kind_is_one_without_a_reason(xero: Xero, store: XeroStore, errors: Any) -> None:
    assert refused(xero, store, errors) == "Xero refused the values without saying why."


def test_an_organisation_with_half_a_character_in_its_name_is_connected(xero: Xero) -> None:
    tenant = {"id": "one", "tenantId": "two", "tenantType": "ORGANISATION", "tenantName": HALF}
    answering(xero, "/connections", [tenant])
    assert go_through().message == "Half ? is connected."
    assert [one.name for one in connection.list_connections()] == ["Half ?"]


def test_half_a_character_in_who_signed_in_or_in_the_ids_of_a_consent_breaks_nothing(xero: Xero) -> None:
    said = jwt.encode({"given_name": HALF, "authentication_event_id": HALF}, "a key that nobody checks, so any will do")
    answering(xero, "/connect/token", {"access_token": said, "id_token": said, "refresh_token": HALF})
    answering(xero, "/connections", [{"id": HALF, "tenantId": HALF, "tenantType": "ORGANISATION"}])
    assert go_through().outcome == "connected"
    assert [row.xero_user for row in rows(AuthorisationRow)] == ["Half ?"]


def test_tokens_that_are_no_texts_break_no_consent(xero: Xero) -> None:
    answering(xero, "/connect/token", {"access_token": HALF, "id_token": 5, "refresh_token": 5, "expires_in": HALF})
    answering(xero, "/connections", [{"id": 5, "tenantId": 5, "tenantType": "ORGANISATION"}])
    assert go_through().outcome == "failed"


@pytest.mark.parametrize("left", ["\u00b2", "9" * 30, "9" * 5000, "-1", "many"])
def test_an_odd_number_of_calls_left_is_not_noted(xero: Xero, store: XeroStore, connection_id: str, left: str) -> None:
    answering(xero, CONTACTS, {"DateTimeUTC": "/Date(1789378193539)/", "Contacts": []}, headers={LEFT: left})
    assert store.page().records == ()
    assert [row.calls_left_today for row in rows(ConnectionRow)] == [None]


@pytest.mark.parametrize("extent", [(1, 10**30), (10**30, 1), (1, -1), (-1, 1)])
def test_a_page_that_counts_more_contacts_than_there_can_be_counts_what_it_holds(
    xero: Xero, connection_id: str, extent: tuple[int, int]
) -> None:
    page = {"DateTimeUTC": "/Date(1789378193539)/", "Contacts": [{"ContactID": "one", "Name": "Ada Archer"}]}
    answering(xero, CONTACTS, page | {"pagination": dict(zip(("pageCount", "itemCount"), extent, strict=True))})
    job = run_import(connection_id)
    assert (job.state, job.done, job.total) == ("done", 1, 1)


def test_a_token_that_is_said_to_live_for_ever_is_kept_and_renewed_after_a_day(
    xero: Xero, authorisation_id: str
) -> None:
    answering(xero, "/connect/token", {"access_token": "new", "refresh_token": "newer", "expires_in": 10**12})
    assert tokens.access_token(authorisation_id, tokens.access_token(authorisation_id)) == "new"
    pair = tokens.stored_pair(authorisation_id)
    assert pair.refresh == "newer"
    assert pair.expires_at <= now() + timedelta(days=1)
