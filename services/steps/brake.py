"""The brake: before a tick ends or overwrites anything, look ahead; far too much at once waits for a person.

While it is on, ticks go on reading, and creations that people ask for go on too; nothing else is written. Only
fields that were agreed on before count, and those that a policy decides: an import and the filling of blanks on a new
link are no overwriting. What Xero's changes did to a link unasked is noted with the link, so that slices of a mass
change add up over a day. A release lets through what was shown of it, and nothing that came after. Once all of it has
been put right, the brake lets go by itself.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from datetime import timedelta
from functools import partial

from sqlalchemy import func, select, update
from sqlmodel import Session, col

from models.base import Json, now
from models.connection import ConnectionRow
from models.contact import ContactRow
from models.counter import CounterRow
from models.installation import InstallationRow
from models.link import SYNCING, LinkRow
from models.xero_contact import XeroContactRow
from services import locales
from services.db import read, write
from services.reconcile.brake import ALWAYS_ALLOWED, HERE, IN_XERO, Met, reason, told, too_many, too_many_a_day
from services.reconcile.contact import Field, value_to_json
from services.reconcile.normalise import is_blank
from services.reconcile.plan import LinkPlan
from services.records.activity import SYNC, record
from services.records.intents import open_intent
from services.records.leases import Lease
from services.records.listing import chunks
from services.steps.life import ending_links
from services.steps.planning import changed_links, plan_of

SHOWN = 200
"""So many links of each kind are kept for a person to look at one by one."""

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Coming:
    """Link ids of what a tick is about to do: links to end, and links to compare because a side changed.

    All changes up to the change number `until` are among them; `rules` are the policies by then.
    """

    ending: Sequence[str]
    changed: Sequence[str]
    until: int
    rules: Json

    def stands(self, session: Session, link_id: str) -> bool:
        """Whether neither the policies nor a link's sides changed since: else the next tick's brake looks first."""
        link = session.get(LinkRow, link_id)
        if link is None or _rules(session.get_one(ConnectionRow, link.connection_id)) != self.rules:
            return False
        return max(side.rev for side in _sides(session, link)) <= self.until


@dataclass(frozen=True, slots=True)
class Effect:
    """Link ids by what would happen to them, how many links sync now, and the change number looked at.

    `moved` is for each link the number of its last change; `fields` counts the links by what each field would meet.
    """

    ending: list[str]
    to_practice: list[str]
    to_xero: list[str]
    links: int
    until: int
    moved: dict[str, int]
    fields: Counter[Met]

    @property
    def changes(self) -> int:
        """How many links would be ended or overwritten, each counted once."""
        return len({*self.ending, *self.to_practice, *self.to_xero})

    @property
    def from_xero(self) -> set[str]:
        """Links that Xero's changes would end, or overwrite here."""
        return {*self.ending, *self.to_practice}

    @property
    def groups(self) -> dict[str, list[str]]:
        """The link ids by the name of what would happen."""
        return {"ending": self.ending, "to_practice": self.to_practice, "to_xero": self.to_xero}


def foresee(connection_id: str, since_rev: int) -> Coming:
    """What changes after `since_rev` lead to. Later edits belong to the next tick."""
    with read() as session:
        until = int(session.execute(select(col(CounterRow.value))).scalar_one())
        ending = ending_links(session, connection_id, since_rev)
        rules = _rules(session.get_one(ConnectionRow, connection_id))
        return Coming(ending, changed_links(session, connection_id, since_rev), until, rules)


def take_release(connection_id: str, lease: Lease) -> Json | None:
    """What an admin saw of the brake and released, for the tick that begins and no other; None if nothing was."""
    with read() as session:
        if not session.get_one(ConnectionRow, connection_id).brake_released:
            return None
    with write() as session:
        lease.check(session)
        connection = session.get_one(ConnectionRow, connection_id)
        shown, connection.brake, connection.brake_released = connection.brake, {}, False
        return shown


def allows(connection_id: str, coming: Coming, lease: Lease, released: Json | None = None) -> bool:
    """Whether a tick may do what is coming; if not, the brake is on when this returns.

    `released` is what an admin let through: that much, and no more than may pass besides.
    """
    with read() as session:
        braked = session.get_one(ConnectionRow, connection_id).braked_at is not None
        if not braked and not coming.ending and not coming.changed:
            return True
        effect = _effect(session, connection_id, coming)
    if not braked and not effect.from_xero and effect.changes <= ALWAYS_ALLOWED:
        return True
    with write() as session:
        lease.check(session)
        connection = session.get_one(ConnectionRow, connection_id)
        if not effect.changes:
            _let_go(session, connection)
            return True
        unasked = _unasked(connection, effect, released)
        if connection.braked_at is None and not _stops(session, connection_id, effect, unasked, released):
            _note(session, effect.from_xero & unasked)
            return True
        _brake(session, connection, effect)
        return False


