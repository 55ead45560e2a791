"""The index of what links say finds what reading every link would find, and is kept whatever changes."""

import contextlib
import sqlite3

import pytest
from alembic import command
from sqlalchemy import delete, text
from sqlmodel import col, select

from models.difference import DifferenceRow
from models.link import LinkRow
from services import links, previous
from services.access import SYSTEM
from services.clients import ClientFilter, list_clients
from services.db import Database, read, write
from services.migrate import alembic_config, upgrade
from services.previous import PreviousFilter
from services.records import link_search
from services.records.link_search import found_in_links
from services.records.listing import found_by_key
from tests.support.practice import add, edit, run_import, synced
from tests.support.xero import Xero

NAMES = (
    'O\'Brien "Bob" & Sons',
    "100% Émile_Zola",
    "ΣΊΣΥΦΟΣ ΑΕ",
    "Straße 7",
    "AND OR NOT (Near*)",
    "株式会社山田商店",
    "😀😀😀 Ltd",
)
SOUGHT = (
    *(
        "bob",
        '"Bob"',
        '""',
        '"""',
        "100%",
        "0% é",
        "e_zo",
        "%%%",
        "___",
        "σίσυφος",
        "ΣΊΣ",
        "strasse",
        "STRASSE 7",
        "aße",
    ),
    *("and or", "OR NOT", "(near*)", "near*", "a* ", "山田", "山田商", "😀😀😀", "example", "555", "nowhere", "1"),
    *("x\0yz", "bob\0", "\u200b\u200b\u200b", "practice_text : bob", "{xero_text}", "-bob", "^bob", "bob' --"),
)


@pytest.fixture
def book(xero: Xero, connection_id: str) -> str:
    """Linked contacts of which some are not alike in Xero; the connection's id."""
    for number, name in enumerate(NAMES):
        add(name, f"p{number}@example.com", f"555 00{number} EXT")
        xero.create(name, f"p{number}@example.com", Phones=[{"PhoneType": "DEFAULT", "PhoneNumber": f"777 00{number}"}])
    run_import(connection_id)
    assert len(synced()) == len(NAMES)
    return connection_id


@pytest.mark.parametrize("columns", [("practice_text",), ("practice_text", "xero_text")])
@pytest.mark.usefixtures("book")
def test_the_index_finds_what_reading_all_links_finds(columns: tuple[str, ...]) -> None:
    by_reading = {search: found_by_key(search, *(getattr(LinkRow, one) for one in columns)) for search in SOUGHT}
    with read() as session:
        for search, condition in by_reading.items():
            expected = set(session.exec(select(LinkRow.id).where(condition)))
            assert set(session.exec(select(LinkRow.id).where(found_in_links(session, search, *columns)))) == expected


@pytest.mark.usefixtures("book")
def test_a_text_that_many_links_hold_is_found_in_all_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link_search, "FEW", 3)
    assert list_clients(ClientFilter(search="example")).total == len(NAMES)


def test_the_client_list_searches_the_practice_alone_and_previously_synced_both_sides(book: str) -> None:
    assert [list_clients(ClientFilter(search=one)).total for one in ("555 003", "777 003")] == [1, 0]
    links.stop(SYSTEM, [one.link_id for one in synced()])
    assert [previous.list_previous(PreviousFilter(search=one)).total for one in ("555 003", "777 003")] == [1, 1]


def test_a_contact_is_found_by_its_new_name_and_no_more_by_its_old_one(book: str) -> None:
    edit(next(one.contact_id for one in synced() if one.name == NAMES[0]), name="Zebedee Quill")
    assert [list_clients(ClientFilter(search=one)).total for one in ("brien", "zebedee")] == [0, 1]
    assert is_whole()


@pytest.mark.usefixtures("book")
def test_links_that_go_leave_the_index() -> None:
    drop_first_links()
    assert is_whole()
    assert list_clients(ClientFilter(search="example.com")).total == len(NAMES) - 3


@pytest.mark.usefixtures("book")
def test_links_from_before_the_index_are_in_it_and_it_stays_right_after_a_vacuum(database: Database) -> None:
    drop_first_links()
    command.downgrade(alembic_config(database), "0016")
    upgrade(database.url)
    with contextlib.closing(sqlite3.connect(database.url.removeprefix("sqlite:///"))) as connection:
        connection.execute("VACUUM")
    assert is_whole()
    left = [one.name for one in synced()]
    assert len(left) == len(NAMES) - 3
    assert [[one.name for one in list_clients(ClientFilter(search=name)).rows] for name in left] == [[n] for n in left]


def drop_first_links() -> None:
    """Delete three links, with the differences that name them."""
    first = select(LinkRow.id).where(col(LinkRow.number) < 4)
    with write() as session:
        session.execute(delete(DifferenceRow).where(col(DifferenceRow.link_id).in_(first)))
        session.execute(delete(LinkRow).where(col(LinkRow.number) < 4))


def is_whole() -> bool:
    """Whether the index says what the links say: SQLite's own check, which raises if not."""
    with write() as session:
        session.execute(text("INSERT INTO link_search (link_search, rank) VALUES ('integrity-check', 1)"))
    return True
