"""Xero contacts that take no part, and why (outside the filter, ignored, or archived); and letting them in."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    case,
    exists,
    false,
    func,
    literal_column,
    or_,
    select,
    true,
    union_all,
)
from sqlmodel import Session, col

from models.connection import CONNECTED, DISCONNECTED, ConnectionRow
from models.issue import IGNORED, OPEN, IssueRow
from models.xero_contact import XeroContactRow
from services.access import Principal, Role, require
from services.db import next_revs, read
from services.errors import MovedOn
from services.gateways.store import Status
from services.reconcile.plan import lets_in
from services.records.activity import record
from services.records.bulk import Report, each
from services.records.deep_link import contact_url
from services.records.intents import wake
from services.records.keys import inside
from services.records.listing import Listing, Rows, among, found_by_key, in_order, page_of
from services.records.remembered import remembered
from services.records.undoing import of_let_in
from services.records.xero_types import type_of

FILTER, ARCHIVED, IN_USE = "filter", "archived", "in_use"
REASONS = {
    FILTER: "Outside the contact-type filter",
    IGNORED: "Ignored by a person",
    ARCHIVED: "Archived in Xero",
}
MANY = 10_000
"""If more are listed than this, a page by name is found sooner along the index of all names than by sorting them."""
PLACE: ColumnElement[int] = literal_column("xero_contact.rowid")
"""The row's number in its table: it breaks ties within the index of names, and is cheaper than a key of two columns."""
WANTED = {"": tuple(REASONS), IN_USE: (FILTER, IGNORED)}
"""The reasons that a filter stands for, where it stands for more than one."""


@dataclass(frozen=True, slots=True)
class ExcludedFilter:
    """What to list. Blank means any; `reason` is a key of REASONS, or IN_USE for all but the archived."""

    connection_id: str = ""
    search: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ExcludedItem:
    """A Xero contact that takes no part. `key` names it for `let_in`; `reason_text` says why in words."""

    key: str
    name: str
    email: str
    xero_type: str
    reason: str
    reason_text: str
    xero_url: str


@dataclass(frozen=True, slots=True)
class ExcludedCounts:
    """How many Xero contacts take no part: those `in_use` there, which can be let in, and the `archived`."""

    in_use: int = 0
    archived: int = 0


def list_excluded(f: ExcludedFilter, page: int = 1, size: int = 100) -> Listing[ExcludedItem]:
    """One page of the Xero contacts that take no part, by name."""
    known = _known(f)
    with read() as session:
        query = _query(session, f)
        keys = partial(_places, query, known is not None and known >= MANY)
        places, total = page_of(session, keys, page, size, None if known is None else lambda _session: known)
        rows = session.execute(query.where(among(PLACE, places))) if places else ()
        return Listing(tuple(_item(row) for row in in_order(rows, places)), total)


@remembered
def count_excluded() -> ExcludedCounts:
    """How many Xero contacts take no part. Counted kind by kind, so that an index leads to those outside a filter."""
    with read() as session:
        live = session.scalars(select(ConnectionRow).where(col(ConnectionRow.state) != DISCONNECTED)).all()
        counts = [count for connection in live for count in _counts(connection)]
        if not counts:
            return ExcludedCounts()
        kinds = session.execute(union_all(*counts)).all()
        in_use, archived = (sum(kind.n for kind in kinds if kind.archived == one) for one in (False, True))
        return ExcludedCounts(in_use, archived)


def excluded_ids(f: ExcludedFilter) -> list[str]:
    """The keys of all Xero contacts that take no part and match a filter."""
    with read() as session:
        return list(
            session.scalars(_query(session, f).with_only_columns(_key()).order_by(col(XeroContactRow.name_key)))
        )


def let_in(actor: Principal, keys: Sequence[str]) -> Report:
    """Let contacts take part: they are matched like new ones, by the next sync. Raises: Forbidden."""
    require(actor, Role.EDITOR)

    def act(session: Session, key: str) -> None:
        xero = _row(session, key)
        if session.get_one(ConnectionRow, xero.connection_id).state != CONNECTED:
            raise MovedOn("Its Xero organisation is not connected.")
        if xero.status != Status.ACTIVE.value:
            raise MovedOn("It is archived in Xero. Restore it there, and it takes part again.")
        if not _is_excluded(session, xero):
            raise MovedOn("It already takes part.")
        undo = of_let_in(xero, session.scalars(select(IssueRow).where(*_issue_of(xero))).first())
        xero.let_in, xero.rev = True, next_revs(session)[0]
        for issue in session.scalars(select(IssueRow).where(*_issue_of(xero), col(IssueRow.state) == IGNORED)):
            issue.state, issue.resolved_at, issue.deferred_until = OPEN, None, None
        record(
            session, actor.username, "contact.let_in", f"Let in {xero.name}",
            connection_id=xero.connection_id, xero_id=xero.xero_id, undo=undo,
        )  # fmt: skip
        wake(session, xero.connection_id)

    return each(keys, act, lambda session, key: _row(session, key).name)


