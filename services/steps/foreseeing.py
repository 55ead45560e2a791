"""Looking ahead for the brake: what the changes on either side lead to, link by link, before anything is done.

Only fields that both sides agreed on before count, and those that a policy decides: an import overwrites nothing, and
neither does filling blanks on a new link.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, func, select

from models.base import Json
from models.connection import ConnectionRow
from models.contact import ContactRow
from models.link import SYNCING, LinkRow
from models.xero_contact import XeroContactRow
from services.db import current_rev, read
from services.reconcile.brake import HERE, IN_XERO, Met
from services.reconcile.contact import Field, value_to_json
from services.reconcile.normalise import is_blank
from services.reconcile.plan import LinkPlan
from services.records.intents import open_intent
from services.records.keys import same_xero_contact
from services.records.leases import Lease
from services.records.listing import LINKS, chunks
from services.steps.life import ending_links
from services.steps.planning import plan_of


@dataclass(frozen=True, slots=True)
class Coming:
    """What a tick is about to do, as link ids: links to end, and links to compare because a side changed.

    It covers all changes up to the change number `until`. At that moment `rules` were the policies.
    """

    ending: Sequence[str]
    changed: Sequence[str]
    until: int
    rules: Json

    def stands(self, session: Session, link_id: str) -> bool:
        """Whether the policies and both sides are still as they were at `until`. If not, the link is left to the next
        tick, whose brake counts it first.
        """
        link = session.get(LinkRow, link_id)
        if link is None or rules_of(session.get_one(ConnectionRow, link.connection_id)) != self.rules:
            return False
        return max(side.rev for side in _sides(session, link)) <= self.until


@dataclass(frozen=True, slots=True)
class Effect:
    """What a tick would do: link ids by what would happen to them, out of `links`, the number of links that sync now.

    It covers changes up to the change number `until`. `moved` holds the number of each link's last change. `fields`
    counts the links by what a field would meet: the side, the field, and whether it would be cleared.
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
        """The link ids by the name of what would happen to them, as the brake stores them."""
        return {"ending": self.ending, "to_practice": self.to_practice, "to_xero": self.to_xero}


def foresee(connection_id: str, since_rev: int) -> Coming:
    """What changes after `since_rev` lead to. Later edits belong to the next tick."""
    with read() as session:
        until = current_rev(session)
        ending = ending_links(session, connection_id, since_rev)
        rules = rules_of(session.get_one(ConnectionRow, connection_id))
        return Coming(ending, changed_links(session, connection_id, since_rev), until, rules)


def changed_links(session: Session, connection_id: str, since_rev: int) -> list[str]:
    """The ids of syncing links with a side that changed after `since_rev`, or that are to be compared again anyway."""
    return list(dict.fromkeys(_queries(session, connection_id, since_rev)))


def effect_of(session: Session, connection_id: str, coming: Coming, lease: Lease) -> Effect:
    """Which links would be ended or overwritten, if all that is coming were done. Raises: Stale."""
    syncing = (col(LinkRow.connection_id) == connection_id, col(LinkRow.state) == SYNCING)
    links = session.exec(select(func.count()).select_from(LinkRow).where(*syncing)).one()
    effect = Effect(list(coming.ending), [], [], links, coming.until, {}, Counter())
    for link, contact, xero in lease.through(_pairs(session, list(dict.fromkeys((*coming.ending, *coming.changed))))):
        _foresee_one(session, link, contact, xero, effect)
    return effect


def rules_of(connection: ConnectionRow) -> Json:
    """The policies of a connection, to be stored and compared later."""
    return {"fields": connection.field_rules, "blanks": connection.blank_policy}


def _pairs(session: Session, link_ids: Collection[str]) -> Iterator[tuple[LinkRow, ContactRow, XeroContactRow]]:
    """Links with their two contacts, many read at once. One whose linking was undone a moment ago is left out."""
    whole = select(LinkRow, ContactRow, XeroContactRow).join(ContactRow, col(ContactRow.id) == col(LinkRow.contact_id))
    whole = whole.join(XeroContactRow, same_xero_contact(LinkRow))
    for chunk in chunks(link_ids):
        yield from session.execute(whole.where(col(LinkRow.id).in_(chunk))).all()


def _foresee_one(session: Session, link: LinkRow, contact: ContactRow, xero: XeroContactRow, effect: Effect) -> None:
    effect.moved[link.id] = max(contact.rev, xero.rev)
    if contact.archived_at is not None or xero.status != "active":
        return
    plan = plan_of(session, link, contact, xero)
    if here := plan.overwriting & plan.to_practice.keys():
        effect.to_practice.append(link.id)
        effect.fields.update(Met(HERE, field, is_blank(plan.to_practice[field])) for field in here)
    if there := plan.overwriting & (plan.to_xero.keys() - _on_their_way(session, link, plan)):
        effect.to_xero.append(link.id)
        effect.fields.update(Met(IN_XERO, field, is_blank(plan.to_xero[field])) for field in there)


def _sides(session: Session, link: LinkRow) -> tuple[ContactRow, XeroContactRow]:
    xero = session.get_one(XeroContactRow, (link.connection_id, link.xero_id))
    return session.get_one(ContactRow, link.contact_id), xero


def _on_their_way(session: Session, link: LinkRow, plan: LinkPlan) -> set[Field]:
    """The fields that a stored write already carries to Xero: an earlier brake let them pass, or a person chose."""
    waiting = open_intent(session, link.connection_id, link.contact_id) if plan.to_xero else None
    if waiting is None or waiting.link_id != link.id:
        return set()
    return {field for field, value in plan.to_xero.items() if waiting.body.get(field.value) == value_to_json(value)}


def _queries(session: Session, connection_id: str, since_rev: int) -> Iterator[str]:
    """Find links from the contacts that changed, an index range on each side, so that links in step cost nothing."""
    mine = select(LinkRow.id).where(col(LinkRow.connection_id) == connection_id, col(LinkRow.state) == SYNCING)
    yield from session.exec(mine.where(col(LinkRow.practice_rev) == 0))
    contacts = session.exec(select(ContactRow.id).where(col(ContactRow.rev) > since_rev)).all()
    moved = col(ContactRow.rev) > col(LinkRow.practice_rev)
    practice = mine.join(ContactRow, col(ContactRow.id) == col(LinkRow.contact_id)).where(moved)
    for chunk in chunks(contacts, LINKS):
        yield from session.exec(practice.where(col(LinkRow.contact_id).in_(chunk)))
    changed = col(XeroContactRow.connection_id) == connection_id, col(XeroContactRow.rev) > since_rev
    pair = (col(XeroContactRow.connection_id) == connection_id) & (col(XeroContactRow.xero_id) == col(LinkRow.xero_id))
    xero = mine.join(XeroContactRow, pair).where(col(XeroContactRow.rev) > col(LinkRow.xero_rev))
    for chunk in chunks(session.exec(select(XeroContactRow.xero_id).where(*changed)).all(), LINKS):
        yield from session.exec(xero.where(col(LinkRow.xero_id).in_(chunk)))
