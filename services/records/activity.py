"""Writing the activity log, inside the transaction of the thing it tells about."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import insert
from sqlmodel import Session

from models.activity import ActivityRow
from models.base import new_id, now

SYNC = "sync"
CLI = "cli"


def record(
    session: Session,
    actor: str,
    action: str,
    summary: str,
    *,
    connection_id: str | None = None,
    contact_id: str | None = None,
    xero_id: str | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    why: Mapping[str, str] | None = None,
    undo: Mapping[str, Any] | None = None,
) -> ActivityRow:
    """Add one entry. `actor` is a username, `SYNC` or `CLI`; `action` a dotted verb such as link.stopped.

    `why` is per field the sentence that says what made the sync write it.
    `undo` is what taking it back needs (see `services/undo.py`); without it, it cannot be taken back.
    """
    row = ActivityRow(
        actor=actor,
        action=action,
        summary=summary,
        connection_id=connection_id,
        contact_id=contact_id,
        xero_id=xero_id,
        before=dict(before or {}),
        after=dict(after or {}),
        why=dict(why or {}),
        command=command_of(session),
        undo=dict(undo or {}),
    )
    session.add(row)
    return row


def record_all(session: Session, actor: str, action: str, entries: Sequence[dict[str, Any]]) -> None:
    """Add many entries of one kind at once. Each has its own summary and other columns, the same columns in all of
    them.
    """
    same = {"at": now(), "actor": actor, "action": action, "command": command_of(session)}
    nothing: dict[str, Any] = {"before": {}, "after": {}, "why": {}, "undo": {}}
    if entries:
        session.execute(insert(ActivityRow), [nothing | same | entry for entry in entries])


def command_of(session: Session) -> str:
    """The id that all entries of one command share: of this transaction, or of all those of a bulk command."""
    command: str = session.info.setdefault("command", new_id())
    return command
