"""Links are counted, and their Xero contacts marked, by the database itself as they come, change and go."""

from collections import Counter

from alembic import command
from sqlalchemy import delete, update
from sqlmodel import col, select

from models.link import SYNCING, LinkRow
from models.tally import LinkTallyRow
from models.xero_contact import XeroContactRow
from services import connection, links
from services.access import SYSTEM
from services.db import Database, read, write
from services.migrate import alembic_config, upgrade
from tests.support.practice import add, run_import, synced
from tests.support.xero import Xero


def tally() -> dict[str, int]:
    """What the triggers counted, without the states that no link is in any more."""
    with read() as session:
        return {row.state: row.links for row in session.exec(select(LinkTallyRow)) if row.links}


def counted() -> dict[str, int]:
    with read() as session:
        return dict(Counter(session.exec(select(LinkRow.state))))


def marked() -> set[str]:
    """Xero contacts that say they have a link."""
    with read() as session:
        return set(session.exec(select(XeroContactRow.xero_id).where(col(XeroContactRow.linked))))


def linked() -> set[str]:
    with read() as session:
        return set(session.exec(select(LinkRow.xero_id)))


def test_the_tally_is_what_a_count_would_say_after_any_kind_of_write(xero: Xero, connection_id: str) -> None:
    assert tally() == {}
    for number in range(6):
        add(f"Person {number}", f"p{number}@example.com")
        xero.create(f"Person {number}", f"p{number}@example.com")
    run_import(connection_id)
    assert tally() == counted() == {SYNCING: 6}
    links.stop(SYSTEM, [one.link_id for one in synced()[:2]])
    assert tally() == counted() == {SYNCING: 4, "stopped": 2}
    with write() as session:
        session.execute(update(LinkRow).where(col(LinkRow.state) == SYNCING).values(state="broken"))
    assert tally() == counted() == {"broken": 4, "stopped": 2}
    with write() as session:
        session.execute(delete(LinkRow).where(col(LinkRow.state) == "stopped"))
    assert tally() == counted() == {"broken": 4}


def test_disconnecting_moves_all_links_at_once(xero: Xero, connection_id: str) -> None:
    for number in range(3):
        add(f"Person {number}", f"p{number}@example.com")
        xero.create(f"Person {number}", f"p{number}@example.com")
    run_import(connection_id)
    connection.disconnect(SYSTEM, connection_id)
    assert tally() == counted() == {"stopped": 3}


def test_links_that_were_there_before_the_tally_are_counted_when_it_comes(
    xero: Xero, connection_id: str, database: Database
) -> None:
    add("Ada Archer", "ada@example.com")
    xero.create("Ada Archer", "ada@example.com")
    run_import(connection_id)
    command.downgrade(alembic_config(database), "0004")
    upgrade(database.url)
    assert tally() == counted() == {SYNCING: 1}
    links.stop(SYSTEM, [synced()[0].link_id])
    assert tally() == counted() == {"stopped": 1}


def test_xero_contacts_know_whether_they_have_a_link_whatever_becomes_of_it(
    xero: Xero, connection_id: str, database: Database
) -> None:
    for number in range(3):
        add(f"Person {number}", f"p{number}@example.com")
        xero.create(f"Person {number}", f"p{number}@example.com")
    run_import(connection_id)
    links.stop(SYSTEM, [synced()[0].link_id])
    assert marked() == linked()
    assert len(marked()) == 3
    gone, moved = sorted(marked())[:2]
    with write() as session:
        session.add(XeroContactRow(connection_id=connection_id, xero_id="free", name="Nobody's"))
        session.execute(delete(LinkRow).where(col(LinkRow.xero_id) == gone))
        session.execute(update(LinkRow).where(col(LinkRow.xero_id) == moved).values(xero_id="free"))
    assert marked() == linked()
    assert {gone, moved}.isdisjoint(marked())
    command.downgrade(alembic_config(database), "0006")
    upgrade(database.url)
    assert marked() == linked()
