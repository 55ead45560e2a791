"""Taking back one thing a person did, if nothing has moved on since. Raises: MovedOn, saying what has.

`noted` is what `services/records/undoing.py` kept with the entry of the activity log.
"""

from sqlmodel import Session, col, delete, select

from models.activity import ActivityRow
from models.base import Json, now
from models.connection import CONNECTED, ConnectionRow
from models.contact import ContactRow
from models.difference import CLOSED, DifferenceRow
from models.intent import IntentRow
from models.issue import RESOLVED
from models.link import DISCONNECTED, STOPPED, STOPPED_BY_PERSON, SYNCING, LinkRow
from models.xero_contact import XeroContactRow
from services.db import next_revs
from services.errors import MovedOn
from services.gateways.store import Status
from services.reconcile.contact import Field, contact_to_json, value_from_json, values_from_json
from services.records import creations, differences, drift
from services.records.another_look import look_again, once_free
from services.records.intents import wake, wake_all
from services.records.keys import is_inside
from services.records.link_state import is_linked
from services.records.listing import among
from services.records.undoing import decided_by_people, stamp, unstamped
from services.records.values import contact_of
from services.steps.life import resume_in_use
from services.steps.planning import plan_fields
from services.steps.undoing import asking_again
from services.steps.undoing.giving_back import give_back
from services.steps.undoing.removing import remove
from services.steps.undoing.unwritten import drop_unsent, must_be_kept_in_xero
from services.steps.undoing.writing_again import take_up

EDITED = "The contact has been edited since."
GONE = "One of the two contacts has been archived since."
DRIFTED = (
    "A field has been changed since, here or in Xero. Use Re-match under Previously Synced: it asks about what differs."
)
LET_IN = "The contact in Xero now takes part in any case. Stop syncing it instead."
RELINKED = "The contact has been linked or stopped again since."
CUT_OFF = "The organisation has been disconnected since."


def stop(session: Session, actor: str, noted: Json) -> None:
    """Let a stopped link sync again, with the base it had."""
    link = _link(session, noted)
    if link.state != STOPPED or link.cause != STOPPED_BY_PERSON or stamp(link.ended_at) != noted["ended_at"]:
        raise MovedOn(RELINKED)
    _must_be_read(session, link)
    contact = session.get_one(ContactRow, link.contact_id)
    xero = session.get_one(XeroContactRow, (link.connection_id, link.xero_id))
    if contact.archived_at is not None or xero.status != Status.ACTIVE.value:
        raise MovedOn(GONE)
    if is_linked(session, link.connection_id, link.contact_id):
        raise MovedOn(f"{contact.name} has been linked with another contact in Xero since.")
    if (contact_to_json(contact_of(contact)), contact_to_json(contact_of(xero))) != (
        noted.get("practice"),
        noted.get("xero"),
    ):
        raise MovedOn(DRIFTED)
    link.state, link.reason, link.drift, link.ended_at, link.practice_rev = SYNCING, "", "", None, 0
    wake(session, link.connection_id)


def link(session: Session, actor: str, noted: Json) -> None:
    """Separate two contacts that were linked, and put everything back as it was before."""
    row = _link(session, noted)
    _must_have_synced(row, noted)
    contact = session.get_one(ContactRow, row.contact_id)
    xero = session.get_one(XeroContactRow, (row.connection_id, row.xero_id))
    if contact.archived_at is not None or xero.status != Status.ACTIVE.value:
        raise MovedOn(GONE)
    if not _as_linked(contact, xero, noted):
        raise MovedOn(EDITED)
    was_asked = noted["issue"] and noted["issue"]["state"] != RESOLVED
    if not was_asked and not noted["former"] and (xero.let_in or is_inside(session, xero)):
        raise MovedOn(LET_IN)  # otherwise nobody would be asked about it, and no list would show it
    drop_unsent(session, row, noted["earlier"]["writes"])
    once_free(session, row.connection_id, row.contact_id)
    _part(session, row, noted)
    _put_back(session, contact, noted, xero.connection_id)
    creations.remember(session, noted.get("forgotten", {}))
    if noted["former"]:
        take_up(session, row, noted["earlier"])
        if session.get_one(ContactRow, row.contact_id).archived_at is None:
            resume_in_use(session, row, actor)
    wake(session, xero.connection_id)
    if was_asked:
        asking_again.ask_again(session, noted["issue"])
        if (contact.name_key, contact.email_key) != (xero.name_key, xero.email_key):  # they would be linked once more
            look_again(session, [xero])


def difference(session: Session, actor: str, noted: Json) -> None:
    """Ask again about a field that was decided, with both sides' values as they were."""
    row = session.get(DifferenceRow, noted["difference"])
    if row is None:
        raise MovedOn("The link between the two has been undone since, and this choice with it.")
    link = session.get_one(LinkRow, row.link_id)
    if row.contact_id != link.contact_id:
        raise MovedOn(RELINKED)
    _must_have_synced(link, noted)
    if row.state != CLOSED or stamp(row.closed_at) != noted["closed_at"]:
        raise MovedOn("It has been decided again since.")
    if differences.find_open(session, row.link_id, row.field):
        raise MovedOn("The two sides differ in this field again. Choose there instead.")
    field = Field(row.field)
    contact = session.get_one(ContactRow, link.contact_id)
    if contact_of(contact).get(field) != value_from_json(field, noted["practice_now"]):
        raise MovedOn(EDITED)
    if row.winner == "practice":
        must_be_kept_in_xero(session, link, row, noted["writes"])
    base = {name: value for name, value in link.base.items() if name != row.field}
    link.base = base if noted["base"] is None else {**base, row.field: noted["base"]}
    give_back(session, contact, {field: value_from_json(field, noted["practice"])})
    differences.reopen(row)
    session.flush()
    plan_fields(session, link.id, [field])
    link.practice_rev = 0  # so that the next tick checks whether a write that Xero may have refused is still wanted
    wake(session, link.connection_id)


