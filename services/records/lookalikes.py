"""Which Xero contacts may be the same as contacts of ours: a few indexed look-ups for each 500 of ours.

Both sides are looked up by their own keys alone: given the organisation, SQLite would read all of its contacts.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from models.base import now
from models.connection import ConnectionRow
from models.contact import ContactRow
from models.issue import IGNORED, OPEN, IssueRow
from models.link import SYNCING, LinkRow
from models.suggestion import SuggestionRow
from models.xero_contact import XeroContactRow
from services.reconcile import lookalike
from services.reconcile.lookalike import KEPT, LIKELY, LINKED, Lookalike
from services.reconcile.plan import lets_in
from services.records.keys import suggested_for_issue
from services.records.listing import among, chunks

Scores = Mapping[str, Mapping[str, float]]
"""Contact of ours → contact in Xero → score, 0 to 100, of how likely they are the same."""

XERO = [
    getattr(XeroContactRow, name)
    for name in (
        "connection_id", "xero_id", "name", "name_key", "email_key", "status", "is_customer", "is_supplier", "let_in",
    )
]  # fmt: skip


def lookalikes(session: Session, connection_id: str, contact_ids: Collection[str]) -> dict[str, tuple[Lookalike, ...]]:
    """For each of our contacts, up to ten of an organisation that it may be; contacts with none are left out."""
    connection = session.get(ConnectionRow, connection_id)
    if connection is None:
        return {}
    return {
        contact_id: found
        for chunk in chunks(set(contact_ids))
        for contact_id, found in _of_some(session, connection, chunk)
        if found
    }


def who_it_may_be(session: Session, connection_id: str, contact_id: str) -> tuple[Lookalike, ...]:
    """`lookalikes` of one contact."""
    return lookalikes(session, connection_id, [contact_id]).get(contact_id, ())


def _of_some(
    session: Session, connection: ConnectionRow, ids: Sequence[str]
) -> Iterator[tuple[str, tuple[Lookalike, ...]]]:
    keys = select(col(ContactRow.id), col(ContactRow.name_key), col(ContactRow.email_key))
    ours = session.execute(keys.where(among(ContactRow.id, ids))).all()
    scores = _scores(session, connection.id, ids)
    rows = _in_xero(session, connection.id, ours, {one for found in scores.values() for one in found})
    standing = _standing(session, connection, rows)
    free = {one: row for one, row in rows.items() if standing[one].standing != LINKED}
    named, mailed = _by(rows, "name_key"), _by(free, "email_key")
    for contact_id, name, email in ours:
        likely, same_name, same_email = scores.get(contact_id, {}), named.get(name, []), mailed.get(email, [])
        seen = (
            replace(
                standing[one],
                same_name=rows[one].name_key == name != "",
                same_email=rows[one].email_key == email != "",
                score=likely.get(one, 0.0),
            )
            for one in {*likely, *same_name, *same_email[:KEPT]} & standing.keys()
        )
        itself = (LINKED, contact_id)
        yield contact_id, lookalike.in_order(one for one in seen if (one.standing, one.with_id) != itself)


def _scores(session: Session, connection_id: str, ids: Sequence[str]) -> Scores:
    """The scores with which these contacts are likely candidates of open match issues, deferred ones included."""
    asking = suggested_for_issue() & (col(IssueRow.state) == OPEN)
    found = (
        select(
            col(SuggestionRow.contact_id),
            col(SuggestionRow.connection_id),
            col(SuggestionRow.xero_id),
            col(SuggestionRow.score),
        )
        .join(IssueRow, asking)
        .where(among(SuggestionRow.contact_id, ids), col(SuggestionRow.score) >= LIKELY)
    )
    scores: dict[str, dict[str, float]] = defaultdict(dict)
    for contact_id, place, xero_id, score in session.execute(found):
        if place == connection_id:
            scores[contact_id][xero_id] = score
    return scores


def _in_xero(session: Session, connection_id: str, ours: Sequence[Any], likely: set[str]) -> dict[str, Any]:
    """The active contacts in Xero with the name or billing email of one of ours, and the likely ones, by id."""
    query, mine = select(*XERO), col(XeroContactRow.connection_id) == connection_id
    asked = (
        (query, XeroContactRow.name_key, {row.name_key for row in ours} - {""}),
        (query, XeroContactRow.email_key, {row.email_key for row in ours} - {""}),
        (query.where(mine), XeroContactRow.xero_id, likely),
    )
    there = (connection_id, "active")
    return {
        row.xero_id: row
        for rows, column, values in asked
        for chunk in chunks(values)
        for row in session.execute(rows.where(among(column, chunk)))
        if (row.connection_id, row.status) == there
    }


def _standing(session: Session, connection: ConnectionRow, rows: Mapping[str, Any]) -> dict[str, Lookalike]:
    """Each of these contacts in Xero with its standing (see `services/reconcile/lookalike.py`), by its id."""
    kinds = lets_in(connection.type_filter, connection.include_neither)
    partners, asked = _partners(session, connection.id, rows), _asked(session, connection.id, rows)
    found = {}
    for one, row in rows.items():
        with_id, with_name, state = partners.get(one, ("", "", ""))
        inside = row.let_in or (row.is_customer, row.is_supplier) in kinds
        stands = lookalike.standing(
            syncs=state == SYNCING, was_linked=bool(with_id), asked=asked.get(one, ""), inside=inside
        )
        found[one] = Lookalike(one, row.name, standing=stands, with_id=with_id, with_name=with_name)
    return found


def _partners(session: Session, connection_id: str, xero_ids: Collection[str]) -> dict[str, tuple[str, str, str]]:
    """The contact of ours that each of them is, or was, linked with: id, name, and the state of the link."""
    query = select(col(LinkRow.xero_id), col(LinkRow.contact_id), col(ContactRow.name), col(LinkRow.state)).join(
        ContactRow, col(ContactRow.id) == col(LinkRow.contact_id)
    )
    mine = query.where(col(LinkRow.connection_id) == connection_id)
    return {
        xero_id: (contact_id, name, state)
        for chunk in chunks(xero_ids)
        for xero_id, contact_id, name, state in session.execute(mine.where(among(LinkRow.xero_id, chunk)))
    }


def _asked(session: Session, connection_id: str, xero_ids: Collection[str]) -> dict[str, str]:
    """How the match issue of each of them stands, if it is not answered."""
    query = select(col(IssueRow.xero_id), col(IssueRow.state), col(IssueRow.deferred_until))
    mine = query.where(col(IssueRow.connection_id) == connection_id, col(IssueRow.state).in_((OPEN, IGNORED)))
    moment = now()
    return {
        xero_id: lookalike.asked(ignored=state == IGNORED, deferred=until is not None and until > moment)
        for chunk in chunks(xero_ids)
        for xero_id, state, until in session.execute(mine.where(among(IssueRow.xero_id, chunk)))
    }


def _by(rows: Mapping[str, Any], column: str) -> dict[str, list[str]]:
    """The ids grouped by the value of a column, by name; rows in which it is blank are left out."""
    found: dict[str, list[str]] = defaultdict(list)
    for one in sorted(rows, key=lambda one: rows[one].name):
        if value := getattr(rows[one], column):
            found[value].append(one)
    return found
