"""Notifying: every few seconds see who is to be told of what, and send it from a thread of its own.

Each notice is stored first (`models/notice.py`), then claimed, sent and settled. If the program is cut off in between,
the notice is sent again once the claim has run out, with the same Message-ID. So each arrives at least once, and twice
only if the program or the line broke off after the other side had accepted it and before we noted that. A mail server
that hangs holds up nothing but other notices.
"""

import logging
import threading
import time

from sqlmodel import col, select

from models.base import now
from models.notice import NoticeRow
from models.notice_target import EMAIL, NoticeTargetRow
from services.db import read, write
from services.errors import SettingsError, Undelivered
from services.gateways import webhook
from services.gateways.mail import Message, send_mail
from services.records import notices
from services.steps.notices.alerting import announce, follow
from services.steps.notices.digest import make_digests
from services.vault import open_sealed

log = logging.getLogger(__name__)

LOOK_SECONDS = 10.0
BUG = "Something went wrong in this program; the server's log says what."
UNREADABLE = "The webhook's address can no longer be read, because APP_SECRET_KEY was changed. Enter it again."


class Messenger:
    """Looks every few seconds, and has at most one thread that sends."""

    def __init__(self) -> None:
        self._next_look = 0.0
        self._sender: threading.Thread | None = None

    def take_turn(self) -> None:
        """Usually do nothing: the worker calls this at each of its turns."""
        if time.monotonic() < self._next_look:
            return
        self._next_look = time.monotonic() + LOOK_SECONDS
        try:
            look()
            self._send()
        except Exception:
            log.exception("Looking for what is to be told failed; the sync goes on without.")

    def _send(self) -> None:
        if notices.any_due() and not (self._sender and self._sender.is_alive()):
            self._sender = threading.Thread(target=deliver_due, name="messenger", daemon=True)
            self._sender.start()


messenger = Messenger()


def look() -> None:
    """Store what is to be told now: alerts that began or are over, and digests whose hour has come."""
    at = now()
    with write() as session:
        targets = list(session.exec(select(NoticeTargetRow).order_by(col(NoticeTargetRow.created_at))))
        follow(session, at)
        announce(session, at, targets)
        make_digests(session, at, targets)
        notices.forget_old(session, at)


def deliver_due() -> None:
    """Send all notices whose time has come, one after the other."""
    while (notice := notices.claim_next()) is not None:
        deliver(notice)


def deliver(notice: NoticeRow) -> str:
    """Send one notice that was claimed, and remember how it went. Returns "", or why it was not handed over."""
    try:
        _hand_over(notice)
    except Undelivered as error:
        log.warning("Notice %s (%s) was not delivered: %s", notice.id, notice.kind, error)
        notices.not_sent(notice.id, str(error), error.for_good)
        return str(error)
    except Exception as error:
        # The type alone: the text may hold an address.
        log.error("Notice %s (%s) failed: %s", notice.id, notice.kind, type(error).__name__)
        notices.not_sent(notice.id, BUG, for_good=True)
        return BUG
    notices.sent(notice.id)
    return ""


def _hand_over(notice: NoticeRow) -> None:
    with read() as session:
        target = session.get_one(NoticeTargetRow, notice.target_id)
    message = Message(notice.id, notice.subject, notice.text, notice.created_at)
    if target.kind == EMAIL:
        send_mail(target.address, message)
        return
    try:
        url = open_sealed(target.sealed)
    except SettingsError:
        raise Undelivered(UNREADABLE, for_good=True) from None
    webhook.post(url, message)
