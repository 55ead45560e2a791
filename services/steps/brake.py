"""The brake: a tick looks ahead before it ends or overwrites anything, and far too much at once waits for an admin.

While the brake is on, ticks go on reading and send what people ask to create or archive; nothing else is written.
A link that Xero's changes ended or overwrote without anybody being asked is noted with the time, so that slices of a
mass change add up over a day. A release lets through what the admin was shown, and no mass change that came after.
Once people have put everything right, the brake goes off by itself.
"""

from dataclasses import astuple
from datetime import timedelta
from functools import partial

from sqlalchemy import select, update
from sqlmodel import Session, col

from models.base import WHOLESALE, Json, now
from models.connection import ConnectionRow
from models.installation import InstallationRow
from models.link import LinkRow
from services import locales
from services.db import read, write
from services.reconcile.brake import ALWAYS_ALLOWED, reason, told, too_many, too_many_a_day
from services.records.activity import SYNC, record
from services.records.leases import Lease
from services.records.listing import chunks
from services.steps.foreseeing import Coming, Effect, effect_of, rules_of

SHOWN = 200
"""How many links of each kind are kept for a person to look at one by one."""

DAY = timedelta(days=1)


def take_release(connection_id: str, lease: Lease) -> Json | None:
    """What an admin saw and released (see `_brake`), which only the tick that takes it may use; None if nothing was."""
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

    `released` is what an admin let through: that much may pass, and as much more as may pass without the brake.
    """
    with read() as session:
        connection = session.get_one(ConnectionRow, connection_id)  # stays loaded while its links are looked at
        braked = connection.braked_at is not None
        if not braked and not coming.ending and not coming.changed:
            return True
        effect = effect_of(session, connection_id, coming, lease)
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


def _unasked(connection: ConnectionRow, effect: Effect, released: Json | None) -> set[str]:
    """The links that no admin has looked at: all except those that have not changed since the release was counted."""
    if released is None or released.get("rules") != rules_of(connection):
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
    """How many links Xero's changes ended or overwrote within a day without anybody being asked, including those that
    this tick would add.
    """
    query = select(col(LinkRow.id)).where(
        col(LinkRow.connection_id) == connection_id, col(LinkRow.unasked_at) > now() - DAY
    )
    return len(coming.union(session.scalars(query)))


def _note(session: Session, link_ids: set[str]) -> None:
    for chunk in chunks(link_ids):
        noted = update(LinkRow).where(col(LinkRow.id).in_(chunk)).values(unasked_at=now())
        session.execute(noted, execution_options=WHOLESALE)


def _brake(session: Session, connection: ConnectionRow, effect: Effect) -> None:
    """Put the brake on, or update what it holds back; a release that refers to what was shown before becomes void."""
    connection.brake_released = False
    connection.brake = {
        "links": effect.links,
        "counts": {name: len(ids) for name, ids in effect.groups.items()},
        "fields": [[*astuple(met), count] for met, count in effect.fields.items()],
        "first": {name: ids[:SHOWN] for name, ids in effect.groups.items()},
        "until": effect.until,
        "rules": rules_of(connection),
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
    """Take the brake off, if it is on, because nothing is left to hold back."""
    if connection.braked_at is None:
        return
    connection.braked_at, connection.brake_reason, connection.brake = None, "", {}
    record(
        session, SYNC, "brake.off", "The brake is off: what it held back has been put right",
        connection_id=connection.id,
    )  # fmt: skip
