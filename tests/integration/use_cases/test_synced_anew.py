"""A broken link leaves Previously Synced once its contact syncs by another, and all that counts it agrees."""

import pytest

from services import create_one, links, overview, previous, sync
from services.access import SYSTEM
from services.previous import PreviousFilter, list_previous
from tests.support.practice import add, delta_is_due, edit, run_import, synced
from tests.support.xero import Xero

Pair = tuple[str, str]


@pytest.fixture
def pair(xero: Xero, connection_id: str) -> Pair:
    """A linked pair beside one that was stopped: the practice's id and Xero's."""
    for name, email in (("Ada Archer", "ada@example.com"), ("Stan Stopped", "stan@example.com")):
        add(name, email)
        xero.create(name, email)
    run_import(connection_id)
    [ada, stan] = synced()
    links.stop(SYSTEM, [stan.link_id])
    return ada.contact_id, ada.xero_id


def look(connection_id: str) -> None:
    delta_is_due()
    sync.tick(connection_id)


def create_again(connection_id: str, pair: Pair) -> None:
    create_one.create_in_xero(SYSTEM, pair[0], connection_id, anyway=True)
    look(connection_id)
    assert [row.contact_id for row in synced()] == [pair[0]]


def broken() -> list[str]:
    """Who is listed as broken, once every list, count and search has been seen to agree on it."""
    every, found = list_previous(PreviousFilter()), list_previous(PreviousFilter(state="broken"))
    names = [row.contact_name for row in found.rows]
    assert overview.get_overview().broken == found.total == len(names)
    assert overview.get_to_resolve().previous == every.total == len(previous.previous_ids(PreviousFilter()))
    assert list_previous(PreviousFilter(), page=1, size=1).total == every.total
    assert list_previous(PreviousFilter(search="ada")).total == sum("Ada" in row.contact_name for row in every.rows)
    assert list_previous(PreviousFilter(state="stopped")).total == overview.get_overview().stopped
    return names


@pytest.mark.parametrize("how", ["archive", "erase"])
def test_a_contact_that_was_created_again_is_not_listed(xero: Xero, connection_id: str, pair: Pair, how: str) -> None:
    xero.control("contacts", id=pair[1], **{how: True})
    look(connection_id)
    assert broken() == ["Ada Archer"]
    create_again(connection_id, pair)
    assert broken() == []


def test_it_is_listed_again_once_its_new_link_ends(xero: Xero, connection_id: str, pair: Pair) -> None:
    xero.archive(pair[1])
    look(connection_id)
    create_again(connection_id, pair)
    links.stop(SYSTEM, [synced()[0].link_id])
    assert broken() == ["Ada Archer"]


def test_one_whose_contact_in_xero_is_in_use_again_is_listed_as_nothing_else_leads_there(
    xero: Xero, connection_id: str, pair: Pair
) -> None:
    xero.archive(pair[1])
    look(connection_id)
    edit(pair[0], name="Ada Archer the Second")
    create_again(connection_id, pair)
    assert broken() == []
    xero.restore(pair[1])
    look(connection_id)
    assert broken() == ["Ada Archer the Second"]


def test_a_stopped_link_is_listed_though_its_contact_syncs_by_another(
    xero: Xero, connection_id: str, pair: Pair
) -> None:
    ada = synced()[0].link_id
    links.stop(SYSTEM, [ada])
    other = xero.create("Ada Archer Two", "two@example.com")
    look(connection_id)
    links.stop(SYSTEM, [row.link_id for row in synced()])
    [two] = [row.link_id for row in list_previous(PreviousFilter()).rows if row.xero_id == other]
    links.link_to(SYSTEM, two, pair[0])
    assert ada in previous.previous_ids(PreviousFilter(state="stopped"))
    assert broken() == []
