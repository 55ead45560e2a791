"""Alerts: what is wrong with connections, derived from their tables, so that no trigger can be lost.

Each look compares what is wrong now with the alerts that are open: new ones begin, those that are over end. An
alert is told to each target once; failing contacts are told again when there are more of them than were told.
"""

from datetime import datetime, timedelta

from sqlalchemy import func
from sqlmodel import Session, col, select

from models.alert import BRAKE, FAILING, SIGN_IN, STALLED, AlertRow
from models.connection import CONNECTED, DISCONNECTED, SIGN_IN_NEEDED, ConnectionRow
from models.installation import InstallationRow
from models.intent import CREATE, HELD, IntentRow
from models.link import LinkRow
from models.notice import NEW, SENT, NoticeRow
from models.notice_target import NoticeTargetRow
from services.records.link_state import failing
from services.records.notices import OVER, add_once, on_its_way
from services.records.stalling import PATIENCE, stalls
from services.steps.notices import texts

QUIET = {SIGN_IN: timedelta(), BRAKE: timedelta(), FAILING: timedelta(minutes=2), STALLED: PATIENCE}
ASKED_FOR = {STALLED: SIGN_IN}
"""A kind that cannot be chosen → the kind whose targets are told of it as well: both mean that nothing syncs."""
AGAIN = timedelta(hours=1)
Wrong = dict[tuple[str, str], int]


def follow(session: Session, at: datetime) -> None:
    """Begin, continue and end alerts, as the tables say."""
    wrong = _wrong(session, at)
    for alert in session.exec(select(AlertRow).where(col(AlertRow.ended_at).is_(None))).all():
        count = wrong.pop((alert.connection_id, alert.kind), 0)
        if count:
            _continue(alert, count, at)
        else:
            _end(session, alert, at)
    for (connection_id, kind), count in wrong.items():
        session.add(AlertRow(connection_id=connection_id, kind=kind, count=count, started_at=at, round_at=at))
    session.flush()


def announce(session: Session, at: datetime, targets: list[NoticeTargetRow]) -> None:
    """Store a notice of every open alert for each target that wants it and was not told yet.

    Failing contacts are told after a short while, so that many at once are told as one, and what the next retry mends
    is not told at all. A target that is added later is told of what is still open.
    """
    for alert in session.exec(select(AlertRow).where(col(AlertRow.ended_at).is_(None))).all():
        if at < alert.round_at + QUIET[alert.kind]:
            continue
        alert.told_at = alert.told_at or at
        subject, text = texts.alert(
            alert, session.get_one(ConnectionRow, alert.connection_id), session.get_one(InstallationRow, 1).locale
        )
        for target in targets:
            if ASKED_FOR.get(alert.kind, alert.kind) in target.events["chosen"]:
                add_once(session, target, f"{alert.id}:{alert.round}:{target.id}", alert.kind, subject, text, alert.id)


def _wrong(session: Session, at: datetime) -> Wrong:
    """What is wrong now: (connection, kind of alert) → how many contacts, or 1."""
    live = col(ConnectionRow.state) != DISCONNECTED
    wrong: Wrong = {}
    for row in session.exec(select(ConnectionRow).where(live)):
        if row.state == SIGN_IN_NEEDED:
            wrong[row.id, SIGN_IN] = 1
        if row.braked_at is not None:
            wrong[row.id, BRAKE] = 1
        if stalls(row, at):
            wrong[row.id, STALLED] = 1
    held = (col(IntentRow.state) == HELD) & (col(IntentRow.kind) == CREATE)
    for table, condition in ((LinkRow, failing()), (IntentRow, held)):
        query = select(col(table.connection_id), func.count()).where(condition).group_by(col(table.connection_id))
        for connection_id, count in session.execute(query.join(ConnectionRow).where(live)):
            wrong[connection_id, FAILING] = wrong.get((connection_id, FAILING), 0) + count
    return wrong


def _continue(alert: AlertRow, count: int, at: datetime) -> None:
    """Follow the count. If more contacts are failing than targets were told of, a new round of notices begins, at the
    earliest an hour after the last one.
    """
    if alert.told_at is None or count < alert.count:
        alert.count = count
    elif count > alert.count and at >= alert.told_at + AGAIN:
        alert.count, alert.round, alert.round_at, alert.told_at = count, alert.round + 1, at, None


def _end(session: Session, alert: AlertRow, at: datetime) -> None:
    """End an alert. Notices not sent yet are deleted. Targets that were told of it hear that it is over, if they chose
    to.
    """
    alert.ended_at = at
    connection = session.get_one(ConnectionRow, alert.connection_id)
    told: set[str] = set()
    for notice in session.exec(select(NoticeRow).where(col(NoticeRow.alert_id) == alert.id)).all():
        if notice.state == SENT or on_its_way(notice):
            told.add(notice.target_id)
        if notice.state == NEW:
            session.delete(notice)
    if connection.state == DISCONNECTED or (alert.kind == STALLED and connection.state != CONNECTED):
        return  # it syncs no more than before
    subject, text = texts.over(alert, connection)
    for target_id in sorted(told):
        target = session.get_one(NoticeTargetRow, target_id)
        if OVER in target.events["chosen"]:
            add_once(session, target, f"{alert.id}:{OVER}:{target_id}", OVER, subject, text, alert.id)
