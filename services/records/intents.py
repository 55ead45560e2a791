"""Stored intents: writes to Xero that were decided on, and what became of them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import ColumnElement, bindparam, case, exists, func, true, update
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from models.base import Json, now
from models.connection import CONNECTED, ConnectionRow
from models.intent import ARCHIVE, DONE, DROPPED, HELD, LATER, NEW, OPEN_STATES, SENT, IntentRow
from models.link import LinkRow
from services.records.link_state import syncing
from services.records.listing import among, place_in
from services.records.working_hours import may_go, opens_at

UNWANTED = "unwanted"
BACKOFF = (5, 15, 60, 300, 900)
LOSSES = case((col(IntentRow.unanswered) > 1, col(IntentRow.unanswered)), else_=1)
PLACE = place_in(IntentRow)


def open_intent(session: Session, connection_id: str, contact_id: str) -> IntentRow | None:
    """The intent for this contact that is not settled yet; there is one at most."""
    return session.scalars(_open(), {"connection": connection_id, "contact": contact_id}).first()


@cache
def _open() -> SelectOfScalar[IntentRow]:
    """Built once, because comparing a contact asks for it several times."""
    mine = col(IntentRow.connection_id) == bindparam("connection"), col(IntentRow.contact_id) == bindparam("contact")
    return select(IntentRow).where(*mine, col(IntentRow.state).in_(OPEN_STATES))


def latest_intent(session: Session, connection_id: str, contact_id: str) -> IntentRow | None:
    """The newest intent for this contact, whatever became of it."""
    query = (
        select(IntentRow)
        .where(col(IntentRow.connection_id) == connection_id, col(IntentRow.contact_id) == contact_id)
        .order_by(PLACE.desc())
    )
    return session.exec(query).first()


def drop_open(session: Session, *link_ids: str) -> None:
    """Drop the writes of links that were not sent yet; those on the wire settle by themselves."""
    mine = among(IntentRow.link_id, link_ids)
    for intent in session.exec(select(IntentRow).where(mine, col(IntentRow.state).in_((NEW, LATER)))):
        settle(intent, DROPPED)


def drop_all(session: Session, link_id: str) -> None:
    """Drop all writes of a link, also one that may be on the wire: if it lands, it is read like any edit in Xero."""
    query = select(IntentRow).where(col(IntentRow.link_id) == link_id, col(IntentRow.state).in_((*OPEN_STATES, LATER)))
    for intent in session.exec(query):
        settle(intent, DROPPED, "The contact in Xero was linked anew.")
    session.flush()


def unwish(session: Session, contact_id: str) -> None:
    """Note that nobody wants a contact archived in Xero any more. A wish that may be on the wire is not sent again
    either.
    """
    mine = col(IntentRow.contact_id) == contact_id, col(IntentRow.kind) == ARCHIVE
    query = select(IntentRow).where(*mine, col(IntentRow.state).in_((*OPEN_STATES, LATER)))
    for intent in session.exec(query):
        if intent.state == SENT:
            intent.why = {UNWANTED: True}
        else:
            settle(intent, DROPPED)


def settle(intent: IntentRow, state: str, error: str = "") -> None:
    """Close an intent as done, held or dropped."""
    intent.state, intent.error, intent.settled_at = state, error, now()


def postpone(intent: IntentRow, state: str, error: str, retry_after: float | None = None) -> None:
    """Leave an intent open, to be tried again after a pause that grows with each attempt."""
    pause = retry_after if retry_after is not None else BACKOFF[min(intent.attempts, len(BACKOFF)) - 1]
    intent.state, intent.error = state, error
    intent.not_before = now() + timedelta(seconds=pause)


def try_again(intent: IntentRow, error: str, retry_after: float | None = None) -> None:
    """Postpone an intent that Xero did not take. It is new again, unless an earlier sending of it may have landed."""
    postpone(intent, SENT if intent.unanswered else NEW, error, retry_after)


def due(
    session: Session, connection_id: str, kind: str, at: datetime, limit: int, *, asked_only: bool = False
) -> list[IntentRow]:
    """Open intents whose time has come, oldest first; those on the wire before new ones. Those whose answers were lost
    more than once come last, so that a contact for which Xero fails each time holds up none of the others.
    """
    query = (
        select(IntentRow)
        .where(
            col(IntentRow.connection_id) == connection_id,
            col(IntentRow.kind) == kind,
            col(IntentRow.state).in_(OPEN_STATES),
            (col(IntentRow.not_before).is_(None)) | (col(IntentRow.not_before) <= at),
            may_go(session, connection_id, at),
            _asked() if asked_only else true(),
        )
        .order_by(LOSSES, col(IntentRow.state).desc(), col(IntentRow.created_at), col(IntentRow.id))
        .limit(limit)
    )
    return list(session.exec(query))


def together(intents: Sequence[IntentRow], most: int) -> list[IntentRow]:
    """Those of some intents that are due which go in one call of `most` at best: the more often their answers were lost
    the fewer, so that those for which Xero fails each time end up alone.
    """
    lost = _losses_of(intents[0])
    alike = [intent for intent in intents if _losses_of(intent) == lost]
    return alike[: _most(lost, most)] if lost > 1 else alike


def is_alone(intents: Sequence[IntentRow], most: int) -> bool:
    """Whether this is an intent whose answers were lost so often that it is sent alone."""
    return len(intents) == 1 and _most(_losses_of(intents[0]), most) == 1


def why_none_gets_through(session: Session, connection_id: str, most: int) -> str:
    """Why no write gets through: one that is sent alone by now had no answer, nor had any that was decided on since.
    Otherwise "": then it is that one contact for which Xero fails each time, or none.
    """
    mine = col(IntentRow.connection_id) == connection_id
    lost = select(IntentRow, PLACE).where(mine, col(IntentRow.state).in_(OPEN_STATES), col(IntentRow.unanswered) > 1)
    for intent, place in session.execute(lost.order_by(PLACE.desc())):
        if is_alone([intent], most):
            told = col(IntentRow.state).in_((DONE, HELD)), col(IntentRow.attempts) > 0
            later = select(IntentRow.id).where(mine, *told, place < PLACE)
            return "" if session.exec(later.limit(1)).first() else intent.error
    return ""


def _most(lost: int, most: int) -> int:
    return max(1, most >> 2 * (lost - 1))


def _losses_of(intent: IntentRow) -> int:
    """How often its answer was lost, where the first time is like none: most often that is no fault of the contact."""
    return max(1, intent.unanswered)


def next_try(session: Session, connection_id: str, after: datetime, *, asked_only: bool = False) -> datetime | None:
    """When to try an intent next that cannot be sent at `after`, because it was put off until later or waits for the
    working hours; None if there is none. With `asked_only`, only what people asked for counts.
    """
    mine = [col(IntentRow.connection_id) == connection_id, col(IntentRow.state).in_(OPEN_STATES)]
    if asked_only:
        mine.append(_asked())
    put_off = select(func.min(col(IntentRow.not_before))).where(*mine, col(IntentRow.not_before) > after)
    opening = opens_at(session, connection_id, after)
    waits = select(IntentRow.id).where(*mine, ~may_go(session, connection_id, after)).limit(1)
    if opening and session.exec(waits).first() is None:
        opening = None
    return min(filter(None, (session.exec(put_off).one(), opening)), default=None)


def asked_for(session: Session, connection_id: str, at: datetime) -> bool:
    """Whether an intent is due that people asked for, or that may hold up what they ask for."""
    query = select(IntentRow.id).where(
        col(IntentRow.connection_id) == connection_id,
        col(IntentRow.state).in_(OPEN_STATES),
        _asked(),
        (col(IntentRow.not_before).is_(None)) | (col(IntentRow.not_before) <= at),
    )
    return session.exec(query).first() is not None


def _asked() -> ColumnElement[bool]:
    """What people asked for, and not what comes of comparing; and changes whose link does not sync any more. These are
    looked up and dropped, so that wishes about their contacts need not wait.
    """
    syncs = exists().where(col(LinkRow.id) == col(IntentRow.link_id), syncing())
    return (col(IntentRow.actor) != "") | ~syncs


def waits(session: Session, connection_id: str) -> bool:
    """Whether any wish waits for another intent of its contact."""
    mine = select(IntentRow.id).where(col(IntentRow.connection_id) == connection_id, col(IntentRow.state) == LATER)
    return session.exec(mine.limit(1)).first() is not None


def bring_forward(session: Session, connection_id: str) -> None:
    """Open the wishes whose contacts have no open intent any more, one for each contact."""
    mine = col(IntentRow.connection_id) == connection_id
    busy = select(IntentRow.contact_id).where(mine, col(IntentRow.state).in_(OPEN_STATES))
    free = (mine, col(IntentRow.state) == LATER, col(IntentRow.contact_id).not_in(busy))
    one_each = select(func.min(IntentRow.id)).where(*free).group_by(col(IntentRow.contact_id))
    session.execute(update(IntentRow).where(col(IntentRow.id).in_(one_each)).values(state=NEW))


def add(
    session: Session, kind: str, connection_id: str, contact_id: str, body: Json, *,
    link_id: str | None = None, actor: str = "", expected: Json | None = None, why: Json | None = None,
) -> IntentRow:  # fmt: skip
    """Store a new intent: the values to write, those it `expected` to replace, and the reasons, each by field.

    A person's wish may come while another intent of the contact is open: then it waits for that one.
    """
    state = LATER if actor and open_intent(session, connection_id, contact_id) is not None else NEW
    intent = IntentRow(
        kind=kind, connection_id=connection_id, contact_id=contact_id, body=body, link_id=link_id, actor=actor,
        expected=expected or {}, why=why or {}, state=state,
    )  # fmt: skip
    session.add(intent)
    session.flush()
    return intent


def wake(session: Session, connection_id: str) -> None:
    """Ask the worker to look at a connection now rather than at its next turn."""
    connection = session.get(ConnectionRow, connection_id)
    if connection is not None:
        connection.next_tick_at = session.info.setdefault("woken", now())  # one time a session, so it is written once


def wake_all(session: Session) -> None:
    """Ask the worker to look at every connection now, after an edit on the practice side."""
    session.execute(update(ConnectionRow).where(col(ConnectionRow.state) == CONNECTED).values(next_tick_at=now()))