def two_way(session: Session, actor: str, noted: Json) -> None:
    """Let a link take changes from Xero only, as before; what was to be written there since is dropped."""
    row = _link(session, noted)
    _must_have_synced(row, noted)
    if session.exec(decided_by_people(row).where(~among(DifferenceRow.id, noted["decided"]))).first() is not None:
        raise MovedOn("One of the contact's differences has been decided since.")
    drop_unsent(session, row, noted["writes"])
    if "ruled" in noted:
        asking_again.ask_what_was_ruled(session, row, noted["ruled"])
    row.two_way, row.practice_rev = False, 0
    wake(session, row.connection_id)


def contact_type(session: Session, actor: str, noted: Json) -> None:
    """Give a contact the type it had."""
    contact = session.get(ContactRow, noted["contact"])
    if contact is None or contact.contact_type != noted["after"]:
        raise MovedOn("Its contact type has been changed since.")
    contact.contact_type = noted["before"]
    contact.rev, contact.updated_at = next_revs(session)[0], now()
    wake_all(session)


def _as_linked(contact: ContactRow, xero: XeroContactRow, noted: Json) -> bool:
    """Whether both contacts say what they said when they were linked. One that was made for the link must not have been
    touched at all, since it is removed.
    """
    here, there = contact_to_json(contact_of(contact)), contact_to_json(contact_of(xero))
    as_made = contact.rev == noted["practice_rev"] or (not noted["created"] and here == noted.get("practice_now"))
    return as_made and (xero.rev == noted["xero_rev"] or there == noted.get("xero_now"))


def _part(session: Session, link: LinkRow, noted: Json) -> None:
    """Delete a link that was made anew, or give one that was linked again the columns it had before."""
    earlier, former = among(DifferenceRow.id, noted["earlier"]["differences"]), noted["former"]
    session.execute(delete(DifferenceRow).where(col(DifferenceRow.link_id) == link.id, ~earlier))
    if former is None:
        session.delete(link)
        session.flush()
        return
    if session.get(ContactRow, former["contact_id"]) is None:
        raise MovedOn("The contact that it was linked with has been removed since.")
    for name, value in former.items():
        setattr(link, name, unstamped(value) if name.endswith("_at") else value)
    drift.note(session, link)
    session.flush()


def _put_back(session: Session, contact: ContactRow, noted: Json, connection_id: str) -> None:
    """Empty the fields of a contact that linking filled in; a contact that was made for the link is removed again."""
    if noted["created"]:
        _must_be_unknown_elsewhere(session, contact, connection_id)
        remove(session, [contact.id])
        return
    give_back(session, contact, values_from_json(noted["practice"]))


def _must_be_unknown_elsewhere(session: Session, contact: ContactRow, connection_id: str) -> None:
    """Refuse to remove a contact that is or ever was linked or sent to Xero, or that the log mentions for another
    organisation: it is needed there, or may be linked again. Raises: MovedOn.
    """
    known = [select(table.id).where(col(table.contact_id) == contact.id) for table in (LinkRow, IntentRow)]
    told = select(ActivityRow.id).where(col(ActivityRow.contact_id) == contact.id)
    elsewhere = told.where(col(ActivityRow.connection_id) != connection_id)  # blank where it is no organisation's
    for query in (*known, elsewhere):
        if session.scalars(query.limit(1)).first() is not None:
            raise MovedOn(f"{contact.name} has been sent to Xero or linked there since.")


def _must_be_read(session: Session, link: LinkRow) -> None:
    """Refuse while the organisation is not connected, or has not been read since: its links do not sync, and what has
    changed in Xero is not known. Raises: MovedOn.
    """
    connection = session.get_one(ConnectionRow, link.connection_id)
    if connection.state != CONNECTED:
        raise MovedOn(f"{connection.name} is not connected. Connect it again first, then undo from Activity.")
    if connection.next_delta_at is None:  # as connecting leaves it until Xero was asked what changed
        raise MovedOn(f"What has changed in {connection.name} is not known yet. Undo from Activity once it has synced.")


def _must_have_synced(link: LinkRow, noted: Json) -> None:
    """Refuse unless a link has synced ever since the action. Raises: MovedOn, saying why it ended."""
    if stamp(link.linked_at) != noted["linked_at"]:
        raise MovedOn(RELINKED)
    if link.state != SYNCING:
        raise MovedOn(CUT_OFF if link.cause == DISCONNECTED else link.reason or RELINKED)


def _link(session: Session, noted: Json) -> LinkRow:
    link = session.get(LinkRow, noted["link"])
    if link is None:
        raise MovedOn(RELINKED)
    return link
