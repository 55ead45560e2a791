"""Making, renewing and ending a connection in our tables.

An organisation keeps its row for ever, so that connecting it again finds its settings and links.
"""

import logging
from collections.abc import Iterable
from datetime import timedelta
from itertools import chain, count

from sqlalchemy import update
from sqlmodel import Session, col, select

from models.authorisation import AuthorisationRow
from models.base import now
from models.connection import CONNECTED, DISCONNECTED, SETTING_UP, ConnectionRow
from models.consent import CHOOSING, ConsentRow
from models.intent import DROPPED, HELD, LATER, OPEN_STATES, IntentRow
from models.link import DISCONNECTED as CAUSE_DISCONNECTED
from models.link import STOPPED, SYNCING, LinkRow
from services.db import write
from services.errors import SyncError
from services.gateways.xero import tokens
from services.gateways.xero.oauth import Granted
from services.gateways.xero.wire import store_for
from services.records import activity, inbox, leases

log = logging.getLogger(__name__)

KEPT = timedelta(days=1)
PATIENCE = timedelta(minutes=1)
STOP_REASON = "Disconnected from Xero"
UNTOLD = " Xero could not be told, so check in Xero that it is gone from Connected apps."


def live(session: Session, tenant_ids: Iterable[str]) -> set[str]:
    """Those organisations that are connected here already, even if their sign-in has ended."""
    query = select(ConnectionRow.tenant_id).where(
        col(ConnectionRow.tenant_id).in_(list(tenant_ids)), col(ConnectionRow.state) != DISCONNECTED
    )
    return set(session.exec(query))


def connect(session: Session, organisation: Granted, authorisation_id: str, username: str) -> tuple[ConnectionRow, str]:
    """Connect an organisation or, if it is connected, renew its sign-in; also a sentence that says which."""
    row = session.exec(select(ConnectionRow).where(ConnectionRow.tenant_id == organisation.tenant_id)).first()
    renewed = row is not None and row.state != DISCONNECTED
    row = row or ConnectionRow(tenant_id=organisation.tenant_id, name=organisation.name)
    earlier = row.authorisation_id
    row.remote_id, row.authorisation_id = organisation.remote_id, authorisation_id
    row.name = _own_name(session, row, organisation.name)
    if row.state != CONNECTED:
        row.error = ""  # while connected, only a sync that gets through clears it, or an alert would end too early
    row.state = CONNECTED if row.started_at else SETTING_UP
    row.next_tick_at, row.next_delta_at = now(), None
    if not renewed:
        row.connected_by, row.connected_at = username, now()
    session.add(row)
    session.flush()
    if not renewed or not _is_of_another(session, earlier, authorisation_id):
        _forget_unused(session, earlier)
    action, done = ("reconnected", "Renewed the sign-in to") if renewed else ("connected", "Connected")
    activity.record(session, username, f"connection.{action}", f"{done} {row.name}", connection_id=row.id)
    if renewed:
        return row, f"{row.name} was already connected; its sign-in has been renewed."
    return row, f"{row.name} is connected."


def describe(connection_id: str) -> None:
    """Ask Xero for the organisation's name and short code, outside any transaction. Without a code, links to Xero may
    open another organisation.
    """
    try:
        organisation = store_for(connection_id, for_person=True).organisation()
    except SyncError:
        log.warning("The short code of connection %s could not be read.", connection_id)
        return
    with write() as session:
        row = session.get_one(ConnectionRow, connection_id)
        row.name = _own_name(session, row, organisation.name) if organisation.name else row.name
        row.short_code = organisation.short_code


def end(session: Session, row: ConnectionRow, username: str, told: bool) -> None:
    """Disconnect: stop all its links, drop what waits to be sent, and wipe the tokens that nothing else needs.

    When the last organisation is disconnected, all tokens go, those of other people too: they were kept until now to
    tell Xero that access is over.

    A tick under way loses its lease, so it can do nothing more. The caller notes afterwards what drifts
    (`drifting.note_all`); if that is cut off, the worker does it a minute later.
    """
    leases.end(session, f"tick:{row.id}")
    earlier, row.authorisation_id = row.authorisation_id, None
    row.state, row.error, row.next_tick_at = DISCONNECTED, "", now() + PATIENCE
    row.braked_at, row.brake_reason, row.brake, row.brake_released = None, "", {}, False
    row.match_anew()  # including contacts that were skipped because their creation was under way
    stopped = _stop_links(session, row.id)
    dropped = _drop_intents(session, row.id)
    inbox.empty(session, row.id)
    session.flush()
    living = session.exec(select(ConnectionRow.id).where(col(ConnectionRow.state) != DISCONNECTED)).first()
    for unused in [earlier, *([] if living else tokens.not_ended(session))]:
        _forget_unused(session, unused)
    activity.record(
        session,
        username,
        "connection.disconnected",
        f"Disconnected {row.name}.{'' if told else UNTOLD}",
        connection_id=row.id,
        after={"links_stopped": stopped, "writes_dropped": dropped},
    )


def forget_old_consents(session: Session) -> None:
    """Delete consents of earlier days, and the tokens of those in which nobody chose an organisation."""
    for consent in session.exec(select(ConsentRow).where(col(ConsentRow.created_at) < now() - KEPT)):
        session.delete(consent)
        session.flush()
        _forget_unused(session, consent.authorisation_id)


def _own_name(session: Session, row: ConnectionRow, name: str) -> str:
    """The name of an organisation, with a number if another one has the same name, because people choose by name."""
    others = set(session.exec(select(ConnectionRow.name).where(ConnectionRow.tenant_id != row.tenant_id)))
    numbered = (f"{name} ({number})" for number in count(2))
    return next(one for one in chain([name], numbered) if one not in others)


def _stop_links(session: Session, connection_id: str) -> int:
    mine = update(LinkRow).where(col(LinkRow.connection_id) == connection_id)
    session.execute(mine.where(col(LinkRow.error) != "").values(error=""))  # what was refused is no longer wanted
    stop = mine.where(col(LinkRow.state) == SYNCING).values(
        state=STOPPED, cause=CAUSE_DISCONNECTED, reason=STOP_REASON, ended_at=now()
    )
    return int(session.execute(stop).rowcount)  # type: ignore[attr-defined]


def _drop_intents(session: Session, connection_id: str) -> int:
    statement = (
        update(IntentRow)
        .where(col(IntentRow.connection_id) == connection_id, col(IntentRow.state).in_((*OPEN_STATES, LATER, HELD)))
        .values(state=DROPPED, error=STOP_REASON, settled_at=now())
    )
    return int(session.execute(statement).rowcount)  # type: ignore[attr-defined]


def _is_of_another(session: Session, earlier: str | None, later: str) -> bool:
    """Whether an earlier sign-in belongs to another Xero user than a later one, as far as is known."""
    rows = [session.get(AuthorisationRow, one) for one in (earlier, later)]
    people = [row.xero_user if row else "" for row in rows]
    return all(people) and people[0] != people[1]


def _forget_unused(session: Session, authorisation_id: str | None) -> None:
    """Wipe tokens, unless a connection uses them, or a consent does in which an organisation is still to be chosen."""
    living = select(ConnectionRow.id).where(col(ConnectionRow.authorisation_id) == authorisation_id)
    choosing = select(ConsentRow.id).where(
        col(ConsentRow.authorisation_id) == authorisation_id, col(ConsentRow.outcome) == CHOOSING
    )
    if authorisation_id and not session.exec(living).first() and not session.exec(choosing).first():
        tokens.forget(session, authorisation_id)
