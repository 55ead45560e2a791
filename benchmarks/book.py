"""A practice of any size, linked and in step, written straight into a database for measuring."""

import os
from datetime import timedelta
from pathlib import Path

from sqlalchemy import insert

from models.base import new_id, now
from models.connection import CONNECTED, ConnectionRow
from models.contact import ContactRow
from models.copies import from_contact, from_xero
from models.issue import IssueRow
from models.link import STOPPED, SYNCING, LinkRow
from models.xero_contact import XeroContactRow
from services import db
from services.db import next_revs, write
from services.migrate import upgrade
from services.reconcile.contact import Address, Agreed, Contact, Field, base_to_json
from services.records.values import columns_of
from services.settings import get_settings

TYPES = ("Client", "Client-VIP", "Prospect", "Supplier")


def use_database(folder: Path) -> Path:
    """Make a new database in a folder, and use it in this process. Returns its file."""
    file = folder / "bench.db"
    os.environ["APP_SECRET_KEY"], os.environ["DATABASE_URL"] = "a key for benchmarks, long enough", f"sqlite:///{file}"
    get_settings.cache_clear()
    upgrade(os.environ["DATABASE_URL"])
    db.use(None)
    return file


def fill(links: int, issues: int = 0, ended: int = 0) -> str:
    """A connection with `links` links in step, `ended` stopped ones and `issues` open match issues. Returns its id."""
    contacts = [_contact(number) for number in range(links + ended + issues)]
    with write() as session:
        connection = ConnectionRow(
            tenant_id=new_id(), name="Example Organisation", state=CONNECTED,
            cursor=now(), next_delta_at=now(), started_at=now(),
        )  # fmt: skip
        session.add(connection)
        session.flush()
        revs = next_revs(session, len(contacts))
        ids = [f"{number:032x}" for number in range(len(contacts))]
        session.execute(
            insert(ContactRow),
            [_practice(ids[n], contact, revs[n]) for n, contact in enumerate(contacts)],
        )
        session.execute(
            insert(XeroContactRow),
            [_xero(connection.id, ids[n], contact, revs[n]) for n, contact in enumerate(contacts)],
        )
        session.execute(
            insert(LinkRow),
            [_link(connection.id, ids[n], contacts[n], revs[n], n >= links) for n in range(links + ended)],
        )
        if issues:
            asked = range(links + ended, len(contacts))
            session.execute(insert(IssueRow), [_issue(connection.id, ids[n], contacts[n]) for n in asked])
        connection.planned_rev = connection.matched_rev = revs[-1]
        return connection.id


def _contact(number: int) -> Contact:
    address = Address(f"{number} High Street", "Leeds", "", "LS1 4AP", "United Kingdom")
    return Contact(f"Contact {number * 7919 % 1_000_003:07}", f"c{number}@example.com", f"+44 113 {number:07}", address)


def _practice(contact_id: str, contact: Contact, rev: int) -> dict[str, object]:
    return columns_of(contact) | {
        "id": contact_id,
        "is_person": rev % 3 == 0,
        "contact_type": TYPES[rev % 4],
        "external_id": None,
        "notes": "",
        "rev": rev,
        "created_at": now(),
        "updated_at": now(),
    }


def _xero(connection_id: str, xero_id: str, contact: Contact, rev: int) -> dict[str, object]:
    return columns_of(contact) | {
        "connection_id": connection_id,
        "xero_id": xero_id,
        "is_person": rev % 3 == 0,
        "is_customer": rev % 5 > 0,
        "is_supplier": rev % 7 == 0,
        "status": "active",
        "number": "",
        "updated_at": now(),
        "rev": rev,
    }


def _link(connection_id: str, contact_id: str, contact: Contact, rev: int, stopped: bool) -> dict[str, object]:
    base = base_to_json({field: Agreed(contact.get(field), contact.get(field)) for field in Field})
    return {
        "id": new_id(),
        "connection_id": connection_id,
        "contact_id": contact_id,
        "xero_id": contact_id,
        "state": STOPPED if stopped else SYNCING,
        "origin": "match",
        "two_way": True,
        "base": base,
        "practice_rev": rev,
        "xero_rev": rev,
        "reason": "",
        "error": "",
        "linked_at": now(),
        "synced_at": now() - timedelta(seconds=rev % 100_000),
        "ended_at": now() - timedelta(seconds=rev % 90_000) if stopped else None,
        "drift": "email,phone" if stopped and rev % 10 == 0 else "",
    } | _copies(contact, rev)


def _copies(contact: Contact, rev: int) -> dict[str, object]:
    practice, xero = ContactRow(**_practice("", contact, rev)), XeroContactRow(**_xero("", "", contact, rev))
    return from_contact(practice) | from_xero(xero)


def _issue(connection_id: str, contact_id: str, contact: Contact) -> dict[str, object]:
    return {
        "id": new_id(),
        "connection_id": connection_id,
        "xero_id": contact_id,
        "reason": "partial_name",
        "state": "open",
        "candidates": {"ids": [contact_id]},
        "name_key": columns_of(contact)["name_key"],
        "created_at": now(),
    }
