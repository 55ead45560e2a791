"""Undo: what a person did can be taken back while nothing has moved on since; otherwise it says what has."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from models.activity import ActivityRow
from models.base import Json, now
from services.access import Principal, Role, require
from services.db import read
from services.errors import MovedOn, NotFound
from services.records import undoing
from services.records.activity import record
from services.records.bulk import Report, each
from services.steps import taking_back


@dataclass(frozen=True, slots=True)
class LastAct:
    """A command that can be taken back: what its last entry says, how many entries it has, and when it was."""

    command: str
    summary: str
    entries: int
    at: datetime


ACTS: dict[str, Callable[[Session, str, Json], None]] = {
    undoing.STOP: taking_back.stop,
    undoing.LINK: taking_back.link,
    undoing.IGNORE: taking_back.ignore,
    undoing.UNIGNORE: taking_back.unignore,
    undoing.DEFER: taking_back.defer,
    undoing.NOTE: taking_back.note,
    undoing.DIFFERENCE: taking_back.difference,
    undoing.CONTACT_TYPE: taking_back.contact_type,
    undoing.TWO_WAY: taking_back.two_way,
}


def undo(actor: Principal, activity_ids: Sequence[int]) -> Report:
    """Take back what these entries of the activity log tell of, each on its own, newest first. Raises: Forbidden."""
    require(actor, Role.EDITOR)

    def act(session: Session, entry_id: str) -> None:
        entry = _entry(session, entry_id)
        if not entry.undo:
            raise MovedOn("This cannot be undone.")
        if _is_undone(session, entry):
            raise MovedOn("It was undone already.")
        ACTS[entry.undo["kind"]](session, actor.username, entry.undo)
        taken_back = record(
            session, actor.username, "undone", f"Undid: {entry.summary}",
            connection_id=entry.connection_id, contact_id=entry.contact_id, xero_id=entry.xero_id,
        )  # fmt: skip
        taken_back.undoes = entry.id

    return each([str(one) for one in sorted(activity_ids, reverse=True)], act, _summary)


def undo_command(actor: Principal, command: str) -> Report:
    """Take back all that one command did, as far as it can be. Raises: Forbidden."""
    return undo(actor, undoable(command))


def undoable(command: str) -> list[int]:
    """The entries of one command that can be taken back and were not yet, as far as the log tells."""
    if not command:
        return []
    undone = select(col(ActivityRow.undoes)).where(col(ActivityRow.undoes).is_not(None))
    with read() as session:
        entries = select(ActivityRow).where(col(ActivityRow.command) == command, col(ActivityRow.id).not_in(undone))
        return [entry.id for entry in session.exec(entries) if entry.undo and entry.id is not None]


def last_of(actor: Principal, within: timedelta) -> LastAct | None:
    """The last command of a person, if it is no older than `within` and can be taken back still."""
    mine = (col(ActivityRow.actor) == actor.username, col(ActivityRow.at) > now() - within)
    query = select(ActivityRow).where(*mine, col(ActivityRow.command) != "").order_by(col(ActivityRow.id).desc())
    with read() as session:
        entry = session.exec(query.limit(1)).first()
    together = undoable(entry.command) if entry else []
    return LastAct(entry.command, entry.summary, len(together), entry.at) if entry and together else None


def _is_undone(session: Session, entry: ActivityRow) -> bool:
    return session.exec(select(ActivityRow.id).where(col(ActivityRow.undoes) == entry.id)).first() is not None


def _entry(session: Session, entry_id: str) -> ActivityRow:
    entry = session.get(ActivityRow, int(entry_id))
    if entry is None:
        raise NotFound("This entry is not in the activity log.")
    return entry


def _summary(session: Session, entry_id: str) -> str:
    entry = session.get(ActivityRow, int(entry_id))
    return entry.summary if entry else "An entry that is no longer there"
