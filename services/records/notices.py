"""The outbox of notices: what is to be told to whom, stored once, claimed by one sender at a time, and how it went."""

from datetime import datetime, timedelta

from sqlmodel import Session, col, delete, select

from models.alert import AlertRow
from models.base import now
from models.notice import FAILED, NEW, SENT, NoticeRow
from models.notice_target import NoticeTargetRow
from services.db import read, write

CLAIM = timedelta(minutes=5)  # longer than any attempt takes
BACKOFF_MINUTES = (1, 5, 15, 60, 240, 720)
KEPT = timedelta(days=30)
DIGEST, OVER, TEST = "digest", "over", "test"


def add_once(
    session: Session, target: NoticeTargetRow, key: str, kind: str, subject: str, text: str, alert_id: str | None = None
) -> NoticeRow | None:
    """Store a notice unless one with this key is there already; then None."""
    if is_stored(session, key):
        return None
    notice = NoticeRow(key=key, target_id=target.id, alert_id=alert_id, kind=kind, subject=subject, text=text)
    session.add(notice)
    session.flush()
    return notice


def is_stored(session: Session, key: str) -> bool:
    """Whether there is a notice with this key, sent or not."""
    return session.exec(select(NoticeRow.id).where(col(NoticeRow.key) == key)).first() is not None


def any_due() -> bool:
    """Whether a notice waits whose time has come."""
    query = select(NoticeRow.id).where(col(NoticeRow.state) == NEW, col(NoticeRow.not_before) <= now()).limit(1)
    with read() as session:
        return session.exec(query).first() is not None


def claim_next() -> NoticeRow | None:
    """The notice that has been due longest, or None. For the length of a claim nobody else sends it."""
    query = select(NoticeRow).where(col(NoticeRow.state) == NEW, col(NoticeRow.not_before) <= now())
    with write() as session:
        notice = session.exec(query.order_by(col(NoticeRow.not_before), col(NoticeRow.id)).limit(1)).first()
        return _claimed(notice) if notice else None


def claim(notice_id: str) -> NoticeRow | None:
    """Claim one notice that was not sent yet, to be sent now, whenever it is due, as if for the first time.

    Returns None if it was sent, or while another sender has claimed it; a claim that has run out does not count.
    """
    with write() as session:
        notice = session.get(NoticeRow, notice_id)
        if notice is None or notice.state == SENT or (on_its_way(notice) and notice.not_before > now()):
            return None
        notice.state, notice.attempts = NEW, 0
        return _claimed(notice)


def _claimed(notice: NoticeRow) -> NoticeRow:
    notice.attempts, notice.not_before, notice.error = notice.attempts + 1, now() + CLAIM, ""
    return notice


def on_its_way(notice: NoticeRow) -> bool:
    """Whether somebody has claimed a notice and not said yet how it went: it may have arrived."""
    return notice.state == NEW and notice.attempts > 0 and not notice.error


def sent(notice_id: str) -> None:
    """Remember that a notice was handed over."""
    with write() as session:
        notice = session.get(NoticeRow, notice_id)
        if notice is not None:
            notice.state, notice.error, notice.sent_at = SENT, "", now()


def not_sent(notice_id: str, error: str, for_good: bool) -> None:
    """Remember why a notice was not handed over. It is tried again after a growing pause, unless it failed for good."""
    with write() as session:
        notice = session.get(NoticeRow, notice_id)
        if notice is None:
            return
        notice.error = error
        if for_good or notice.kind == TEST or notice.attempts > len(BACKOFF_MINUTES):
            notice.state = FAILED
        else:
            notice.not_before = now() + timedelta(minutes=BACKOFF_MINUTES[notice.attempts - 1])


def forget_old(session: Session, at: datetime) -> None:
    """Delete notices after a month, with the names they may hold; an alert still open is then told again."""
    session.execute(delete(NoticeRow).where(col(NoticeRow.created_at) < at - KEPT))
    # A day later, since the notice that an alert is over is younger than its end.
    session.execute(delete(AlertRow).where(col(AlertRow.ended_at) < at - KEPT - timedelta(days=1)))
