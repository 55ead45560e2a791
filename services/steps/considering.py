"""Looking at Xero contacts that have no link yet: what should happen to each, and why. Nothing is written.

A tick looks at what changed; a preview at everything, or at the contacts that a person is about to let in.
"""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import Session, col

from models.connection import ConnectionRow
from models.contact import ContactRow
from models.xero_contact import XeroContactRow
from services.gateways.store import Status
from services.reconcile.match import Index, Keys, Match, Verdict, classify
from services.reconcile.plan import Step, plan_new
from services.records.issues import asked_because_of_changed, wanted_by_nobody
from services.records.keys import idle_keys, inside, linked, practice_keys, sharing, taken, xero_keys
from services.records.listing import Rows, among, chunks
from services.records.markers import created_for_changed, is_marked, marked, marked_outside
from services.records.survivors import linked_by_merged


@dataclass(frozen=True, slots=True)
class Decision:
    """What should happen to one Xero contact that has no link, and why."""

    step: Step
    verdict: Verdict


def consider(session: Session, connection: ConnectionRow, since_rev: int = 0) -> list[Decision]:
    """Decide about every active contact without a link that is inside the filter and that an edit on either side may
    concern.

    Contacts outside the filter are left out, except those created in Xero for a contact of ours: they are not new.
    """
    query = xero_keys(connection.id).where(inside(connection) | is_marked(session))
    about = _changed(session, connection.id, query.order_by(col(XeroContactRow.xero_id)), since_rev)
    decisions = decide(session, connection, about)
    others = [one.verdict.xero_id for one in decisions if one.verdict.match is not Match.OURS]
    outside = marked_outside(session, connection, others)
    return [one for one in decisions if one.verdict.xero_id not in outside]


def consider_these(session: Session, connection: ConnectionRow, xero_ids: Collection[str]) -> list[Decision]:
    """Decide about these contacts as if they took part, even if the filter or a person leaves them out."""
    mine = col(XeroContactRow.connection_id) == connection.id, ~linked(connection.id)
    active = col(XeroContactRow.status) == Status.ACTIVE.value, col(XeroContactRow.name_key) != ""
    query = select(col(XeroContactRow.xero_id), col(XeroContactRow.name_key), col(XeroContactRow.email_key))
    query = query.where(*mine, *active).order_by(col(XeroContactRow.xero_id))
    return decide(session, connection, _among(session, query, xero_ids))


def decide(
    session: Session, connection: ConnectionRow, about: Collection[Keys], ended: Collection[str] = ()
) -> list[Decision]:
    """Decide about Xero contacts with these keys, beside all others that do not sync at present.

    `ended` are those that have a link that ended: it keeps nobody from being linked again.
    """
    wanted = {keys.id: keys for keys in about}
    rivals = [keys for keys in sharing(session, idle_keys(connection.id), wanted.values()) if keys.id not in wanted]
    for_whom = marked(session, connection.id, wanted)
    practice = _practice(session, wanted.values(), for_whom.values())
    index = Index(practice, taken(session, connection.id, practice, but_not=ended))
    merged = linked_by_merged(session, connection.id, wanted.keys() - set(ended))
    verdicts = classify([*wanted.values(), *rivals], index, for_whom, merged)
    policy = connection.no_match_policy
    return [Decision(plan_new(verdict, policy), verdict) for verdict in verdicts if verdict.xero_id in wanted]


def _practice(session: Session, wanted: Collection[Keys], ids: Collection[str]) -> list[Keys]:
    """The practice contacts in use that share a key with any of `wanted`, and those with these ids."""
    named = (practice_keys().where(among(ContactRow.id, chunk)) for chunk in chunks(ids))
    found = [*sharing(session, practice_keys(), wanted), *(Keys(*row) for one in named for row in session.execute(one))]
    return list({keys.id: keys for keys in found}.values())


def _changed(session: Session, connection_id: str, query: Rows, since_rev: int) -> list[Keys]:
    """Unlinked Xero contacts that changed, and those whose keys a changed practice contact shares now or that were
    created for it. Also those about which the question may have lost its reason: it is because of one that changed, was
    archived or left Xero, or of a name that nobody wants any more; and those into which others were merged.
    """
    changed = [Keys(*row) for row in session.execute(query.where(col(XeroContactRow.rev) > since_rev))]
    if since_rev <= 0:
        return changed
    edited = select(col(ContactRow.id), col(ContactRow.name_key), col(ContactRow.email_key))
    moved = [Keys(*row) for row in session.execute(edited.where(col(ContactRow.rev) > since_rev))]
    asked = wanted_by_nobody(session, connection_id)
    if moved:
        asked += asked_because_of_changed(session, connection_id, since_rev)
    left = _left(session, connection_id, since_rev)
    asked += [survivor for survivor in left.values() if survivor]
    concerned = sharing(session, query, [*moved, *left])
    ours = created_for_changed(session, connection_id, query, since_rev)
    return [*changed, *_among(session, query, asked), *concerned, *ours]


def _left(session: Session, connection_id: str, since_rev: int) -> dict[Keys, str | None]:
    """Xero contacts that changed and are no longer in use, each with the one it was merged into. They are looked up by
    their change alone: given the organisation as well, SQLite would go by that and read all of its contacts.
    """
    row = XeroContactRow
    keys = col(row.xero_id), col(row.name_key), col(row.email_key)
    query = select(col(row.connection_id), col(row.merged_into), *keys)
    left = query.where(col(row.rev) > since_rev, col(row.status) != Status.ACTIVE.value)
    return {Keys(*rest): survivor for place, survivor, *rest in session.execute(left) if place == connection_id}


def _among(session: Session, query: Rows, xero_ids: Collection[str]) -> list[Keys]:
    parts = (query.where(among(XeroContactRow.xero_id, chunk)) for chunk in chunks(xero_ids))
    return [Keys(*row) for part in parts for row in session.execute(part)]
