"""Create Contact for many: which contacts Xero would accept, why it would not accept the others, and one intent each.

The worker then sends them 50 a call; what Xero refuses is held for a person, contact by contact.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from models.contact import ContactRow
from models.intent import CREATE, OPEN_STATES, IntentRow
from models.link import BROKEN, LinkRow
from services.access import Principal, Role, require
from services.create_one import ask_to_create, must_be_new, tell_dismissed
from services.db import read
from services.errors import MovedOn, Problem, UsageError
from services.gateways.store import WRITES_A_CALL
from services.reconcile import lookalike
from services.reconcile.contact import Contact, Field
from services.reconcile.lookalike import Lookalike
from services.reconcile.rules import check_for_xero
from services.records.bulk import Report, each
from services.records.creations import count_refused, creations, drop_held
from services.records.intents import open_intent
from services.records.listing import chunks
from services.records.lookalikes import lookalikes
from services.records.once_in_xero import once_in_xero
from services.records.remembered import remembered
from services.records.values import contact_of, name_of

NOTHING_SEEN: Mapping[str, Contact] = {}
COLUMNS: tuple[Any, ...] = (
    ContactRow.id,
    ContactRow.name,
    ContactRow.email,
    ContactRow.phone,
    ContactRow.street,
    ContactRow.city,
    ContactRow.region,
    ContactRow.postal_code,
    ContactRow.country,
    ContactRow.name_key,
    ContactRow.archived_at,
)
TWICE = Problem(Field.NAME.label, "is the same for several of the chosen contacts; Xero takes each name only once")


@dataclass(frozen=True, slots=True)
class Refusal:
    """A contact that is not sent, with each rule it breaks, and the contact in Xero that it may be, if there is one.

    `was_there` means that the last problem is a broken link, which a person decides about on the contact's own page.
    """

    contact_id: str
    name: str
    problems: tuple[Problem, ...]
    may_be: Lookalike | None = None
    was_there: bool = False


@dataclass(frozen=True, slots=True)
class CreationPlan:
    """What Create Contact would do for many. `first` maps the ids of the first call's contacts to their values."""

    ready: tuple[str, ...]
    first: Mapping[str, Contact]
    refused: tuple[Refusal, ...]
    linked: int
    under_way: int
    archived: int

    @property
    def calls(self) -> int:
        """How many calls to Xero they need."""
        return -(-len(self.ready) // WRITES_A_CALL)


@dataclass(frozen=True, slots=True)
class CreationProgress:
    """Contacts on their way into Xero: how many still wait, and how many Xero refused."""

    waiting: int
    held: int


@remembered
def plan_creation(connection_id: str, contact_ids: tuple[str, ...]) -> CreationPlan:
    """Sort contacts into those that can be created in a Xero organisation and the others."""
    with read() as session:
        rows = {row.id: row for row in _rows(session, contact_ids)}
        linked = _with_link(session, connection_id, contact_ids)
        under_way = _under_way(session, connection_id, contact_ids) - linked
        chosen = [rows[one] for one in dict.fromkeys(contact_ids) if one in rows]
        left = [row for row in chosen if row.id not in linked and row.id not in under_way]
        active = [row for row in left if row.archived_at is None]
        known = lookalikes(session, connection_id, [row.id for row in active])
        left_xero = once_in_xero(session, connection_id, [row.id for row in active])
    times = Counter(row.name_key for row in active)
    refused = [found for row in active if (found := _refusal(row, left_xero.get(row.id), known.get(row.id, ()), times))]
    kept_back = {one.contact_id for one in refused}
    ready = [row for row in active if row.id not in kept_back]
    return CreationPlan(
        ready=tuple(row.id for row in ready),
        first={row.id: contact_of(row) for row in ready[:WRITES_A_CALL]},
        refused=tuple(refused),
        linked=len(linked),
        under_way=len(under_way),
        archived=len(left) - len(active),
    )


def create_many(
    actor: Principal, connection_id: str, contact_ids: Sequence[str], seen: Mapping[str, Contact] = NOTHING_SEEN
) -> Report:
    """Store an intent for each contact, as Create Contact does for one; the worker sends them.

    `seen` maps a contact's id to what the person was shown of it. A contact is skipped, with the reason, if it has
    changed since, may be in Xero already, was there before, or is already on its way there. Raises: Forbidden.
    """
    require(actor, Role.EDITOR)
    with read() as session:
        known = lookalikes(session, connection_id, contact_ids)
        left_xero = once_in_xero(session, connection_id, contact_ids)

    def act(session: Session, contact_id: str) -> None:
        under_way = open_intent(session, connection_id, contact_id)
        if under_way is not None and under_way.kind == CREATE:
            raise MovedOn("It is already being created in Xero.")
        if problem := left_xero.get(contact_id):
            raise UsageError(f"It {problem.rule}.")
        row = session.get(ContactRow, contact_id)
        if row and contact_of(row) != seen.get(contact_id, contact_of(row)):
            raise MovedOn("It has changed since it was shown. Check it, then try again.")
        must_be_new(known.get(contact_id, ()))
        ask_to_create(session, actor, contact_id, connection_id)

    return each(contact_ids, act, name_of)


@remembered
def creation_progress() -> CreationProgress:
    """How far the creations are, over all organisations."""
    with read() as session:
        waiting = session.scalars(creations(*OPEN_STATES)).all()
        return CreationProgress(len(waiting), count_refused(session))


def dismiss_held(actor: Principal, contact_ids: Sequence[str]) -> Report:
    """Forget that Xero refused to create these contacts; they stay here, unlinked. Raises: Forbidden."""
    require(actor, Role.EDITOR)

    def act(session: Session, contact_id: str) -> None:
        dropped = drop_held(session, contact_id)
        if not dropped:
            raise MovedOn("It is no longer waiting for an answer.")
        for intent in dropped:
            tell_dismissed(session, actor, intent)

    return each(contact_ids, act, name_of)


def _refusal(row: Any, left_xero: Problem | None, known: Sequence[Lookalike], times: Counter[str]) -> Refusal | None:
    """Why a contact is not sent; None if it is."""
    problems = check_for_xero(contact_of(row))
    if left_xero:
        return Refusal(row.id, row.name, (*problems, left_xero), was_there=True)
    if known:
        problems = (*problems, lookalike.problem(known[0]))
    elif row.name_key and times[row.name_key] > 1:
        problems = (*problems, TWICE)
    return Refusal(row.id, row.name, problems, known[0] if known else None) if problems else None


def _rows(session: Session, contact_ids: Sequence[str]) -> Iterator[Any]:
    for chunk in chunks(contact_ids):
        yield from session.execute(select(*COLUMNS).where(col(ContactRow.id).in_(chunk)))


def _with_link(session: Session, connection_id: str, contact_ids: Sequence[str]) -> set[str]:
    """Those with a link, syncing or stopped: a stopped one comes back by Re-match, not by another contact in Xero."""
    contact_id = col(LinkRow.contact_id)
    query = select(contact_id, col(LinkRow.connection_id), col(LinkRow.state))
    rows = (row for chunk in chunks(contact_ids) for row in session.execute(query.where(contact_id.in_(chunk))))
    return {one for one, place, state in rows if place == connection_id and state != BROKEN}


def _under_way(session: Session, connection_id: str, contact_ids: Sequence[str]) -> set[str]:
    waiting = set(
        session.scalars(
            select(col(IntentRow.contact_id)).where(
                col(IntentRow.connection_id) == connection_id, col(IntentRow.state).in_(OPEN_STATES)
            )
        )
    )
    return waiting.intersection(contact_ids)
