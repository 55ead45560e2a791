"""Giving practice contacts back values that they had before."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from sqlmodel import Session, col, select

from models.contact import ContactRow
from models.intent import DONE, IntentRow
from models.link import STOPPED, STOPPED_BY_PERSON, LinkRow
from services.gateways.contact_book import ContactBook
from services.gateways.store import Change
from services.reconcile.contact import Agreed, Field, Value, base_from_json, base_to_json, values_from_json
from services.reconcile.normalise import same
from services.records.listing import among, chunks
from services.records.values import contact_of

Written = Mapping[Field, Value]


def give_back(session: Session, contact: ContactRow, values: Mapping[Field, Value]) -> None:
    """Put values back into a practice contact, and see that they overwrite nothing (`ask_where_agreed`)."""
    now = contact_of(contact)
    changed = {field: Agreed(now.get(field), value) for field, value in values.items() if value != now.get(field)}
    if not changed:
        return
    ask_where_agreed(session, {contact.id: changed})
    ContactBook(session).update([Change(contact.id, {field: one.xero for field, one in changed.items()})])


def ask_where_agreed(session: Session, changed: Mapping[str, Mapping[Field, Agreed]]) -> None:
    """Where an organisation had by itself what contacts, by id, have now, let both sides count as changed: what is put
    back asks a person there, whether the link syncs now or later. Each field comes with its value now, on the side of
    the practice, and the one that is put back.

    A link that a person stopped keeps its base: it syncs with it again only if both sides say what they said then.
    """
    stopped = (col(LinkRow.state) == STOPPED) & (col(LinkRow.cause) == STOPPED_BY_PERSON)
    for chunk in chunks(changed):
        written = _written(session, chunk)
        for link in session.exec(select(LinkRow).where(among(LinkRow.contact_id, chunk), ~stopped)).all():
            base, ours = base_from_json(link.base), written[link.connection_id, link.contact_id]
            known = {field: one for field, one in changed[link.contact_id].items() if field in base}
            own = {field: one for field, one in known.items() if _is_its_own(field, one.practice, base[field], ours)}
            link.base = base_to_json(base | own)


def _is_its_own(field: Field, value: Value, agreed: Agreed, written: Iterable[Written]) -> bool:
    """Whether both sides have agreed on a value that we did not write to Xero."""
    both = same(field, agreed.practice, value) and same(field, agreed.xero, value)
    return both and not any(same(field, one[field], value) for one in written if field in one)


def _written(session: Session, contact_ids: Collection[str]) -> Mapping[tuple[str, str], list[Written]]:
    """What we have written to Xero for contacts, by the ids of organisation and contact."""
    columns = col(IntentRow.connection_id), col(IntentRow.contact_id), col(IntentRow.body)
    done = select(*columns).where(among(IntentRow.contact_id, contact_ids), col(IntentRow.state) == DONE)
    written = defaultdict[tuple[str, str], list[Written]](list)
    for connection_id, contact_id, body in session.exec(done):
        written[connection_id, contact_id].append(values_from_json(body))
    return written
