"""Match issues that are not answered now: ignored, put off until a day, or with a note for whoever comes next."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time, timedelta

from sqlmodel import Session

from models.base import now
from models.issue import IGNORED, OPEN
from services import locales
from services.access import Principal, Role, require
from services.db import next_revs, write
from services.errors import BadInput, MovedOn, Problem
from services.practice_settings import get_settings
from services.reconcile.match import Keys
from services.records.activity import command_of
from services.records.bulk import Report, each
from services.records.intents import wake
from services.records.issues import (
    asked_about,
    issue_row,
    issues_at_hand,
    must_take_part,
    note_down,
    open_issue,
    xero_name,
)
from services.records.keys import NOBODY_SEEN, must_be_who_was_seen
from services.records.undoing import of_defer, of_ignore, of_note, of_unignore

UNTIL = {"tomorrow": "Until tomorrow", "week": "Until next Monday", "month": "For a month"}
LONGEST_NOTE = 500


def ignore(actor: Principal, issue_ids: Sequence[str], seen: Mapping[str, Keys] = NOBODY_SEEN) -> Report:
    """Leave Xero contacts unlinked and stop asking about them. Raises: Forbidden.

    One is skipped if it is no longer who was `seen`, by the issue's id.
    """
    require(actor, Role.EDITOR)

    def act(session: Session, issue_id: str) -> None:
        issue = open_issue(session, issue_id)
        xero = asked_about(session, issue)
        must_be_who_was_seen(xero, seen.get(issue_id))
        issue.state, issue.resolved_at = IGNORED, now()
        note_down(session, actor.username, issue, "issue.ignored", f"Ignored {xero.name}", of_ignore(issue))

    return each(issue_ids, act, xero_name, issues_at_hand)


def unignore(actor: Principal, issue_ids: Sequence[str]) -> Report:
    """Ask about ignored Xero contacts again. Raises: Forbidden."""
    require(actor, Role.EDITOR)

    def act(session: Session, issue_id: str) -> None:
        issue = issue_row(session, issue_id)
        if issue.state != IGNORED:
            raise MovedOn("It is not ignored any more.")
        must_take_part(session, issue)
        undo = of_unignore(issue, issue.resolved_at, issue.deferred_until)
        issue.state, issue.resolved_at, issue.deferred_until = OPEN, None, None
        xero = asked_about(session, issue)
        xero.rev = next_revs(session)[0]
        note_down(session, actor.username, issue, "issue.unignored", f"Stopped ignoring {xero.name}", undo)
        wake(session, issue.connection_id)

    return each(issue_ids, act, xero_name, issues_at_hand)


def defer(actor: Principal, issue_ids: Sequence[str], until: str) -> Report:
    """Ask again later: `until` is a key of UNTIL; its day begins in the practice's time zone. Raises: Forbidden."""
    require(actor, Role.EDITOR)
    moment, practice = beginning_of(until, now()), get_settings()

    def act(session: Session, issue_id: str) -> None:
        issue = open_issue(session, issue_id)
        before, issue.deferred_until = issue.deferred_until, moment
        day = locales.day(moment.astimezone(practice.zone), practice.locale)
        summary = f"Deferred {xero_name(session, issue_id)} until {day}"
        note_down(session, actor.username, issue, "issue.deferred", summary, of_defer(issue, before))

    return each(issue_ids, act, xero_name, issues_at_hand)


def bring_back(actor: Principal, issue_ids: Sequence[str]) -> Report:
    """Ask at once about what was put off. Raises: Forbidden."""
    require(actor, Role.EDITOR)

    def act(session: Session, issue_id: str) -> None:
        issue = open_issue(session, issue_id)
        if issue.deferred_until is None:
            raise MovedOn("It is no longer deferred.")
        before, issue.deferred_until = issue.deferred_until, None
        summary = f"Brought back {xero_name(session, issue_id)}"
        note_down(session, actor.username, issue, "issue.brought_back", summary, of_defer(issue, before))

    return each(issue_ids, act, xero_name, issues_at_hand)


def set_note(actor: Principal, issue_id: str, note: str, seen: str | None = None) -> str:
    """Save a note about an issue; a blank removes it.

    Returns the id of the command, by which it can be undone, or "" if the note said that already.
    Raises: NotFound, Forbidden, BadInput; MovedOn when the note is no longer the one `seen`.
    """
    require(actor, Role.EDITOR)
    note = " ".join(note.split())
    if len(note) > LONGEST_NOTE:
        raise BadInput([Problem("note", f"must have at most {LONGEST_NOTE} characters")])
    with write() as session:
        issue = issue_row(session, issue_id)
        if issue.note == note:
            return ""
        if seen is not None and issue.note != seen:
            raise MovedOn("Somebody else has changed the note. Read it before you save yours.")
        before, issue.note = issue.note, note
        what = "Wrote a note on" if note else "Removed the note on"
        summary = f"{what} {xero_name(session, issue_id)}"
        note_down(session, actor.username, issue, "issue.noted", summary, of_note(issue, before))
        return command_of(session)


def beginning_of(until: str, moment: datetime) -> datetime:
    """The moment, in UTC, when the day begins that an issue is put off to."""
    zone = get_settings().zone
    today = moment.astimezone(zone).date()
    days = {"tomorrow": 1, "week": 7 - today.weekday(), "month": 30}[until]
    return datetime.combine(today + timedelta(days=days), time(), zone).astimezone(UTC)
