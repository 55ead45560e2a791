"""What taking an action back needs to know, noted with the action's entry in the activity log.

An entry's `undo` names the rows it is about and how they stood afterwards, so that a later undo can tell whether
anything has moved on since; and how they stood before, so that it can be put back.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from models.base import Json
from models.contact import ContactRow
from models.difference import CLOSED, DifferenceRow
from models.intent import IntentRow
from models.issue import IssueRow
from models.link import LinkRow
from models.xero_contact import XeroContactRow
from services.reconcile.contact import Field, Value, contact_to_json, value_to_json
from services.records.activity import SYNC
from services.records.listing import place_in
from services.records.values import contact_of

STOP, LINK, IGNORE, UNIGNORE, DIFFERENCE = "stop", "link", "ignore", "unignore", "difference"
DEFER, NOTE, CONTACT_TYPE, TWO_WAY = "defer", "note", "contact_type", "two_way"
RESTORE, LET_IN, IMPORT = "restore", "let_in", "import"
COLUMNS = ("contact_id", "state", "origin", "two_way", "base", "cause", "reason", "error", "ended_at", "linked_at")
"""The columns of a link that are put back when linking it again is undone."""


def of_stop(link: LinkRow, contact: ContactRow, xero: XeroContactRow) -> Json:
    """For Unsync: what both sides said then. Once one says something else, the link cannot simply go on."""
    sides = {"practice": contact_to_json(contact_of(contact)), "xero": contact_to_json(contact_of(xero))}
    return {"kind": STOP, "link": link.id, "ended_at": stamp(link.ended_at), **sides}


def of_ignore(issue: IssueRow) -> Json:
    """For Ignore."""
    return {"kind": IGNORE, "issue": issue.id, "resolved_at": stamp(issue.resolved_at)}


def of_unignore(issue: IssueRow, resolved_at: datetime | None, until: datetime | None) -> Json:
    """For asking again about a contact ignored at `resolved_at`, and put off to `until` before that, if ever."""
    was = {"was_resolved_at": stamp(resolved_at), "was_until": stamp(until)}
    return {"kind": UNIGNORE, "issue": issue.id, "resolved_at": "", **was}


def of_defer(issue: IssueRow, was_until: datetime | None) -> Json:
    """For Defer, and for bringing back what was deferred; `was_until` is the day it was deferred to before, if any."""
    days = {"until": stamp(issue.deferred_until), "was_until": stamp(was_until)}
    return {"kind": DEFER, "issue": issue.id, "asked_at": stamp(issue.created_at), **days}


def of_note(issue: IssueRow, before: str) -> Json:
    """For another note; `before` is the note until then."""
    return {"kind": NOTE, "issue": issue.id, "before": before, "after": issue.note}


def snapshot(session: Session, link: LinkRow | None, contact: ContactRow, issue: IssueRow | None) -> Json:
    """How things stand before two contacts are linked; `link` is the former link of the Xero contact.

    What the former link led to is noted by ids: times do not tell what came first, since clocks are set back.
    """
    former = {name: _plain(getattr(link, name)) for name in COLUMNS} if link else None
    asked = {"id": issue.id, "state": issue.state, "resolved_at": stamp(issue.resolved_at)} if issue else None
    earlier = _led_to(session, link) if link else {"differences": [], "writes": []}
    return {"former": former, "issue": asked, "practice": contact_to_json(contact_of(contact)), "earlier": earlier}


def of_link(link: LinkRow, contact: ContactRow, xero: XeroContactRow, before: Mapping[str, Any]) -> Json:
    """For Confirm Match, Re-match and Create New Contact: the link as it stands once both sides were compared.

    `before` is a `snapshot`, to which the waiting or refused creations that linking dropped were added as `forgotten`.
    """
    return {
        "kind": LINK,
        "link": link.id,
        "linked_at": stamp(link.linked_at),
        "xero_rev": xero.rev,
        "xero_now": contact_to_json(contact_of(xero)),
        "created": False,
        **practice_now(contact),
        **before,
    }


def practice_now(contact: ContactRow) -> Json:
    """The practice's side of a link as it stands now, for `of_link`."""
    return {"practice_rev": contact.rev, "practice_now": contact_to_json(contact_of(contact))}


def before_choice(session: Session, link: LinkRow, contact: ContactRow, field: Field) -> Json:
    """How a field stands before a difference about it is decided; a base of None means that it has none."""
    return {
        "linked_at": stamp(link.linked_at),
        "base": link.base.get(field.value),
        "practice": value_to_json(contact_of(contact).get(field)),
        "writes": writes_of(session, link),
    }


