"""What several use cases do to a link, and how they look at one."""

from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, select
from sqlmodel import Session, col

from models.base import now
from models.connection import ConnectionRow
from models.contact import ContactRow
from models.difference import DifferenceRow
from models.intent import OPEN_STATES, IntentRow
from models.link import STOPPED, LinkRow
from models.xero_contact import XeroContactRow
from services.records.activity import record
from services.records.differences import OPEN
from services.records.intents import drop_open
from services.records.listing import Rows

OK, WAITING, FAILING, DIFFERENCE = "ok", "waiting", "failing", "difference"


def stop_link(session: Session, actor: str, link: LinkRow, name: str, reason: str = "") -> None:
    """Stop a link: nothing is written to either side any more, what was not sent yet is dropped, the base is kept."""
    link.state, link.reason, link.ended_at, link.error = STOPPED, reason, now(), ""
    drop_open(session, link.id)
    record(
        session, actor, "link.stopped", f"Stopped syncing {name}",
        connection_id=link.connection_id, contact_id=link.contact_id, xero_id=link.xero_id,
    )  # fmt: skip


def linked_rows(*more: Any) -> Rows:
    """All links, each with its practice contact, its Xero contact, its connection's short code, and `more`."""
    same = (
        col(XeroContactRow.connection_id) == col(LinkRow.connection_id),
        col(XeroContactRow.xero_id) == col(LinkRow.xero_id),
    )
    return (
        select(LinkRow, ContactRow, XeroContactRow, col(ConnectionRow.short_code), *more)
        .join(ContactRow, col(ContactRow.id) == col(LinkRow.contact_id))
        .join(XeroContactRow, and_(*same))
        .join(ConnectionRow, col(ConnectionRow.id) == col(LinkRow.connection_id))
    )


def sync_state() -> ColumnElement[str]:
    """How a syncing link fares, as SQL: failing before difference before waiting before ok."""
    differs = exists().where(col(DifferenceRow.link_id) == col(LinkRow.id), col(DifferenceRow.state) == OPEN)
    waits = exists().where(col(IntentRow.link_id) == col(LinkRow.id), col(IntentRow.state).in_(OPEN_STATES))
    return case((col(LinkRow.error) != "", FAILING), (differs, DIFFERENCE), (waits, WAITING), else_=OK)
