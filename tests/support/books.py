"""The books: all that both sides and the sync between them hold at one moment, read from the disk.

They are compared with names in place of ids and without times, so that two runs that ended the same are equal.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from services.gateways.xero.mapping import contact_of
from services.reconcile.contact import Address, Contact

Row = dict[str, Any]
Canonical = dict[str, Counter[tuple[Any, ...]]]
TABLES = ("contact", "xero_contact", "link", "intent", "issue", "difference", "activity", "inbox", "connection")
JSON_COLUMNS = {"base", "body", "candidates", "values", "before", "after", "undo", "brake", "field_rules"}
KEYS = {"xero_contact": "xero_id", "inbox": "key"}


@dataclass(frozen=True, slots=True)
class Books:
    """Rows by table, and Xero's contacts as its API writes them."""

    tables: Mapping[str, list[Row]]
    xero: list[Row]

    def by_id(self, table: str) -> dict[Any, Row]:
        """The rows of a table by id; those of the mirror by Xero's id."""
        return {row[KEYS.get(table, "id")]: row for row in self.tables[table]}

    @property
    def remote(self) -> dict[str, Row]:
        """Xero's contacts by their id."""
        return {element["ContactID"]: element for element in self.xero}

    @property
    def syncing(self) -> list[Row]:
        """The links that sync."""
        return [link for link in self.tables["link"] if link["state"] == "syncing"]

    @property
    def open_intents(self) -> list[Row]:
        """The writes that still wait to be sent, or for their outcome."""
        return [row for row in self.tables["intent"] if row["state"] in ("new", "sent")]


def read_books(database: Path, xero: Iterable[Row]) -> Books:
    """The books of a SQLite file, which may be in use, and of Xero as its control routes list its contacts."""
    with closing(sqlite3.connect(database)) as connection:
        connection.row_factory = sqlite3.Row
        tables = {table: [_row(row) for row in connection.execute(f"SELECT * FROM {table}")] for table in TABLES}
    return Books(tables, sorted(xero, key=lambda element: str(element["ContactID"])))


def practice_contact(row: Row) -> Contact:
    """A row of the contact book as a value."""
    parts = ("street", "city", "region", "postal_code", "country")
    return Contact(row["name"], row["email"], row["phone"], Address(*(row[part] for part in parts)))


def canonical(books: Books, without: frozenset[str] = frozenset()) -> Canonical:
    """The books with names for ids and without times, by part.

    Contacts named in `without` are left out, with everything about them.
    """
    ours = {row["id"]: row["name"] for row in books.tables["contact"]}
    theirs = {element["ContactID"]: element["Name"] for element in books.xero}
    linked = {row["id"]: ours[row["contact_id"]] for row in books.tables["link"]}
    tables = books.tables
    parts: dict[str, Iterator[tuple[Any, ...]]] = {
        "practice": ((r["name"], practice_contact(r), r["contact_type"], not r["archived_at"])
                     for r in tables["contact"]),
        "xero": ((e["Name"], contact_of(e), e["ContactStatus"], e.get("ContactNumber", "")) for e in books.xero),
        "links": ((ours[r["contact_id"]], theirs.get(r["xero_id"]), r["state"], r["origin"], r["two_way"],
                   bool(r["error"]), _text(r["base"])) for r in tables["link"]),
        "intents": ((ours[r["contact_id"]], r["kind"], r["state"])
                    for r in tables["intent"] if r["state"] in ("new", "sent", "held")),
        "issues": ((theirs.get(r["xero_id"]), r["reason"], r["state"]) for r in tables["issue"]),
        "differences": ((linked[r["link_id"]], r["field"], r["state"], r["winner"], _text(r["values"]))
                        for r in tables["difference"]),
        "activity": ((ours.get(r["contact_id"]) or theirs.get(r["xero_id"]), r["action"], tuple(sorted(r["after"])))
                     for r in tables["activity"] if not r["action"].startswith("connection.")),
    }  # fmt: skip
    return {part: Counter(row for row in rows if row[0] not in without) for part, rows in parts.items()}


def unlike(expected: Canonical, found: Canonical) -> list[str]:
    """Where two canonical forms differ, as sentences."""
    return [
        f"{part}: missing {_brief(expected[part] - found[part])}; too much {_brief(found[part] - expected[part])}"
        for part in expected
        if expected[part] != found[part]
    ]


def _row(row: sqlite3.Row) -> Row:
    columns = dict(row)
    return columns | {name: json.loads(columns[name] or "{}") for name in JSON_COLUMNS & columns.keys()}


def _text(value: object) -> str:
    return json.dumps(value, sort_keys=True)


def _brief(rows: Counter[tuple[Any, ...]]) -> str:
    return "; ".join(str(row)[:300] for row in list(rows.elements())[:4]) or "nothing"
