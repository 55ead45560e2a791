"""Taking back an answer to a match issue, the day it was put off to, or a note. Raises: MovedOn, saying what changed.

`noted` is what `services/records/undoing.py` kept with the entry of the activity log.
"""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from models.base import Json, now
from models.difference import DifferenceRow
from models.issue import IGNORED, OPEN, IssueRow
from models.link import LinkRow
from services.db import next_revs
from services.errors import MovedOn
from services.gateways.store import Status
from services.reconcile.contact import Agreed, Field, base_to_json, value_from_json
from services.records.differences import close, find_open, reopen
from services.records.intents import wake
from services.records.issues import LEFT_OUT, asked_about, is_left_out, must_take_part
from services.records.listing import among
from services.records.undoing import stamp, unstamped, won_by_policy

ANSWERED = "It has been answered since."
ASKED = "It is already asked about again."
LINKED = "The contact in Xero has been linked since."
NOT_IN_USE = "The contact is no longer in use in Xero."
CLOSED = "The question has been closed since."


def ignore(session: Session, actor: str, noted: Json) -> None:
    """Ask about an ignored Xero contact again."""
    issue = _issue(session, noted, IGNORED)
    must_take_part(session, issue)
    issue.state, issue.resolved_at = OPEN, None
    asked_about(session, issue).rev = next_revs(session)[0]
    wake(session, issue.connection_id)


def unignore(session: Session, actor: str, noted: Json) -> None:
    """Ignore a Xero contact as before; if that is taken back too, it is asked about on the day that was set before."""
    issue = _issue(session, noted, OPEN)
    issue.state, issue.resolved_at = IGNORED, unstamped(noted["was_resolved_at"])
    issue.deferred_until = unstamped(noted.get("was_until", ""))


def defer(session: Session, actor: str, noted: Json) -> None:
    """Give an issue the day it had before it was put off or brought back."""
    issue = session.get_one(IssueRow, noted["issue"])
    if issue.state != OPEN:
        raise MovedOn(_what_became_of(session, issue))
    if stamp(issue.created_at) != noted.get("asked_at", stamp(issue.created_at)):
        raise MovedOn("It was closed and has been asked anew since.")
    if stamp(issue.deferred_until) != noted["until"]:
        raise MovedOn("It has been deferred again or brought back since.")
    if issue.deferred_until is not None and issue.deferred_until <= now():
        raise MovedOn("The day it was deferred to has come: it is among the open match issues again.")
    issue.deferred_until = unstamped(noted["was_until"])


def note(session: Session, actor: str, noted: Json) -> None:
    """Give an issue the note it had."""
    issue = session.get_one(IssueRow, noted["issue"])
    if issue.note != noted["after"]:
        raise MovedOn("The note has been changed since.")
    issue.note = noted["before"]


def ask_again(session: Session, asked: Json) -> None:
    """Give an issue its former state, unless that was open and the filter excludes its contact by now."""
    issue = session.get_one(IssueRow, asked["id"])
    if asked["state"] != OPEN or not is_left_out(session, issue):
        issue.state, issue.resolved_at = asked["state"], unstamped(asked.get("resolved_at", ""))


def ask_what_was_ruled(session: Session, link: LinkRow, earlier: Sequence[str]) -> None:
    """Ask about what a policy decided for the practice and nothing was written of, except the `earlier` decisions. Each
    field gets the base again that the first of these decisions was made on.
    """
    since = session.exec(won_by_policy(link).where(~among(DifferenceRow.id, earlier))).all()
    for row in reversed(since):
        before = value_from_json(Field(row.field), row.values["base"]) if row.values["base"] is not None else None
        others = {name: one for name, one in link.base.items() if name != row.field}
        link.base = others | (base_to_json({Field(row.field): Agreed(before, before)}) if before is not None else {})
    for row in since:
        if find_open(session, link.id, row.field) is None:
            reopen(row)
            session.flush()
        else:
            close(row)


def _issue(session: Session, noted: Json, state: str) -> IssueRow:
    issue = session.get_one(IssueRow, noted["issue"])
    if issue.state != state or stamp(issue.resolved_at) != noted["resolved_at"]:
        raise MovedOn(_what_became_of(session, issue))
    return issue


def _what_became_of(session: Session, issue: IssueRow) -> str:
    """Why an issue is no longer as it was left, to be said to a person."""
    if issue.state == OPEN:
        return ASKED
    if issue.state == IGNORED:
        return ANSWERED
    xero = asked_about(session, issue)
    link = col(LinkRow.connection_id) == xero.connection_id, col(LinkRow.xero_id) == xero.xero_id
    if session.exec(select(LinkRow.id).where(*link)).first() is not None:
        return LINKED
    if xero.status != Status.ACTIVE.value:
        return NOT_IN_USE
    return LEFT_OUT if is_left_out(session, issue) else CLOSED
