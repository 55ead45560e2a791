"""Undo: takes back what a person did, while nothing has moved on since; otherwise it says what has."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, String, cast, exists
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from models.activity import ActivityRow
from models.base import Json, now
from models.contact import ContactRow
from services.access import Principal, Role, require
from services.db import read
from services.errors import MovedOn, NotFound
from services.reconcile.contact import contact_to_json
from services.records import undoing
from services.records.activity import record
from services.records.bulk import Report, each, is_going_on
from services.records.issues import issues_at_hand
from services.records.links import links_at_hand
from services.records.listing import among
from services.records.values import contact_of, contact_rows
from services.steps import restoring
from services.steps.undoing import asking_again, leaving_out, putting_back, taking_back


@dataclass(frozen=True, slots=True)
class LastAct:
    """A command that can be taken back: its last entry's summary, how many entries can be undone, when, and by whom."""

    command: str
    summary: str
    entries: int
    at: datetime
    actor: str


GOING_ON = "The action that it is part of is still running. Undo it once that has finished."

ACTS: dict[str, Callable[[Session, str, Json], Report | None]] = {
    undoing.STOP: taking_back.stop,
    undoing.LINK: taking_back.link,
    undoing.IGNORE: asking_again.ignore,
    undoing.UNIGNORE: asking_again.unignore,
    undoing.DEFER: asking_again.defer,
    undoing.NOTE: asking_again.note,
    undoing.DIFFERENCE: taking_back.difference,
    undoing.CONTACT_TYPE: taking_back.contact_type,
    undoing.TWO_WAY: taking_back.two_way,
    undoing.RESTORE: restoring.take_back,
    undoing.LET_IN: leaving_out.leave_out,
    undoing.IMPORT: putting_back.put_back,
}
"""The function that takes back each kind of entry; for an entry about many contacts it returns a report of these."""


def undo(actor: Principal, activity_ids: Sequence[int]) -> Report:
    """Take back what these entries of the activity log record, each on its own, newest first. Raises: Forbidden."""
    require(actor, Role.EDITOR)
    of_many: list[Report] = []
    refused: dict[str, str] = {}

    def at_hand(session: Session, some: Sequence[str]) -> Sequence[Any]:
        entries = _entries(session, some)
        refused.update(_refusals(session, entries))
        return entries, _at_hand(session, entries)

    def act(session: Session, entry_id: str) -> None:
        entry = _entry(session, entry_id)
        if entry_id in refused:
            raise MovedOn(refused[entry_id])
        before = _said(session, entry)
        report = ACTS[entry.undo["kind"]](session, actor.username, entry.undo)
        of_many.extend([report] if report else [])
        after = _said(session, entry)
        changed = [name for name, value in after.items() if before[name] != value]
        taken_back = record(
            session, actor.username, "undone", f"Undid: {entry.summary}",
            connection_id=entry.connection_id, contact_id=entry.contact_id, xero_id=entry.xero_id,
            before={name: before[name] for name in changed}, after={name: after[name] for name in changed},
        )  # fmt: skip
        taken_back.undoes = entry.id

    return _in_all(each([str(one) for one in sorted(set(activity_ids), reverse=True)], act, _summary, at_hand), of_many)


def undo_command(actor: Principal, command: str) -> Report:
    """Take back all that one command did, as far as it can be. Raises: Forbidden."""
    return undo(actor, undoable(command))


def undoable(command: str) -> list[int]:
    """The ids of one command's entries that can be taken back and were not yet, as far as the log tells.

    Empty while the command is still at work, since more entries would follow.
    """
    if not command:
        return []
    undone = select(col(ActivityRow.undoes)).where(col(ActivityRow.undoes).is_not(None))
    query = select(col(ActivityRow.id)).where(col(ActivityRow.command) == command, _can_be())
    with read() as session:
        if is_going_on(session, command):
            return []
        return [one for one in session.exec(query.where(col(ActivityRow.id).not_in(undone))) if one is not None]


def last_of(actor: Principal, within: timedelta) -> LastAct | None:
    """The last command of a person, if it is no older than `within` and can be taken back still."""
    mine = col(ActivityRow.actor) == actor.username, col(ActivityRow.at) > now() - within
    return _last(*mine, col(ActivityRow.command) != "")


def last_import() -> LastAct | None:
    """The last file with which anybody changed contacts, if that can be taken back still."""
    its = aliased(ActivityRow)
    changed = exists().where(col(its.command) == col(ActivityRow.command), col(its.action) == "contact.edited")
    return _last(col(ActivityRow.action) == "contact.imported", _can_be(), changed)


def _can_be() -> ColumnElement[bool]:
    """The condition that an entry can be taken back, without reading what that needs."""
    return cast(ActivityRow.undo, String) != "{}"


def _last(*conditions: ColumnElement[bool]) -> LastAct | None:
    newest = col(ActivityRow.at).desc(), col(ActivityRow.id).desc()
    with read() as session:
        entry = session.exec(select(ActivityRow).where(*conditions).order_by(*newest).limit(1)).first()
    together = undoable(entry.command) if entry else []
    return LastAct(entry.command, entry.summary, len(together), entry.at, entry.actor) if entry and together else None


def _in_all(report: Report, of_many: Sequence[Report]) -> Report:
    """The report on all entries, in which an entry about many contacts counts as that many."""
    done = report.done + sum(one.done - 1 for one in of_many)
    skipped = [left for one in of_many for left in one.skipped]
    return Report(done, (*report.skipped, *skipped), report.command)


def _said(session: Session, entry: ActivityRow) -> Json:
    """The values of the contact that an entry is about, as the log keeps them; {} for none, or one that is gone."""
    row = session.get(ContactRow, entry.contact_id) if entry.contact_id else None
    return contact_to_json(contact_of(row)) | {"contact_type": row.contact_type} if row else {}


def _entries(session: Session, entry_ids: Sequence[str]) -> Sequence[ActivityRow]:
    return session.exec(select(ActivityRow).where(among(ActivityRow.id, [int(one) for one in entry_ids]))).all()


def _refusals(session: Session, entries: Sequence[ActivityRow]) -> dict[str, str]:
    """Why some entries cannot be taken back, for reasons that hold for any kind of entry, by their ids."""
    done = set(session.exec(select(ActivityRow.undoes).where(among(ActivityRow.undoes, [one.id for one in entries]))))
    going_on = {command for command in {one.command for one in entries} if is_going_on(session, command)}
    rules = (
        (lambda one: not one.undo, "This cannot be undone."),
        (lambda one: one.command in going_on, GOING_ON),
        (lambda one: one.id in done, "It has already been undone."),
    )
    return {str(one.id): why for one in entries for applies, why in reversed(rules) if applies(one)}


def _at_hand(session: Session, entries: Sequence[ActivityRow]) -> Sequence[Any]:
    """The rows that entries are about, read in a few queries."""
    links = [one.undo["link"] for one in entries if "link" in one.undo]
    issues = [one.undo["issue"] for one in entries if isinstance(one.undo.get("issue"), str)]
    contacts = [one.contact_id for one in entries if one.contact_id]
    return links_at_hand(session, links), issues_at_hand(session, issues), contact_rows(session, contacts)


def _entry(session: Session, entry_id: str) -> ActivityRow:
    entry = session.get(ActivityRow, int(entry_id))
    if entry is None:
        raise NotFound("This entry is not in the activity log.")
    return entry


def _summary(session: Session, entry_id: str) -> str:
    entry = session.get(ActivityRow, int(entry_id))
    return entry.summary if entry else "An entry that is no longer there"
