"""What several use cases do to a link, and how they look at one."""

from sqlalchemy import ColumnElement, case, exists
from sqlmodel import Session, col

from models.base import now
from models.difference import DifferenceRow
from models.intent import OPEN_STATES, IntentRow
from models.link import STOPPED, LinkRow
from services.records.activity import record
from services.records.differences import OPEN
from services.records.intents import drop_open

OK, WAITING, FAILING, DIFFERENCE = "ok", "waiting", "failing", "difference"


def stop_link(session: Session, actor: str, link: LinkRow, name: str, reason: str = "") -> None:
    """Stop a link: nothing is written to either side any more, what was not sent yet is dropped, the base is kept."""
    link.state, link.reason, link.ended_at, link.error = STOPPED, reason, now(), ""
    drop_open(session, link.id)
    record(
        session, actor, "link.stopped", f"Stopped syncing {name}",
        connection_id=link.connection_id, contact_id=link.contact_id, xero_id=link.xero_id,
    )  # fmt: skip


def sync_state() -> ColumnElement[str]:
    """How a syncing link fares, as SQL: failing before difference before waiting before ok."""
    differs = exists().where(col(DifferenceRow.link_id) == col(LinkRow.id), col(DifferenceRow.state) == OPEN)
    waits = exists().where(col(IntentRow.link_id) == col(LinkRow.id), col(IntentRow.state).in_(OPEN_STATES))
    return case((col(LinkRow.error) != "", FAILING), (differs, DIFFERENCE), (waits, WAITING), else_=OK)
