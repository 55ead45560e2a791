"""The brake: before a tick ends or overwrites anything, look ahead; far too much at once waits for a person.

While it is on, ticks go on reading, and creations that people ask for go on too; nothing else is written. Only
fields that were agreed on before count: an import and the filling of blanks on a new link are no overwriting.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from sqlalchemy import func, select
from sqlmodel import Session, col

from models.base import now
from models.connection import ConnectionRow
from models.contact import ContactRow
from models.installation import InstallationRow
from models.link import SYNCING, LinkRow
from models.xero_contact import XeroContactRow
from services import locales
from services.db import read, write
from services.reconcile.brake import ALWAYS_ALLOWED, reason, too_many
from services.records.activity import SYNC, record
from services.records.leases import Lease
from services.steps.life import ending_links
from services.steps.planning import changed_links, plan_of

SHOWN = 5


@dataclass(frozen=True, slots=True)
class Coming:
    """Link ids of what a tick is about to do: links to end, and links to compare because a side changed."""

    ending: Sequence[str]
    changed: Sequence[str]


@dataclass(frozen=True, slots=True)
class Effect:
    """Link ids by what would happen to them, and how many links sync now."""

    ending: list[str]
    to_practice: list[str]
    to_xero: list[str]
    links: int

    @property
    def changes(self) -> int:
        """How many links would be ended or overwritten, each counted once."""
        return len({*self.ending, *self.to_practice, *self.to_xero})


def foresee(connection_id: str, since_rev: int) -> Coming:
    """What changes after `since_rev` lead to. Later edits belong to the next tick."""
    with read() as session:
        ending = ending_links(session, connection_id, since_rev)
        return Coming(ending, changed_links(session, connection_id, since_rev))


def allows(connection_id: str, coming: Coming, lease: Lease) -> bool:
    """Whether a tick may do what is coming; if not, the brake is on when this returns."""
    with read() as session:
        braked = session.get_one(ConnectionRow, connection_id).braked_at is not None
        if not braked and len(coming.ending) + len(coming.changed) <= ALWAYS_ALLOWED:
            return True
        effect = _effect(session, connection_id, coming)
    with write() as session:
        lease.check(session)
        connection = session.get_one(ConnectionRow, connection_id)
        if connection.brake_released:
            return True
        if connection.braked_at is None and not too_many(effect.changes, effect.links):
            return True
        _brake(session, connection, effect)
        return False


def _effect(session: Session, connection_id: str, coming: Coming) -> Effect:
    syncing = (col(LinkRow.connection_id) == connection_id, col(LinkRow.state) == SYNCING)
    links = int(session.execute(select(func.count()).select_from(LinkRow).where(*syncing)).scalar_one())
    effect = Effect(list(coming.ending), [], [], links)
    for link_id in coming.changed:
        _foresee_one(session, link_id, effect)
    return effect


def _foresee_one(session: Session, link_id: str, effect: Effect) -> None:
    link = session.get_one(LinkRow, link_id)
    contact = session.get_one(ContactRow, link.contact_id)
    xero = session.get_one(XeroContactRow, (link.connection_id, link.xero_id))
    if contact.archived_at is not None or xero.status != "active":
        return
    plan = plan_of(session, link, contact, xero)
    agreed = set(link.base)
    if agreed & {field.value for field in plan.to_practice}:
        effect.to_practice.append(link_id)
    if agreed & {field.value for field in plan.to_xero}:
        effect.to_xero.append(link_id)


def _brake(session: Session, connection: ConnectionRow, effect: Effect) -> None:
    """Put the brake on, or bring up to date what it holds back."""
    groups = {"ending": effect.ending, "to_practice": effect.to_practice, "to_xero": effect.to_xero}
    connection.brake = {
        "links": effect.links,
        "counts": {name: len(ids) for name, ids in groups.items()},
        "first": {name: ids[:SHOWN] for name, ids in groups.items()},
    }
    number = partial(locales.number, locale=session.get_one(InstallationRow, 1).locale)
    counts = len(effect.ending), len(effect.to_practice), len(effect.to_xero)
    connection.brake_reason = reason(*counts, effect.links, number)
    if connection.braked_at is None:
        connection.braked_at = now()
        record(
            session, SYNC, "brake.on", f"Stopped before a mass change. {connection.brake_reason}",
            connection_id=connection.id,
        )  # fmt: skip
