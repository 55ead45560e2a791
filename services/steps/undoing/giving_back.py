"""Giving a practice contact back values that it had before."""

from collections.abc import Iterable, Mapping

from sqlmodel import Session, col, select

from models.contact import ContactRow
from models.intent import DONE, IntentRow
from models.link import SYNCING, LinkRow
from services.gateways.contact_book import ContactBook
from services.gateways.store import Change
from services.reconcile.contact import Agreed, Field, Value, base_from_json, base_to_json, values_from_json
from services.reconcile.normalise import same
from services.records.values import contact_of


def give_back(session: Session, contact: ContactRow, values: Mapping[Field, Value]) -> None:
    """Put values back into a practice contact. Where an organisation had by itself what is there now, both sides count
    as changed, so that a person is asked there and nothing is overwritten.
    """
    now = contact_of(contact)
    changed = {field: Agreed(now.get(field), value) for field, value in values.items() if value != now.get(field)}
    if not changed:
        return
    mine = select(LinkRow).where(col(LinkRow.contact_id) == contact.id, col(LinkRow.state) == SYNCING)
    for link in session.exec(mine).all():
        base, written = base_from_json(link.base), _written(session, link)
        known = {field: one for field, one in changed.items() if field in base}
        own = {field: one for field, one in known.items() if _is_its_own(field, one.practice, base[field], written)}
        link.base = base_to_json(base | own)
    ContactBook(session).update([Change(contact.id, {field: one.xero for field, one in changed.items()})])


def _is_its_own(field: Field, value: Value, agreed: Agreed, written: Iterable[Mapping[Field, Value]]) -> bool:
    """Whether both sides have agreed on a value that we did not write to Xero."""
    both = same(field, agreed.practice, value) and same(field, agreed.xero, value)
    return both and not any(same(field, one[field], value) for one in written if field in one)


def _written(session: Session, link: LinkRow) -> list[Mapping[Field, Value]]:
    """What we have written to Xero for the contact of a link."""
    mine = col(IntentRow.contact_id) == link.contact_id, col(IntentRow.connection_id) == link.connection_id
    bodies = session.exec(select(IntentRow.body).where(*mine, col(IntentRow.state) == DONE)).all()
    return [values_from_json(body) for body in bodies]
