"""Several Xero organisations: what is chosen is what is meant, also after one of them has gone."""

import pytest
from sqlmodel import select
from streamlit.testing.v1 import AppTest

from models.connection import SIGN_IN_NEEDED, ConnectionRow
from models.intent import IntentRow
from services import connection
from services.access import SYSTEM, Principal, Role
from services.db import read, write
from tests.pages.support import labels, opened, press, said
from tests.support.organisations import Organisation, connected, let_all_sync, several
from tests.support.practice import add
from tests.support.xero import Xero, consented

CLIENTS, CONTACTS, ISSUES = "xero/client_list.py", "contacts/contacts.py", "xero/match_issues.py"
APPS = "settings/connected_apps.py"


@pytest.fixture
def two(people: None, xero: Xero) -> tuple[Organisation, Organisation]:
    """Two organisations, each with a contact of its own that syncs."""
    first, second = (connected(xero, tenant) for tenant in several(xero, 2))
    first.create("Only First", "first@example.com")
    second.create("Only Second", "second@example.com")
    let_all_sync(2)
    return first, second


def choose(screen: AppTest, label: str, organisation: Organisation) -> AppTest:
    [box] = [one for one in screen.selectbox if one.label == label]
    box.select(organisation.item.name)
    return screen.run()


def names(screen: AppTest) -> list[str]:
    return list(screen.dataframe[0].value["Contact name"])


def about_to_create(contact_id: str) -> AppTest:
    """The dialog that asks where a contact is to be created."""
    screen = opened("eddie", CONTACTS)
    screen.session_state["table.chosen"] = {contact_id: "Ada Archer"}
    screen.run()
    return press(screen, "Create Contact in Xero")


def sent_to(contact_id: str) -> list[str]:
    """The organisations for which a creation is stored."""
    with read() as session:
        return list(session.exec(select(IntentRow.connection_id).where(IntentRow.contact_id == contact_id)))


def test_what_is_created_goes_to_the_organisation_that_was_chosen(two: tuple[Organisation, Organisation]) -> None:
    ada = add("Ada Archer", "ada@example.com")
    screen = choose(about_to_create(ada), "Xero organisation", two[1])
    press(screen, "Send 1 contact")
    assert sent_to(ada) == [two[1].connection_id]


def test_it_goes_to_no_other_when_one_more_is_connected(people: None, xero: Xero) -> None:
    tenants = several(xero, 3)
    two = [connected(xero, tenant) for tenant in tenants[:2]]
    ada = add("Ada Archer", "ada@example.com")
    screen = choose(about_to_create(ada), "Xero organisation", max(two, key=lambda one: one.item.name))
    connected(xero, tenants[2])
    press(screen, "Send 1 contact")
    assert sent_to(ada) == [max(two, key=lambda one: one.item.name).connection_id]


def test_it_goes_to_no_other_when_that_one_is_gone(two: tuple[Organisation, Organisation]) -> None:
    ada = add("Ada Archer", "ada@example.com")
    screen = choose(about_to_create(ada), "Xero organisation", two[1])
    with write() as session:
        session.get_one(ConnectionRow, two[1].connection_id).state = SIGN_IN_NEEDED
    press(screen, "Send 1 contact")
    assert "not connected any more" in said(screen)
    assert "Send 1 contact" not in labels(screen)
    assert sent_to(ada) == []


def test_a_list_of_an_organisation_that_is_gone_shows_no_other(two: tuple[Organisation, Organisation]) -> None:
    screen = choose(opened("eddie", CLIENTS), "Organisation", two[1])
    assert names(screen) == ["Only Second"]
    connection.disconnect(SYSTEM, two[1].connection_id)
    screen.run()
    [box] = [one for one in screen.selectbox if one.label == "Organisation"]
    assert "No longer connected" in box.options
    assert not screen.dataframe


def test_reasons_are_counted_for_the_organisation_that_is_chosen(two: tuple[Organisation, Organisation]) -> None:
    add("Tom Tide", "tom@example.com")
    add("Pat Pine", "pat@example.com")
    two[0].create("Tom Tide", "tide@example.com")
    for one in two:
        one.create("Patricia Pine", "pat@example.com")
    let_all_sync(2)
    screen = choose(opened("eddie", ISSUES), "Organisation", two[0])
    counted = [int(label.rpartition(": ")[2]) for label in labels(screen) if label.rpartition(": ")[2].isdigit()]
    assert counted == [1, 1]


def test_the_organisation_that_was_connected_meanwhile_is_not_replaced_by_another(people: None, xero: Xero) -> None:
    _, second, third = several(xero, 3)
    consent = consented("all", Principal("ada", "Ada", Role.ADMIN))
    screen = opened("ada", APPS, consent=consent.id)
    screen.radio[0].set_value(second).run()
    consented(second)
    press(screen, "Connect this organisation")
    assert [one.id for one in connection.list_connections()] == [live_id(second)]
    screen.radio[0].set_value(third).run()
    press(screen, "Connect this organisation")
    assert live_id(third) in [one.id for one in connection.list_connections()]


def live_id(tenant_id: str) -> str:
    """The id of an organisation's connection."""
    with read() as session:
        return session.exec(select(ConnectionRow.id).where(ConnectionRow.tenant_id == tenant_id)).one()
