"""Which contacts share a match key: indexed look-ups, so that matching costs what changed, not what exists."""

from collections.abc import Collection, Mapping

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlmodel import Session, col

from models.connection import ConnectionRow
from models.contact import ContactRow
from models.issue import IGNORED, IssueRow
from models.link import BROKEN, SYNCING, LinkRow
from models.suggestion import SuggestionRow
from models.xero_contact import XeroContactRow
from services.errors import MovedOn
from services.reconcile.match import Keys
from services.reconcile.plan import lets_in
from services.records.listing import Rows, among, chunks

NOBODY_SEEN: Mapping[str, Keys] = {}
MANY = 5_000
"""From this many keys on, reading all rows once costs less than looking up each key."""


def xero_keys(connection_id: str) -> Rows:
    """The keys of all active Xero contacts that have a name, have no link, and were not ignored by a person."""
    return _named(*unlinked(connection_id))


def keys_of(xero: XeroContactRow) -> Keys:
    """The keys of one Xero contact."""
    return Keys(xero.xero_id, xero.name_key, xero.email_key)


def must_be_who_was_seen(xero: XeroContactRow, seen: Keys | None) -> None:
    """Refuse what a person decided about a Xero contact if it has another name or billing email by now.

    Its version does not tell, since whatever is to be matched anew gets another one. Raises: MovedOn.
    """
    if seen and seen != keys_of(xero):
        raise MovedOn("It has been changed in Xero since it was shown. Check it, then try again.")


def idle_keys(connection_id: str) -> Rows:
    """The keys of all active Xero contacts that have a name and do not sync at present: each may be the one meant."""
    return _named(*idle(connection_id))


def _named(*conditions: ColumnElement[bool]) -> Rows:
    keys = select(col(XeroContactRow.xero_id), col(XeroContactRow.name_key), col(XeroContactRow.email_key))
    return keys.where(*conditions, col(XeroContactRow.name_key) != "")


def idle(connection_id: str) -> tuple[ColumnElement[bool], ...]:
    """The conditions for an active Xero contact that does not sync at present."""
    syncs = exists().where(
        col(LinkRow.connection_id) == connection_id,
        col(LinkRow.xero_id) == col(XeroContactRow.xero_id),
        col(LinkRow.state) == SYNCING,
    )
    return col(XeroContactRow.connection_id) == connection_id, col(XeroContactRow.status) == "active", ~syncs


def unlinked(connection_id: str) -> tuple[ColumnElement[bool], ...]:
    """The conditions for an active Xero contact that has no link and was not ignored by a person."""
    ignored = exists().where(
        col(IssueRow.connection_id) == connection_id,
        col(IssueRow.xero_id) == col(XeroContactRow.xero_id),
        col(IssueRow.state) == IGNORED,
    )
    mine = col(XeroContactRow.connection_id) == connection_id
    return mine, col(XeroContactRow.status) == "active", ~linked(connection_id), ~ignored


def linked(connection_id: str) -> ColumnElement[bool]:
    """The condition for a Xero contact that has a link, whatever its state."""
    return exists().where(
        col(LinkRow.connection_id) == connection_id, col(LinkRow.xero_id) == col(XeroContactRow.xero_id)
    )


def same_xero_contact(table: type[LinkRow] | type[IssueRow]) -> ColumnElement[bool]:
    """The condition that a Xero contact is the one that a link or an issue is about."""
    xero = XeroContactRow
    return and_(col(xero.connection_id) == col(table.connection_id), col(xero.xero_id) == col(table.xero_id))


def suggested_for_issue() -> ColumnElement[bool]:
    """The condition that a suggestion is for the Xero contact that an issue is about."""
    issue, one = IssueRow, SuggestionRow
    return and_(col(one.connection_id) == col(issue.connection_id), col(one.xero_id) == col(issue.xero_id))


def inside(connection: ConnectionRow) -> ColumnElement[bool]:
    """The contact-type filter as SQL, with those that a person let in."""
    customer, supplier = col(XeroContactRow.is_customer), col(XeroContactRow.is_supplier)
    kinds = lets_in(connection.type_filter, connection.include_neither)
    return or_(
        col(XeroContactRow.let_in), *(and_(customer == buys, supplier == sells) for buys, sells in sorted(kinds))
    )


def is_inside(session: Session, xero: XeroContactRow) -> bool:
    """Whether the contact-type filter lets a Xero contact in by its own type."""
    connection = session.get_one(ConnectionRow, xero.connection_id)
    return (xero.is_customer, xero.is_supplier) in lets_in(connection.type_filter, connection.include_neither)


def practice_keys() -> Rows:
    """The keys of all active practice contacts."""
    return select(col(ContactRow.id), col(ContactRow.name_key), col(ContactRow.email_key)).where(
        col(ContactRow.archived_at).is_(None)
    )


def sharing(session: Session, query: Rows, keys: Collection[Keys]) -> list[Keys]:
    """The rows of `query` (id, name key, email key) that share a name or email key with any of `keys`."""
    id_, name_key, email_key = query.selected_columns
    names, emails = {k.name for k in keys} - {""}, {k.email for k in keys} - {""}
    if len(keys) > MANY:
        return [Keys(*row) for row in session.execute(query) if row[1] in names or row[2] in emails]
    ids: set[str] = set()
    for column, values in ((name_key, names), (email_key, emails)):
        # Looked up by key alone: given the query's conditions, SQLite would read all of the organisation's contacts.
        by_key = (select(id_).where(column.in_(chunk)) for chunk in chunks(values))
        ids.update(one for part in by_key for one in session.scalars(part))
    return [Keys(*row) for chunk in chunks(ids) for row in session.execute(query.where(among(id_, chunk)))]


def taken(session: Session, connection_id: str, contacts: Collection[Keys], but_not: Collection[str] = ()) -> set[str]:
    """The ids of practice contacts with a link, syncing or stopped, to this connection; those to the Xero
    contacts `but_not` do not count.
    """
    held = col(LinkRow.state) != BROKEN, col(LinkRow.xero_id).not_in(but_not)
    if len(contacts) > MANY:
        mine = select(col(LinkRow.contact_id)).where(col(LinkRow.connection_id) == connection_id, *held)
        return set(session.scalars(mine)).intersection(contact.id for contact in contacts)
    # Looked up by contact alone: given the organisation as well, SQLite would read all of its links.
    query = select(col(LinkRow.contact_id), col(LinkRow.connection_id)).where(*held)
    return {
        contact_id
        for chunk in chunks(contact.id for contact in contacts)
        for contact_id, place in session.execute(query.where(col(LinkRow.contact_id).in_(chunk)))
        if place == connection_id
    }