def _effect(session: Session, connection_id: str, coming: Coming) -> Effect:
    syncing = (col(LinkRow.connection_id) == connection_id, col(LinkRow.state) == SYNCING)
    links = int(session.execute(select(func.count()).select_from(LinkRow).where(*syncing)).scalar_one())
    effect = Effect(list(coming.ending), [], [], links, coming.until, {}, Counter())
    for link_id in dict.fromkeys((*coming.ending, *coming.changed)):
        _foresee_one(session, link_id, effect)
    return effect


def _foresee_one(session: Session, link_id: str, effect: Effect) -> None:
    link = session.get_one(LinkRow, link_id)
    contact, xero = _sides(session, link)
    effect.moved[link_id] = max(contact.rev, xero.rev)
    if contact.archived_at is not None or xero.status != "active":
        return
    plan = plan_of(session, link, contact, xero)
    if here := _counted(plan) & plan.to_practice.keys():
        effect.to_practice.append(link_id)
        effect.fields.update(Met(HERE, field, is_blank(plan.to_practice[field])) for field in here)
    if there := _counted(plan) & (plan.to_xero.keys() - _on_their_way(session, link, plan)):
        effect.to_xero.append(link_id)
        effect.fields.update(Met(IN_XERO, field, is_blank(plan.to_xero[field])) for field in there)


def _sides(session: Session, link: LinkRow) -> tuple[ContactRow, XeroContactRow]:
    xero = session.get_one(XeroContactRow, (link.connection_id, link.xero_id))
    return session.get_one(ContactRow, link.contact_id), xero


def _counted(plan: LinkPlan) -> set[Field]:
    """The fields whose writing overwrites something: agreed on before, or decided by a policy."""
    return {step.field for step in plan.steps if step.base is not None or step.by_policy}


def _on_their_way(session: Session, link: LinkRow, plan: LinkPlan) -> set[Field]:
    """The fields that a stored write carries to Xero already: looked at before, or chosen by a person."""
    waiting = open_intent(session, link.connection_id, link.contact_id) if plan.to_xero else None
    if waiting is None or waiting.link_id != link.id:
        return set()
    return {field for field, value in plan.to_xero.items() if waiting.body.get(field.value) == value_to_json(value)}


def _unasked(connection: ConnectionRow, effect: Effect, released: Json | None) -> set[str]:
    """The links about which nobody was asked: all but those that stand as they did when they were shown."""
    if released is None or released.get("rules") != _rules(connection):
        return set(effect.moved)
    return {link_id for link_id, rev in effect.moved.items() if rev > released["until"]}


def _stops(session: Session, connection_id: str, effect: Effect, unasked: set[str], released: Json | None) -> bool:
    changes = {*effect.ending, *effect.to_practice, *effect.to_xero} & unasked
    shown = released["counts"] if released else {}
    grown = sum(max(0, len(ids) - shown[kind]) for kind, ids in effect.groups.items()) if shown else 0
    if too_many(max(len(changes), grown), effect.links):
        return True
    return too_many_a_day(_within_a_day(session, connection_id, effect.from_xero & unasked), effect.links)


def _within_a_day(session: Session, connection_id: str, coming: set[str]) -> int:
    """How many links Xero's changes ended or overwrote unasked within a day, with those that are coming."""
    query = select(col(LinkRow.id)).where(
        col(LinkRow.connection_id) == connection_id, col(LinkRow.unasked_at) > now() - DAY
    )
    return len(coming.union(session.scalars(query)))


def _note(session: Session, link_ids: set[str]) -> None:
    for chunk in chunks(link_ids):
        noted = update(LinkRow).where(col(LinkRow.id).in_(chunk)).values(unasked_at=now())
        session.execute(noted, execution_options={"synchronize_session": False})


def _rules(connection: ConnectionRow) -> Json:
    return {"fields": connection.field_rules, "blanks": connection.blank_policy}


def _brake(session: Session, connection: ConnectionRow, effect: Effect) -> None:
    """Put the brake on, or bring up to date what it holds back. A release of what was shown before is void."""
    connection.brake_released = False
    connection.brake = {
        "links": effect.links,
        "counts": {name: len(ids) for name, ids in effect.groups.items()},
        "fields": [[*astuple(met), count] for met, count in effect.fields.items()],
        "first": {name: ids[:SHOWN] for name, ids in effect.groups.items()},
        "until": effect.until,
        "rules": _rules(connection),
    }
    number = partial(locales.number, locale=session.get_one(InstallationRow, 1).locale)
    parts = told(len(effect.ending), effect.fields)
    within_a_day = _within_a_day(session, connection.id, effect.from_xero)
    connection.brake_reason = reason(parts, effect.links, within_a_day, number)
    if connection.braked_at is None:
        connection.braked_at = now()
        record(
            session, SYNC, "brake.on", f"Stopped before a mass change. {connection.brake_reason}",
            connection_id=connection.id,
        )  # fmt: skip


def _let_go(session: Session, connection: ConnectionRow) -> None:
    """Take the brake off, because nothing is left to hold back; nothing where it is off already."""
    if connection.braked_at is None:
        return
    connection.braked_at, connection.brake_reason, connection.brake = None, "", {}
    record(
        session, SYNC, "brake.off", "What was held back has been put right: the sync goes on",
        connection_id=connection.id,
    )  # fmt: skip