def _query(session: Session, f: ExcludedFilter) -> Rows:
    live = session.scalars(select(ConnectionRow).where(col(ConnectionRow.state) != DISCONNECTED)).all()
    reason = _reason(live)
    query = (
        select(PLACE, XeroContactRow, reason, col(ConnectionRow.short_code))
        .join(ConnectionRow, col(ConnectionRow.id) == col(XeroContactRow.connection_id))
        .where(reason.in_(WANTED.get(f.reason, (f.reason,))), *_named(), col(ConnectionRow.state) != DISCONNECTED)
    )
    if f.connection_id:
        query = query.where(col(XeroContactRow.connection_id) == f.connection_id)
    if f.search.strip():
        query = query.where(found_by_key(f.search, XeroContactRow.name_key, XeroContactRow.email_key))
    return query


def _known(f: ExcludedFilter) -> int | None:
    """How many a filter lists, if the remembered counts tell; else None."""
    counts = count_excluded()
    known = {"": counts.in_use + counts.archived, IN_USE: counts.in_use, ARCHIVED: counts.archived}
    return None if f.search.strip() or f.connection_id else known.get(f.reason)


def _places(query: Rows, many: bool, backwards: bool) -> Select[int]:
    """The rows of a query by PLACE, in order of name. If they are few, an expression keeps SQLite off the index of
    names.
    """
    name = col(XeroContactRow.name_key)
    order: list[Any] = [name if many else name + "", PLACE]
    return query.with_only_columns(PLACE).order_by(*(one.desc() for one in order) if backwards else order)


def _is_excluded(session: Session, xero: XeroContactRow) -> bool:
    key = col(XeroContactRow.connection_id) == xero.connection_id, col(XeroContactRow.xero_id) == xero.xero_id
    return session.execute(_query(session, ExcludedFilter()).where(*key)).first() is not None


def _reason(connections: Sequence[ConnectionRow]) -> ColumnElement[str]:
    """Why a contact takes no part, as SQL; blank where it does take part, or people are asked about it."""
    outside = or_(false(), *(and_(col(XeroContactRow.connection_id) == c.id, ~inside(c)) for c in connections))
    ignored, asked = (exists().where(*_issue_of(XeroContactRow), col(IssueRow.state) == one) for one in (IGNORED, OPEN))
    status = col(XeroContactRow.status)
    active = status == Status.ACTIVE.value
    return case(
        (status == Status.ARCHIVED.value, ARCHIVED),
        (active & ignored, IGNORED),
        (active & outside & ~asked, FILTER),
        else_="",
    )


def _counts(connection: ConnectionRow) -> list[Select[bool, int]]:
    """One count of the archived, one of those ignored although inside the filter, one per kind outside it.

    A negative count takes off those outside the filter that people are asked about all the same.
    """
    xero = XeroContactRow
    mine = col(xero.connection_id) == connection.id, *_named()
    archived, active = (col(xero.status) == status.value for status in (Status.ARCHIVED, Status.ACTIVE))
    inside_kinds = lets_in(connection.type_filter, connection.include_neither)
    outside = [(buys, sells) for buys in (False, True) for sells in (False, True) if (buys, sells) not in inside_kinds]
    number, in_use = func.count().label("n"), false().label("archived")
    count = select(in_use, number)
    issues = count.select_from(IssueRow).where(col(IssueRow.connection_id) == connection.id)
    about = exists().where(*_issue_of(xero), *mine, active)
    ignored = issues.where(col(IssueRow.state) == IGNORED, about.where(inside(connection)))
    asked = issues.where(col(IssueRow.state) == OPEN, about.where(~inside(connection)))
    return [
        select(true().label("archived"), number).where(*mine, archived),
        ignored,
        asked.with_only_columns(in_use, (-func.count()).label("n")),
        *(
            count.where(*mine, active, col(xero.let_in).is_(False), col(xero.is_customer).is_(buys),
                        col(xero.is_supplier).is_(sells))
            for buys, sells in outside
        ),
    ]  # fmt: skip


def _named() -> tuple[ColumnElement[bool], ...]:
    """The conditions for a contact with a name and without a link, in exactly the words of their partial index."""
    xero = XeroContactRow
    return col(xero.linked).is_(False), col(xero.merged_into).is_(None), col(xero.name) != ""


def _issue_of(xero: Any) -> tuple[ColumnElement[bool], ...]:
    return col(IssueRow.connection_id) == xero.connection_id, col(IssueRow.xero_id) == xero.xero_id


def _key() -> ColumnElement[str]:
    return col(XeroContactRow.connection_id) + ":" + col(XeroContactRow.xero_id)


def _item(row: Any) -> ExcludedItem:
    _, xero, reason, short_code = row
    return ExcludedItem(
        key=f"{xero.connection_id}:{xero.xero_id}",
        name=xero.name,
        email=xero.email,
        xero_type=type_of(xero.is_customer, xero.is_supplier),
        reason=reason,
        reason_text=REASONS[reason],
        xero_url=contact_url(short_code, xero.xero_id),
    )


def _row(session: Session, key: str) -> XeroContactRow:
    connection_id, _, xero_id = key.partition(":")
    return session.get_one(XeroContactRow, (connection_id, xero_id))
