"""What taking an action back needs to know, noted with the action's entry in the activity log.

An entry's `undo` names the rows it is about and how they stood afterwards, so that a later undo can tell whether
anything has moved on since; and how they stood before, so that it can be put back.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from models.base import Json
from models.contact import ContactRow
from models.difference import DifferenceRow
from models.issue import IssueRow
from models.link import LinkRow
from models.xero_contact import XeroContactRow
from services.reconcile.contact import Field, Value, contact_to_json, value_to_json
from services.records.values import contact_of

STOP, LINK, IGNORE, UNIGNORE, DIFFERENCE = "stop", "link", "ignore", "unignore", "difference"
DEFER, NOTE, CONTACT_TYPE, TWO_WAY = "defer", "note", "contact_type", "two_way"
RESTORE, LET_IN, IMPORT = "restore", "let_in", "import"
COLUMNS = ("contact_id", "state", "origin", "two_way", "base", "cause", "reason", "error", "ended_at", "linked_at")
"""What a link is put back to when linking it again is taken back."""


def of_stop(link: LinkRow, contact: ContactRow, xero: XeroContactRow) -> Json:
    """Unsync, with what both sides said then: once one of them says something else, the link cannot simply go on."""
    sides = {"practice": contact_to_json(contact_of(contact)), "xero": contact_to_json(contact_of(xero))}
    return {"kind": STOP, "link": link.id, "ended_at": stamp(link.ended_at), **sides}


def of_ignore(issue: IssueRow) -> Json:
    """Ignore."""
    return {"kind": IGNORE, "issue": issue.id, "resolved_at": stamp(issue.resolved_at)}


def of_unignore(issue: IssueRow, resolved_at: datetime | None, until: datetime | None) -> Json:
    """Asking again about one that was ignored at `resolved_at`, and put off to `until` before that, if ever."""
    was = {"was_resolved_at": stamp(resolved_at), "was_until": stamp(until)}
    return {"kind": UNIGNORE, "issue": issue.id, "resolved_at": "", **was}


def of_defer(issue: IssueRow, was_until: datetime | None) -> Json:
    """Defer, or bringing back what was put off; `was_until` is the day it was put off to before, if any."""
    return {"kind": DEFER, "issue": issue.id, "until": stamp(issue.deferred_until), "was_until": stamp(was_until)}


def of_note(issue: IssueRow, before: str) -> Json:
    """Another note, `before` being the one until then."""
    return {"kind": NOTE, "issue": issue.id, "before": before, "after": issue.note}


def snapshot(link: LinkRow | None, contact: ContactRow, issue: IssueRow | None) -> Json:
    """How things stand before two contacts are linked; `link` is the former link of the Xero contact."""
    former = {name: _plain(getattr(link, name)) for name in COLUMNS} if link else None
    asked = {"id": issue.id, "state": issue.state, "resolved_at": stamp(issue.resolved_at)} if issue else None
    return {"former": former, "issue": asked, "practice": contact_to_json(contact_of(contact))}


def of_link(link: LinkRow, contact: ContactRow, xero: XeroContactRow, before: Mapping[str, Any]) -> Json:
    """Confirm Match, Re-match and Create New Contact, as the link stands now that both were compared.

    `before` is a `snapshot`, with the creations, waiting or refused, that linking has `forgotten`.
    """
    return {
        "kind": LINK,
        "link": link.id,
        "linked_at": stamp(link.linked_at),
        "practice_rev": contact.rev,
        "xero_rev": xero.rev,
        "created": False,
        **before,
    }


def of_difference(row: DifferenceRow, contact: ContactRow, base: Any, practice: Value, since: datetime) -> Json:
    """A difference decided at `since`, with the stored `base` (None without) and the practice's value until then."""
    return {
        "kind": DIFFERENCE,
        "difference": row.id,
        "since": stamp(since),
        "closed_at": stamp(row.closed_at),
        "base": base,
        "practice": value_to_json(practice),
        "practice_now": value_to_json(contact_of(contact).get(Field(row.field))),
    }


def of_restore(link: LinkRow, contact: ContactRow, field: Field, before: Value) -> Json:
    """A value that lost and was restored in the practice, over the one `before`."""
    now = value_to_json(contact_of(contact).get(field))
    sides = {"practice": value_to_json(before), "practice_now": now}
    return {"kind": RESTORE, "link": link.id, "contact": contact.id, "field": field.value, **sides}


def of_two_way(link: LinkRow, since: datetime) -> Json:
    """Make two-way, at `since`."""
    return {"kind": TWO_WAY, "link": link.id, "linked_at": stamp(link.linked_at), "since": stamp(since)}


def of_let_in(xero: XeroContactRow, issue: IssueRow | None) -> Json:
    """Let in, as the Xero contact and its match issue stand before."""
    asked = (
        {"state": issue.state, "resolved_at": stamp(issue.resolved_at), "until": stamp(issue.deferred_until)}
        if issue
        else None
    )
    return {
        "kind": LET_IN, "connection": xero.connection_id, "xero": xero.xero_id, "was": xero.let_in, "issue": asked
    }  # fmt: skip


def of_contact_type(row: ContactRow, before: str) -> Json:
    """Another contact type, `before` being the one until then."""
    return {"kind": CONTACT_TYPE, "contact": row.id, "before": before, "after": row.contact_type}


def of_import(command: str, added: Sequence[ContactRow]) -> Json:
    """Importing a file: what each contact said that it changed is in its own entry of the log, of the same command.

    Those that it `added` are known by their moment and, while nobody has changed them, by their versions; the first and
    the last tell both.
    """
    revs = [row.rev for row in added] or [0]
    at = added[0].created_at if added else None
    return {"kind": IMPORT, "command": command, "added_at": stamp(at), "first_rev": min(revs), "last_rev": max(revs)}


def stamp(time: datetime | None) -> str:
    """A time as text that compares equal when the time does."""
    return time.isoformat() if time else ""


def unstamped(text: str) -> datetime | None:
    """The time that `stamp` made a text of."""
    return datetime.fromisoformat(text) if text else None


def _plain(value: Any) -> Any:
    return stamp(value) if isinstance(value, datetime) else value