def of_difference(row: DifferenceRow, contact: ContactRow, before: Json) -> Json:
    """For a difference that was decided; `before` is `before_choice`."""
    return {
        "kind": DIFFERENCE,
        "difference": row.id,
        "closed_at": stamp(row.closed_at),
        "practice_now": value_to_json(contact_of(contact).get(Field(row.field))),
        **before,
    }


def of_restore(link: LinkRow, contact: ContactRow, field: Field, before: Value) -> Json:
    """For a losing value that was restored in the practice, where it replaced the value `before`."""
    now = value_to_json(contact_of(contact).get(field))
    sides = {"practice": value_to_json(before), "practice_now": now}
    return {"kind": RESTORE, "link": link.id, "contact": contact.id, "field": field.value, **sides}


def of_two_way(session: Session, link: LinkRow) -> Json:
    """For Make two-way, which is about to be done."""
    earlier = {
        "decided": list(session.exec(decided_by_people(link))),
        "ruled": [row.id for row in session.exec(won_by_policy(link))],
        "writes": writes_of(session, link),
    }
    return {"kind": TWO_WAY, "link": link.id, "linked_at": stamp(link.linked_at), **earlier}


def decided_by_people(link: LinkRow) -> SelectOfScalar[str]:
    """The ids of a link's differences in which a person chose."""
    mine = select(DifferenceRow.id).where(col(DifferenceRow.link_id) == link.id, col(DifferenceRow.state) == CLOSED)
    return mine.where(col(DifferenceRow.actor).not_in(("", SYNC)))


def won_by_policy(link: LinkRow) -> SelectOfScalar[DifferenceRow]:
    """The differences of a link that a policy decided for the practice, oldest first."""
    mine = select(DifferenceRow).where(col(DifferenceRow.link_id) == link.id, col(DifferenceRow.state) == CLOSED)
    ruled = col(DifferenceRow.actor) == SYNC, col(DifferenceRow.winner) == "practice"
    return mine.where(*ruled).order_by(place_in(DifferenceRow))


def writes_of(session: Session, link: LinkRow) -> list[str]:
    """The ids of all writes to Xero that a link has led to so far."""
    return list(session.exec(select(IntentRow.id).where(col(IntentRow.link_id) == link.id)))


def of_let_in(xero: XeroContactRow, issue: IssueRow | None) -> Json:
    """For Let in: the Xero contact and its match issue as they stand before it."""
    asked = (
        {"state": issue.state, "resolved_at": stamp(issue.resolved_at), "until": stamp(issue.deferred_until)}
        if issue
        else None
    )
    return {
        "kind": LET_IN, "connection": xero.connection_id, "xero": xero.xero_id, "was": xero.let_in, "issue": asked
    }  # fmt: skip


def of_contact_type(row: ContactRow, before: str) -> Json:
    """For another contact type; `before` is the type until then."""
    return {"kind": CONTACT_TYPE, "contact": row.id, "before": before, "after": row.contact_type}


def of_import(command: str, added: Sequence[ContactRow]) -> Json:
    """For importing a file. What the changed contacts said before is in their own log entries, which share `command`.

    `added` holds the first and the last contact that it added. All of these are found again by the creation time that
    they share and, while nobody has changed them, by their change numbers, which run from the first to the last.
    """
    revs = [row.rev for row in added] or [0]
    at = added[0].created_at if added else None
    return {"kind": IMPORT, "command": command, "added_at": stamp(at), "first_rev": min(revs), "last_rev": max(revs)}


def stamp(time: datetime | None) -> str:
    """A time as text that compares equal when the time does."""
    return time.isoformat() if time else ""


def unstamped(text: str) -> datetime | None:
    """The inverse of `stamp`; None for ""."""
    return datetime.fromisoformat(text) if text else None


def _led_to(session: Session, link: LinkRow) -> Json:
    """What a link has led to so far: its differences and its writes, of which those that are open have their state and
    error; and when its contact was archived, if it is.
    """
    writes = session.exec(select(IntentRow).where(col(IntentRow.link_id) == link.id)).all()
    contact = session.get(ContactRow, link.contact_id)
    return {
        "differences": list(session.exec(select(DifferenceRow.id).where(col(DifferenceRow.link_id) == link.id))),
        "writes": [one.id for one in writes],
        "open": {one.id: [one.state, one.error] for one in writes if one.settled_at is None},
        "archived_at": stamp(contact.archived_at if contact else None),
    }


def _plain(value: Any) -> Any:
    return stamp(value) if isinstance(value, datetime) else value
