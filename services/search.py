"""Quick search: one text, looked for among contacts, in Xero, among match issues and in the activity log.

Each part gives a handful of rows at once. What begins with the text comes first, found by an index; only if that is
too little is the text looked for anywhere, in the narrowest index that holds it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlmodel import Session, col

from models.activity import ActivityRow
from models.connection import DISCONNECTED, ConnectionRow
from models.contact import ContactRow
from models.issue import OPEN, IssueRow
from models.link import BROKEN, STOPPED, LinkRow
from models.xero_contact import XeroContactRow
from services.activity import ActivityItem, item_of
from services.db import read
from services.issues import REASONS
from services.reconcile.normalise import key
from services.records.deep_link import contact_url
from services.records.issues import answerable
from services.records.keys import same_xero_contact
from services.records.listing import Rows, found_by_key, found_first, found_in, in_order
from services.records.remembered import remembered

T = TypeVar("T")
MOST, SHORTEST = 10, 2
LATEST_ENTRIES = 50_000
"""How many entries of the activity log are searched; older ones are left to the log's own page."""
ENDED = (STOPPED, BROKEN)


@dataclass(frozen=True, slots=True)
class Section(Generic[T]):
    """Up to ten rows; `more` says whether there are others."""

    rows: tuple[T, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class ContactHit:
    """A contact of the practice."""

    id: str
    name: str
    email: str
    phone: str
    contact_type: str
    archived: bool


@dataclass(frozen=True, slots=True)
class XeroHit:
    """A contact in Xero. `contact_id` is the practice contact it syncs with, or once did if its link has `ended`.

    `asked` says that people are asked about it in a match issue.
    """

    name: str
    email: str
    organisation: str
    status: str
    contact_id: str
    ended: bool
    asked: bool
    url: str


@dataclass(frozen=True, slots=True)
class IssueHit:
    """An open match issue."""

    issue_id: str
    name: str
    email: str
    reason_text: str


@dataclass(frozen=True, slots=True)
class Found:
    """All that was found."""

    contacts: Section[ContactHit]
    xero: Section[XeroHit]
    issues: Section[IssueHit]
    activity: Section[ActivityItem]


@remembered
def search(text: str) -> Found:
    """Look for a text of at least two visible characters, whatever the case; a shorter one finds nothing."""
    text = " ".join(text.split())
    if len(key(text)) < SHORTEST:
        return Found(Section((), False), Section((), False), Section((), False), Section((), False))
    with read() as session:
        return Found(_contacts(session, text), _xero(session, text), _issues(session, text), _activity(session, text))


def _contacts(session: Session, text: str) -> Section[ContactHit]:
    """Contacts whose name, billing email or phone holds the text; active ones first."""
    ids, unarchived = select(col(ContactRow.id)), col(ContactRow.archived_at).is_(None)
    anywhere = found_by_key(text, ContactRow.name_key, ContactRow.email_key, ContactRow.phone)
    first = found_first(session, ids.where(unarchived), ContactRow, text, anywhere, MOST + 1)
    if len(first) <= MOST:
        archived = found_first(session, ids.where(~unarchived), ContactRow, text, anywhere, MOST + 1)
        first = [*first, *archived][: MOST + 1]
    rows = in_order(session.execute(select(col(ContactRow.id), ContactRow).where(col(ContactRow.id).in_(first))), first)
    hits = [
        ContactHit(c.id, c.name, c.email, c.phone, c.contact_type, c.archived_at is not None) for _, c in rows[:MOST]
    ]
    return Section(tuple(hits), len(first) > MOST)


def _xero(session: Session, text: str) -> Section[XeroHit]:
    """Contacts of the connected organisations whose name, billing email or phone holds the text."""
    live = select(col(ConnectionRow.id)).where(col(ConnectionRow.state) != DISCONNECTED)
    ids = select(col(XeroContactRow.connection_id) + ":" + col(XeroContactRow.xero_id))
    ids = ids.where(col(XeroContactRow.connection_id).in_(live).is_(True))  # or SQLite would read all contacts of these
    anywhere = found_by_key(text, XeroContactRow.name_key, XeroContactRow.email_key, XeroContactRow.phone)
    first = found_first(session, ids, XeroContactRow, text, anywhere, MOST + 1)
    rows = in_order(session.execute(_xero_rows(first)), first)
    hits = [
        XeroHit(
            x.name, x.email, name, x.status, contact_id or "", state in ENDED, issue_id is not None,
            contact_url(code, x.xero_id),
        )
        for _, x, name, code, contact_id, state, issue_id in rows[:MOST]
    ]  # fmt: skip
    return Section(tuple(hits), len(first) > MOST)


def _issues(session: Session, text: str) -> Section[IssueHit]:
    """Open match issues whose Xero contact's name or billing email holds the text."""
    query = (
        select(col(IssueRow.id), col(XeroContactRow.name), col(XeroContactRow.email), col(IssueRow.reason))
        .join(XeroContactRow, same_xero_contact(IssueRow))
        .where(
            col(IssueRow.state) == OPEN,
            answerable(),
            found_by_key(text, XeroContactRow.name_key, XeroContactRow.email_key),
        )
        .order_by(col(IssueRow.name_key))
        .limit(MOST + 1)
    )
    rows = session.execute(query).all()
    hits = (IssueHit(id_, name, email, REASONS.get(reason, reason)) for id_, name, email, reason in rows[:MOST])
    return Section(tuple(hits), len(rows) > MOST)


def _activity(session: Session, text: str) -> Section[ActivityItem]:
    """The latest entries whose summary holds the text, newest first."""
    id_ = col(ActivityRow.id)
    newest = session.execute(select(func.max(id_))).scalar() or 0
    query = select(ActivityRow).where(id_ > newest - LATEST_ENTRIES, found_in(text, ActivityRow.summary))
    rows = session.scalars(query.order_by(id_.desc()).limit(MOST + 1)).all()
    return Section(tuple(map(item_of, rows[:MOST])), len(rows) > MOST)


def _xero_rows(ids: Sequence[str]) -> Rows:
    """Xero contacts with their organisation and what they are to us: linked now or before, in question, or neither."""
    x_connection, x_id = col(XeroContactRow.connection_id), col(XeroContactRow.xero_id)
    same_link = and_(col(LinkRow.connection_id) == x_connection, col(LinkRow.xero_id) == x_id)
    same_issue = and_(
        col(IssueRow.connection_id) == x_connection, col(IssueRow.xero_id) == x_id, col(IssueRow.state) == OPEN
    )
    return (
        select(
            x_connection + ":" + x_id, XeroContactRow, col(ConnectionRow.name), col(ConnectionRow.short_code),
            col(LinkRow.contact_id), col(LinkRow.state), col(IssueRow.id),
        )
        .join(ConnectionRow, col(ConnectionRow.id) == x_connection)
        .outerjoin(LinkRow, same_link)
        .outerjoin(IssueRow, same_issue)
        .where(or_(*_pairs(ids)))
    )  # fmt: skip


def _pairs(ids: Iterable[str]) -> list[ColumnElement[bool]]:
    pairs = (one.partition(":") for one in ids)
    table = XeroContactRow
    return [false(), *(and_(col(table.connection_id) == a, col(table.xero_id) == b) for a, _, b in pairs)]
