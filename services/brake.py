"""The brake for people: looking at the mass change it holds back, and letting it through."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select, update

from models.base import WHOLESALE, Json
from models.contact import ContactRow
from models.link import SYNCING, LinkRow
from models.xero_contact import XeroContactRow
from services.access import Principal, Role, require
from services.db import read, write
from services.errors import MovedOn
from services.reconcile.brake import ALWAYS_ALLOWED, HERE, IN_XERO, Met, told
from services.reconcile.contact import Field, Value
from services.records.activity import record
from services.records.connections import row_of
from services.records.intents import wake
from services.records.values import contact_of
from services.steps.life import REASONS, cause_of
from services.steps.planning import plan_of

__all__ = ["ALWAYS_ALLOWED", "Brake", "Held", "HeldField", "HeldGroup", "get_brake", "list_held", "release"]

GROUPS = {
    "ending": "would stop syncing, because they were archived, merged or removed in Xero",
    "to_practice": "would be overwritten here with Xero's values",
    "to_xero": "would be overwritten in Xero with the values here",
}
WHERE = {"to_practice": HERE, "to_xero": IN_XERO}
SINGLY = {"ending": "Stops syncing", "to_practice": "Overwritten here", "to_xero": "Overwritten in Xero"}
NAMED = 5
NONE = "–"


@dataclass(frozen=True, slots=True)
class HeldField:
    """How many contacts would lose a field or have it changed. `what` completes "30 contacts …"."""

    what: str
    count: int


@dataclass(frozen=True, slots=True)
class HeldGroup:
    """Contacts that one kind of change would meet. `what` completes "30 contacts …"; `first` are some names.

    `fields` say which fields would be overwritten, those that would be cleared first.
    """

    what: str
    count: int
    first: tuple[str, ...]
    fields: tuple[HeldField, ...] = ()


@dataclass(frozen=True, slots=True)
class Brake:
    """What is held back, by kind, out of `links` syncing contacts; since when, and a sentence that says why.

    It covers changes up to the change number `until`.
    """

    connection_id: str
    braked_at: datetime
    reason: str
    links: int
    groups: tuple[HeldGroup, ...]
    until: int

    @property
    def count(self) -> int:
        """How much is held back, over all kinds."""
        return sum(group.count for group in self.groups)


def get_brake(connection_id: str) -> Brake | None:
    """What the brake of a connection holds back; None when it is not on. Raises: NotFound."""
    with read() as session:
        connection = row_of(session, connection_id)
        if connection.braked_at is None:
            return None
        groups = tuple(_group(session, connection.brake, kind) for kind in GROUPS if connection.brake["counts"][kind])
        links, until = int(connection.brake["links"]), int(connection.brake.get("until", 0))
        return Brake(connection_id, connection.braked_at, connection.brake_reason, links, groups, until)


@dataclass(frozen=True, slots=True)
class Held:
    """One contact that is held back. `what` is what would happen to it, given both sides as they are now.

    `change` is why, as a sentence, or for each field that would be overwritten its value now and then.
    """

    contact_id: str
    name: str
    what: str
    change: str


def list_held(connection_id: str) -> tuple[Held, ...]:
    """The contacts that the brake holds back, up to 200 of each kind; none when it is not on. Raises: NotFound.

    Those that would stop syncing come first.
    """
    kinds = list(SINGLY.values())
    with read() as session:
        kept = row_of(session, connection_id).brake.get("first", {})
        found = [_held(session, kind, link_id) for kind in SINGLY for link_id in kept.get(kind, [])]
        return tuple(
            sorted((one for one in found if one), key=lambda one: (kinds.index(one.what), one.name.casefold()))
        )


def release(actor: Principal, connection_id: str, seen: Brake | None = None) -> None:
    """Let exactly the next tick do what was held back, and have it run now.

    `seen` is what the person looked at; what came after it is not released. After that tick, whatever becomes of it,
    the brake watches again.
    Raises: Forbidden, NotFound; MovedOn when the brake is off, or holds back more of any kind by now than was seen.
    """
    require(actor, Role.ADMIN)
    with write() as session:
        connection = row_of(session, connection_id)
        if connection.braked_at is None:
            raise MovedOn("The brake is no longer on.")
        shown = connection.brake
        if seen is not None and _is_more(shown, seen):
            raise MovedOn("More is held back now than was shown. Review it again.")
        record(
            session, actor.username, "brake.released", f"Released the brake. {connection.brake_reason}",
            connection_id=connection_id,
        )  # fmt: skip
        connection.braked_at, connection.brake_reason, connection.brake_released = None, "", True
        connection.brake = shown | ({"until": seen.until} if seen is not None else {})
        _begin_the_day_anew(session, connection_id)
        wake(session, connection_id)


def _is_more(kept: Json, seen: Brake) -> bool:
    """Whether more is held back, of any kind, than was seen."""
    counts = {group.what: group.count for group in seen.groups}
    return any(kept["counts"][kind] > counts.get(what, 0) for kind, what in GROUPS.items())


def _begin_the_day_anew(session: Session, connection_id: str) -> None:
    """Count what Xero's changes do within a day from zero again, since a person has looked."""
    counted = update(LinkRow).where(col(LinkRow.connection_id) == connection_id, col(LinkRow.unasked_at).is_not(None))
    session.execute(counted.values(unasked_at=None), execution_options=WHOLESALE)


def _held(session: Session, kind: str, link_id: str) -> Held | None:
    """What would happen to one link; None when somebody has dealt with it meanwhile."""
    link = session.get(LinkRow, link_id)
    if link is None or link.state != SYNCING:
        return None
    contact = session.get_one(ContactRow, link.contact_id)
    xero = session.get_one(XeroContactRow, (link.connection_id, link.xero_id))
    if kind == "ending":
        change = REASONS.get(cause_of(xero), "")
    else:
        plan = plan_of(session, link, contact, xero)
        now, then = (contact, plan.to_practice) if kind == "to_practice" else (xero, plan.to_xero)
        change = "; ".join(_overwritten(field, contact_of(now).get(field), value) for field, value in then.items())
    return Held(contact.id, contact.name, SINGLY[kind], change) if change else None


def _overwritten(field: Field, now: Value, then: Value) -> str:
    return f"{field.label}: {str(now) or NONE} → {str(then) or NONE}"


def _group(session: Session, kept: Json, kind: str) -> HeldGroup:
    met = {Met(where, Field(field), cleared): count for where, field, cleared, count in kept.get("fields", [])}
    there = {one: count for one, count in met.items() if one.where == WHERE.get(kind)}
    fields = tuple(HeldField(f"would {what}", count) for count, what in told(0, there))
    return HeldGroup(GROUPS[kind], kept["counts"][kind], _names(session, kept["first"][kind]), fields)


def _names(session: Session, link_ids: list[str]) -> tuple[str, ...]:
    query = (
        select(ContactRow.name)
        .join(LinkRow, col(LinkRow.contact_id) == col(ContactRow.id))
        .where(col(LinkRow.id).in_(link_ids))
        .order_by(col(ContactRow.name_key))
        .limit(NAMED)
    )
    return tuple(session.exec(query))
