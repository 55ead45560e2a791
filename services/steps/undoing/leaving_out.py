"""Excluding a Xero contact again that a person let in, if nothing but a question has come of that so far."""

from sqlmodel import Session, col, select

from models.base import Json, now
from models.issue import IGNORED, OPEN, RESOLVED
from models.link import SYNCING, LinkRow
from models.xero_contact import XeroContactRow
from services.errors import MovedOn
from services.records.creations import refused_names
from services.records.issues import NAME_TAKEN
from services.records.keys import is_inside
from services.records.undoing import unstamped
from services.steps.linking import issue_of

LINKED = "It has been linked since. Stop syncing it instead."
ENDED = "It has been linked since, and no longer syncs."
INSIDE = "The contact-type filter now lets it in. Ignore it instead."


def leave_out(session: Session, actor: str, noted: Json) -> None:
    """Exclude a Xero contact as before, and ask about it no more, unless a contact of ours was refused its name.

    Raises: MovedOn, saying what has come of it since.
    """
    xero = session.get_one(XeroContactRow, (noted["connection"], noted["xero"]))
    link = col(LinkRow.connection_id) == xero.connection_id, col(LinkRow.xero_id) == xero.xero_id
    state = session.exec(select(LinkRow.state).where(*link)).first()
    if state is not None:
        raise MovedOn(LINKED if state == SYNCING else ENDED)
    issue, before = issue_of(session, xero), noted["issue"] or {"state": RESOLVED, "resolved_at": ""}
    if issue is not None and issue.state == IGNORED:
        raise MovedOn("It has been answered since.")
    if before["state"] != IGNORED and is_inside(session, xero):
        raise MovedOn(INSIDE)  # otherwise nobody would be asked about it, and no list would show it
    if issue is not None and before["state"] == RESOLVED and _is_name_taken(session, xero):
        issue.reason = NAME_TAKEN
    elif issue is not None and before["state"] != OPEN:
        issue.state, issue.resolved_at = before["state"], unstamped(before["resolved_at"]) or now()
        issue.deferred_until = unstamped(before.get("until", ""))
    xero.let_in = noted["was"]


def _is_name_taken(session: Session, xero: XeroContactRow) -> bool:
    return bool(refused_names(session, xero.connection_id, [xero.name_key]))
