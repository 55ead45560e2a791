"""Rows of notice targets: finding one, what it is called, and what of it may be read in the activity log."""

from sqlmodel import Session

from models.base import Json
from models.notice_target import NoticeTargetRow
from services.errors import NotFound


def target_row(session: Session, target_id: str) -> NoticeTargetRow:
    """A target's row. Raises: NotFound."""
    row = session.get(NoticeTargetRow, target_id)
    if row is None:
        raise NotFound("This notification was removed in the meantime.")
    return row


def label(row: NoticeTargetRow) -> str:
    """What a target is called: its name, or else its address."""
    return row.name or row.address


def shown(row: NoticeTargetRow) -> Json:
    """What may be read in the activity log."""
    names = ("kind", "name", "address", "digest_hour", "with_names")
    return {name: getattr(row, name) for name in names} | {"events": row.events["chosen"]}
