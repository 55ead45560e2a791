"""The initial import: read everything, show what would happen, then do it; and Sync now."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import func, select
from sqlmodel import Session, col

from models.base import now
from models.connection import CONNECTED, SETTING_UP, ConnectionRow
from models.contact import ContactRow
from models.xero_contact import XeroContactRow
from services.access import Principal, Role, require
from services.db import Version, database, read, write
from services.reconcile.match import Match
from services.reconcile.outcome import Effect, Effects
from services.reconcile.plan import Step
from services.records import jobs
from services.records.activity import record
from services.records.connections import ConnectionItem, must_be_connected, must_be_set_up_as_seen, row_of
from services.records.keys import unlinked
from services.records.listing import Listing, found_by_key
from services.records.remembered import remembered
from services.steps.considering import Decision, consider
from services.steps.first_links import counted, in_words, link_effects
from services.steps.matching import NO_MATCH

EVERY_TYPE = "all"
PREVIEW, IMPORT, SYNC = "preview", "import", "sync"
Terms = tuple[str, bool, str]
"""What decides which contacts take part and how: type filter, whether it includes neither, no-match policy."""


@dataclass(frozen=True, slots=True)
class PreviewCounts:
    """What the import would do, counted in Xero contacts. `skip` counts those outside the filter, `skip_matching` those
    of them that would be linked if they were inside; `total` counts all, archived ones too.

    `unmatched` counts practice contacts that no Xero contact matches.
    """

    link: int
    create: int
    hold: int
    ask: int
    ask_by_reason: dict[str, int]
    skip: int
    skip_matching: int
    unmatched: int
    archived: int
    total: int


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """What would happen to one Xero contact, and with which practice contact (blank for none).

    `why` is the reason; for a contact to be linked it says what that writes and asks about.
    """

    xero_id: str
    name: str
    email: str
    outcome: str
    why: str
    contact_name: str


def start_preview(actor: Principal, connection_id: str) -> str:
    """Have the worker read all contacts from Xero. Returns the job's id. Raises: Forbidden, NotFound."""
    require(actor, Role.ADMIN)
    with write() as session:
        row_of(session, connection_id)
        return jobs.queue(session, connection_id, PREVIEW, actor.username)


def preview_counts(connection_id: str) -> PreviewCounts:
    """What the import would do with what was read. Writes nothing. Raises: NotFound."""
    decisions = decisions_on(connection_id)
    steps = Counter(decision.step for decision in decisions.values())
    asked = Counter(_reason(d) for d in decisions.values() if d.step is Step.ASK)
    with read() as session:
        mine = select(func.count()).where(col(XeroContactRow.connection_id) == connection_id)
        total = int(session.execute(mine).scalar_one())
        archived = int(session.execute(mine.where(col(XeroContactRow.status) != "active")).scalar_one())
        free = int(session.execute(select(func.count()).where(*unlinked(connection_id))).scalar_one())
        ours = int(session.execute(select(func.count()).where(col(ContactRow.archived_at).is_(None))).scalar_one())
        policy = row_of(session, connection_id).no_match_policy
    return PreviewCounts(
        link=steps[Step.LINK],
        create=steps[Step.CREATE],
        hold=steps[Step.HOLD],
        ask=steps[Step.ASK],
        ask_by_reason=dict(asked),
        skip=max(0, free - len(decisions)),
        skip_matching=max(0, _links(decisions_on(connection_id, (EVERY_TYPE, True, policy))) - steps[Step.LINK]),
        unmatched=ours - len({one for d in decisions.values() for one in d.verdict.contact_ids}),
        archived=archived,
        total=total,
    )


def _links(decisions: Mapping[str, Decision]) -> int:
    return sum(decision.step is Step.LINK for decision in decisions.values())


@remembered
def preview_effects(connection_id: str) -> Mapping[str, Effects]:
    """What the import would write and ask about when it links, by the id of the Xero contact. Raises: NotFound."""
    decisions = decisions_on(connection_id)
    with read() as session:
        return link_effects(session, row_of(session, connection_id), decisions.values())


def preview_totals(connection_id: str) -> Mapping[Effect, int]:
    """How many fields the import would fill, overwrite or ask about when it links. Raises: NotFound."""
    return counted(preview_effects(connection_id))


