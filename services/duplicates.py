"""Duplicates within one side, to be cleaned up before the first import: contacts that share what should be unique.

A group is found by an equal name, billing email, phone or registration number; the keys are indexed or grouped by the
database, so a book of 100,000 contacts takes a second or two.
"""

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select
from sqlmodel import Session, col

from models.connection import ConnectionRow
from models.contact import ContactRow
from models.xero_contact import XeroContactRow
from services.db import read
from services.reconcile.scoring.details import phone_key, registrations, subscriber
from services.records.csv_files import to_csv
from services.records.deep_link import contact_url
from services.records.listing import Listing, chunks
from services.records.remembered import remembered

PRACTICE, XERO = "practice", "xero"
REASONS = {
    "email": "Same billing email",
    "name": "Same name",
    "phone": "Same phone",
    "registration": "Same registration number",
}
COLUMNS = ("group", "reason", "contacts_in_group", "id", "name", "billing_email", "primary_phone", "registration")
SHORTEST_PHONE, NORTH_AMERICAN = 7, 11


@dataclass(frozen=True, slots=True)
class Member:
    """One contact of a group; `contact_id` is the id on its own side, `xero_url` blank for the practice's."""

    contact_id: str
    name: str
    email: str
    phone: str
    registration: str
    xero_url: str = ""


@dataclass(frozen=True, slots=True)
class DuplicateGroup:
    """Contacts that share a value. `reasons` are keys of REASONS: several when the same contacts share several."""

    reasons: tuple[str, ...]
    members: tuple[Member, ...]

    @property
    def words(self) -> str:
        """The reasons in words."""
        return ", ".join(REASONS[reason] for reason in self.reasons)

    @property
    def names(self) -> str:
        """What its contacts are called, on one line."""
        return "; ".join(one.name for one in self.members)


@remembered
def list_duplicates(
    side: str, connection_id: str = "", reason: str = "", page: int = 1, size: int = 100
) -> Listing[DuplicateGroup]:
    """One page of the groups on a side, practice or xero; largest first, then by name.

    `connection_id` names the organisation for xero; `reason`, a key of REASONS, keeps those groups alone.
    """
    with read() as session:
        groups = _groups(session, side, connection_id, reason)
        start = (max(page, 1) - 1) * size
        return Listing(tuple(_filled(session, side, connection_id, groups[start : start + size])), len(groups))


def export_csv(side: str, connection_id: str = "", reason: str = "") -> bytes:
    """All groups of a side, a line for each contact; groups are numbered as they are listed."""
    with read() as session:
        groups = _filled(session, side, connection_id, _groups(session, side, connection_id, reason))
        return to_csv(COLUMNS, _lines(groups))


Ids = tuple[str, ...]


def _groups(session: Session, side: str, connection_id: str, reason: str) -> list[tuple[Ids, tuple[str, ...]]]:
    """The ids of each group with its reasons: the largest first, then by the first name in each."""
    found: dict[Ids, dict[str, None]] = defaultdict(dict)
    for one, ids in _found(session, side, connection_id):
        found[ids][one] = None  # each reason once, though two contacts may share several numbers
    wanted = [(ids, tuple(reasons)) for ids, reasons in found.items() if not reason or reason in reasons]
    names = _name_keys(session, side, connection_id, {id_ for ids, _ in wanted for id_ in ids})
    return sorted(wanted, key=lambda group: (-len(group[0]), min(names[id_] for id_ in group[0]), group[0]))


def _name_keys(session: Session, side: str, connection_id: str, ids: Collection[str]) -> dict[str, str]:
    """The keys by which contacts are sorted by name, by id."""
    table: Any = ContactRow if side == PRACTICE else XeroContactRow
    query = _all(table, side, connection_id, _id(table), table.name_key)
    return {
        id_: name for chunk in chunks(ids, 900) for id_, name in session.execute(query.where(_id(table).in_(chunk)))
    }


def _found(session: Session, side: str, connection_id: str) -> Iterator[tuple[str, Ids]]:
    table: Any = ContactRow if side == PRACTICE else XeroContactRow
    for reason, column in (("email", table.email_key), ("name", table.name_key)):
        repeated = _all(table, side, connection_id, column).where(column != "").group_by(column)
        keys = session.scalars(repeated.having(func.count() > 1)).all()
        for chunk in chunks(keys):
            rows = session.execute(_all(table, side, connection_id, column, _id(table)).where(column.in_(chunk)))
            yield from ((reason, ids) for ids in _gathered(rows))
    phones = session.execute(_all(table, side, connection_id, table.phone, _id(table)).where(table.phone != ""))
    yield from (("phone", ids) for ids in _gathered((_phone(phone), id_) for phone, id_ in phones))
    texts = _all(table, side, connection_id, table.registration, _id(table)).where(table.registration != "")
    numbers = ((number, id_) for text, id_ in session.execute(texts) for number in registrations(text))
    yield from (("registration", ids) for ids in _gathered(numbers))


def _gathered(pairs: Iterable[Any]) -> list[Ids]:
    """The groups of ids that share a value, of two or more; a blank value makes no group."""
    by_value: dict[Hashable, set[str]] = defaultdict(set)
    for value, id_ in pairs:
        if value:
            by_value[value].add(id_)
    return [tuple(sorted(ids)) for ids in by_value.values() if len(ids) > 1]


def _phone(phone: str) -> str:
    digits = subscriber(phone)
    if len(digits) == NORTH_AMERICAN and digits.startswith("1"):
        return digits  # its last nine digits would lack one of the area code
    return digits[-9:] if len(digits) > SHORTEST_PHONE else (phone_key(digits) if len(digits) == SHORTEST_PHONE else "")


def _all(table: Any, side: str, connection_id: str, *columns: Any) -> Select[Any]:
    """These columns of all active contacts of a side."""
    query = select(*columns)
    if side == PRACTICE:
        return query.where(col(ContactRow.archived_at).is_(None))
    return query.where(table.connection_id == connection_id, table.status == "active")


def _id(table: Any) -> Any:
    return table.id if table is ContactRow else table.xero_id


def _filled(
    session: Session, side: str, connection_id: str, groups: Iterable[tuple[Ids, tuple[str, ...]]]
) -> list[DuplicateGroup]:
    table: Any = ContactRow if side == PRACTICE else XeroContactRow
    chosen = list(groups)
    columns = (_id(table), table.name, table.email, table.phone, table.registration)
    members: dict[str, Member] = {}
    for chunk in chunks({id_ for ids, _ in chosen for id_ in ids}, 900):
        rows = session.execute(_all(table, side, connection_id, *columns).where(_id(table).in_(chunk)))
        for id_, name, email, phone, number in rows:
            members[id_] = Member(id_, name, email, phone, number, _url(session, connection_id, id_))
    return [DuplicateGroup(reasons, tuple(members[id_] for id_ in ids)) for ids, reasons in chosen]


def _url(session: Session, connection_id: str, id_: str) -> str:
    connection = session.get(ConnectionRow, connection_id) if connection_id else None
    return contact_url(connection.short_code, id_) if connection else ""


def _lines(groups: Iterable[DuplicateGroup]) -> Iterator[tuple[object, ...]]:
    for number, group in enumerate(groups, 1):
        for one in group.members:
            yield (
                number, group.words, len(group.members), one.contact_id, one.name, one.email, one.phone,
                one.registration,
            )  # fmt: skip
