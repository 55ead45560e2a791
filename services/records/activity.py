"""Writing the activity log, inside the transaction of the thing it tells about."""

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session

from models.activity import ActivityRow

SYNC = "sync"


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
) -> None:
    """Add one entry. `actor` is a username or `SYNC`; `action` a dotted verb such as link.stopped."""
    session.add(
        ActivityRow(
            actor=actor,
            action=action,
            summary=summary,
            connection_id=connection_id,
            contact_id=contact_id,
            xero_id=xero_id,
            before=dict(before or {}),
            after=dict(after or {}),
        )
    )
