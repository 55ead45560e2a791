"""What a tick does because of a person's linking belongs to that act, and is undone with it."""

from sqlmodel import Session, col, select

from models.activity import ActivityRow
from models.base import Json
from models.contact import ContactRow
from models.difference import CLOSED, DifferenceRow
from models.link import LinkRow
from services.records.activity import SYNC
from services.records.listing import among, place_in
from services.records.undoing import LINK, stamp


def note(session: Session, link: LinkRow, contact: ContactRow, rev: int) -> None:
    """Note with the act that made a link what a policy has just decided about its practice contact, which was at `rev`
    before. What somebody has changed of the contact since they linked it stays their own.
    """
    about = col(ActivityRow.contact_id) == contact.id, col(ActivityRow.xero_id) == link.xero_id
    acts = select(ActivityRow).where(*about, col(ActivityRow.action) == f"link.{link.origin}")
    act = session.exec(acts.order_by(col(ActivityRow.id).desc())).first()
    made = {"kind": LINK, "link": link.id, "linked_at": stamp(link.linked_at)}
    if act is None or not made.items() <= act.undo.items():
        return
    untouched = {"practice_rev": contact.rev} if act.undo["practice_rev"] == rev else {}
    act.undo = act.undo | untouched | {"practice_now": _as_ruled(session, link, act.undo)}


def _as_ruled(session: Session, link: LinkRow, noted: Json) -> Json:
    """What the contact said when it was linked, but with Xero's value where a policy has replaced exactly that."""
    mine = select(DifferenceRow).where(col(DifferenceRow.link_id) == link.id, col(DifferenceRow.state) == CLOSED)
    ruled = mine.where(col(DifferenceRow.actor) == SYNC, col(DifferenceRow.winner) == "xero")
    since = ruled.where(~among(DifferenceRow.id, noted["earlier"]["differences"]))
    latest = {row.field: row.values for row in session.exec(since.order_by(place_in(DifferenceRow)))}
    said: Json = noted.get("practice_now", {})
    return said | {name: values["xero"] for name, values in latest.items() if said.get(name) == values["practice"]}