def preview_rows(
    connection_id: str, outcome: str, search: str = "", page: int = 1, size: int = 100
) -> Listing[PreviewRow]:
    """One page of the Xero contacts with one outcome (link, create, hold, ask or skip), by name. Raises: NotFound."""
    decisions, effects = decisions_on(connection_id), preview_effects(connection_id)
    query = (
        select(col(XeroContactRow.xero_id), col(XeroContactRow.name), col(XeroContactRow.email))
        .where(*unlinked(connection_id))
        .where(found_by_key(search, XeroContactRow.name_key, XeroContactRow.email_key))
        .order_by(col(XeroContactRow.name_key), col(XeroContactRow.xero_id))
    )
    with read() as session:
        found = [tuple(row) for row in session.execute(query) if _outcome(decisions.get(row[0])) == outcome]
        shown = found[(max(page, 1) - 1) * size :][:size]
        rows = tuple(_row(session, mine, decisions.get(mine[0]), effects.get(mine[0])) for mine in shown)
    return Listing(rows, len(found))


def start_import(actor: Principal, connection_id: str, seen: ConnectionItem | None = None) -> str:
    """Have the worker import and match, and sync from now on. Returns the job's id.

    `seen` is the organisation as the person saw it with its preview. Raises: Forbidden, NotFound; MovedOn, saying what
    has changed, when the set-up differs from `seen`.
    """
    require(actor, Role.ADMIN)
    with write() as session:
        connection = row_of(session, connection_id)
        must_be_set_up_as_seen(connection, seen)
        if connection.state == SETTING_UP:
            connection.state, connection.started_at = CONNECTED, now()
            record(
                session, actor.username, "import.started", f"Started the import from {connection.name}",
                connection_id=connection_id,
            )  # fmt: skip
        return jobs.queue(session, connection_id, IMPORT, actor.username)


def sync_now(actor: Principal, connection_id: str) -> str:
    """Have the worker sync at once. Returns the job's id. Raises: Forbidden, NotFound, MovedOn."""
    require(actor, Role.EDITOR)
    with write() as session:
        connection = row_of(session, connection_id)
        must_be_connected(connection)
        record(
            session, actor.username, "sync.asked", f"Asked for a sync with {connection.name}",
            connection_id=connection_id,
        )  # fmt: skip
        return jobs.queue(session, connection_id, SYNC, actor.username, afresh=True)


def decisions_on(connection_id: str, terms: Terms | None = None) -> dict[str, Decision]:
    """What would happen to each Xero contact without a link, by its id: on these terms, or on those in force.

    Writes nothing and asks Xero nothing. Raises: NotFound.
    """
    with read() as session:
        connection = row_of(session, connection_id)
    now_on = (connection.type_filter, connection.include_neither, connection.no_match_policy)
    return _decide(connection_id, database().version(), terms or now_on)


@lru_cache(maxsize=4)
def _decide(connection_id: str, _version: Version, terms: Terms) -> dict[str, Decision]:
    """`decisions_on`, remembered until anything changes, so that paging through a preview is quick."""
    with read() as session:
        connection = session.get_one(ConnectionRow, connection_id)
        session.expunge(connection)  # so that the terms tried out here are not stored
        connection.type_filter, connection.include_neither, connection.no_match_policy = terms
        decisions = consider(session, connection)
    return {decision.verdict.xero_id: decision for decision in decisions}


def _outcome(decision: Decision | None) -> str:
    return decision.step.value if decision else Step.SKIP.value


def _reason(decision: Decision) -> str:
    return NO_MATCH if decision.verdict.match is Match.NONE else decision.verdict.match.value


def _row(
    session: Session, mine: tuple[str, str, str], decision: Decision | None, effects: Effects | None
) -> PreviewRow:
    if decision is None:
        return PreviewRow(*mine, Step.SKIP.value, "It is outside the contact-type filter.", "")
    ids = decision.verdict.contact_ids
    contact = session.get(ContactRow, ids[0]) if ids else None
    shown = contact.name if contact else ""
    why = decision.verdict.why if effects is None else in_words(effects)
    return PreviewRow(*mine, decision.step.value, why, shown)
