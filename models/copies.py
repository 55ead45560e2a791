"""Columns that links and issues copy from their contacts, kept equal in the very flush that changes either.

Without them, a list in order of a contact's name would visit every contact before it could show the last page. Only
changes through the ORM are seen: code that updates contacts by a statement has to call `copy_contacts`.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar

from sqlalchemy import inspect, update
from sqlmodel import Session, col

from models.base import WHOLESALE, Table
from models.contact import ContactRow
from models.issue import IssueRow
from models.link import LinkRow
from models.xero_contact import XeroContactRow

T = TypeVar("T", bound=Table)
Copies = dict[str, Any]

CONTACT_WATCHED = ("name_key", "email_key", "phone", "contact_type", "is_person")
FROM_CONTACT = ("name_key", "email_key", "contact_type", "is_person")
XERO_WATCHED = ("name_key", "email_key", "phone", "is_customer", "is_supplier")


def from_contact(row: ContactRow) -> Copies:
    """What a link copies from its practice contact, by column."""
    return {name: getattr(row, name) for name in FROM_CONTACT} | {"practice_text": row.searched()}


def copy_contacts(session: Session, contact_ids: Sequence[str]) -> None:
    """Copy contacts to their links, after a statement changed many contacts at once."""
    contact, line = ContactRow, "\n"
    copies = {name: getattr(contact, name) for name in FROM_CONTACT}
    searched = col(contact.name_key) + line + col(contact.email_key) + line + col(contact.phone)
    mine = (col(LinkRow.contact_id) == col(contact.id)) & col(contact.id).in_(contact_ids)
    _pass_on(session, LinkRow, mine, copies | {"practice_text": searched})


def from_xero(row: XeroContactRow) -> Copies:
    """What a link copies from its Xero contact, by column."""
    return {"is_customer": row.is_customer, "is_supplier": row.is_supplier, "xero_text": row.searched()}


def to_issue(row: XeroContactRow) -> Copies:
    """What a match issue copies from its Xero contact, by column."""
    return {"name_key": row.name_key}


def keep_copies(session: Session, _context: Any, _instances: Any) -> None:
    """Before a flush: give new links and issues their copies, and pass on what changed in contacts."""
    for row in session.dirty:
        if isinstance(row, ContactRow) and _changed(row, CONTACT_WATCHED):
            _pass_on(session, LinkRow, col(LinkRow.contact_id) == row.id, from_contact(row))
        elif isinstance(row, XeroContactRow) and _changed(row, XERO_WATCHED):
            for table, copies in ((LinkRow, from_xero(row)), (IssueRow, to_issue(row))):
                mine = (col(table.connection_id) == row.connection_id) & (col(table.xero_id) == row.xero_id)
                _pass_on(session, table, mine, copies)
        elif isinstance(row, LinkRow) and _changed(row, ("contact_id",)):
            _fill_link(session, row)
    for row in session.new:
        if isinstance(row, LinkRow):
            _fill_link(session, row)
        elif isinstance(row, IssueRow) and (xero := _found(session, XeroContactRow, row.connection_id, row.xero_id)):
            _put(row, to_issue(xero))


def _pass_on(session: Session, table: type[Table], mine: Any, copies: Copies) -> None:
    session.execute(update(table).where(mine).values(copies), execution_options=WHOLESALE)


def _fill_link(session: Session, link: LinkRow) -> None:
    if contact := _found(session, ContactRow, link.contact_id):
        _put(link, from_contact(contact))
    if xero := _found(session, XeroContactRow, link.connection_id, link.xero_id):
        _put(link, from_xero(xero))


def _found(session: Session, table: type[T], *key: str) -> T | None:
    """A row by its key: from the session, from the database, or one that is about to be inserted."""
    return session.get(table, key) or next(_pending(session.new, table, key), None)


def _pending(rows: Iterable[Any], table: type[T], key: tuple[str, ...]) -> Iterator[T]:
    return (row for row in rows if isinstance(row, table) and inspect(table).primary_key_from_instance(row) == [*key])


def _put(row: Table, copies: Copies) -> None:
    for name, value in copies.items():
        setattr(row, name, value)


def _changed(row: Table, names: Sequence[str]) -> bool:
    state = inspect(row)
    return any(state.attrs[name].history.has_changes() for name in names)
