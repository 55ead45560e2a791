"""What a tick does because of a person's linking belongs to that act, and is undone with it."""

from sqlmodel import Session, col, select

from models.activity import ActivityRow
from models.contact import ContactRow
from models.link import LinkRow
from services.records.undoing import LINK, stamp


def note(session: Session, link: LinkRow, contact: ContactRow, rev: int) -> None:
    """Note with the act that made a link that a policy has just decided about its practice contact, which was at `rev`
    before, unless somebody has changed the contact since they linked it.
    """
    about = col(ActivityRow.contact_id) == contact.id, col(ActivityRow.xero_id) == link.xero_id
    acts = select(ActivityRow).where(*about, col(ActivityRow.action) == f"link.{link.origin}")
    act = session.exec(acts.order_by(col(ActivityRow.id).desc())).first()
    noted = act.undo if act else {}
    made = {"kind": LINK, "link": link.id, "linked_at": stamp(link.linked_at), "practice_rev": rev}
    if act and made.items() <= noted.items():
        act.undo = noted | {"practice_rev": contact.rev}
