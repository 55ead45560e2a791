"""Notifications for admins: who is told what, by email or webhook, and how the last messages went.

A webhook's address is a secret: it is kept encrypted and never shown again, only its host is.
"""

import re
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, delete, select

from models.alert import BRAKE, FAILING, SIGN_IN
from models.base import Json, new_id, now
from models.notice import NoticeRow
from models.notice_target import EMAIL, WEBHOOK, NoticeTargetRow
from services.access import Principal, Role, require
from services.db import read, write
from services.errors import BadInput, MovedOn, Problem
from services.gateways import webhook
from services.reconcile.rules import is_short_line
from services.records import notices
from services.records.activity import record
from services.records.notice_targets import label, shown, target_row
from services.records.notices import DIGEST, OVER, TEST
from services.settings import get_settings
from services.steps.notices import texts
from services.steps.notices.notifying import deliver
from services.vault import seal

KINDS = (EMAIL, WEBHOOK)
EVENTS = (SIGN_IN, BRAKE, FAILING, OVER, DIGEST)
ADDRESS = re.compile(r"[^@\s<>,;:\"()\[\]\\]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
LONGEST_NAME, LONGEST_ADDRESS = 200, {EMAIL: 254, WEBHOOK: 2000}


@dataclass(frozen=True, slots=True)
class TargetForm:
    """What an admin chooses. `kind` is one of KINDS, `events` of EVENTS; `digest_hour` 0 to 23, the practice's clock.

    A blank `address` keeps the stored one. `with_names` lets the digest name up to five contacts per line.
    """

    kind: str
    name: str
    address: str
    events: tuple[str, ...]
    digest_hour: int = 8
    with_names: bool = False


@dataclass(frozen=True, slots=True)
class NoticeItem:
    """One message. `state` is new, sent or failed; `error` says why the last attempt failed; the next is at
    `not_before`.
    """

    id: str
    target_id: str
    target: str
    kind: str
    subject: str
    state: str
    error: str
    not_before: datetime
    created_at: datetime
    sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class TargetItem:
    """One target as screens show it: `address` is masked where it is a secret, `latest` its newest message.

    `changed_at` serves as its version.
    """

    id: str
    kind: str
    name: str
    address: str
    events: tuple[str, ...]
    digest_hour: int
    with_names: bool
    latest: NoticeItem | None
    changed_at: datetime | None = None


def missing_settings() -> tuple[str, ...]:
    """The settings that email needs and that are not there."""
    settings = get_settings()
    needed = {"SMTP_HOST": settings.smtp_host, "SMTP_FROM": settings.smtp_from}
    return tuple(name for name, value in needed.items() if not value)


def list_targets() -> list[TargetItem]:
    """Everybody who is told something, in the order they were added."""
    query = select(NoticeTargetRow).order_by(col(NoticeTargetRow.created_at), col(NoticeTargetRow.id))
    with read() as session:
        return [_item(session, row) for row in session.exec(query)]


def recent(limit: int = 10) -> list[NoticeItem]:
    """The newest messages to anybody, newest first."""
    query = (
        select(NoticeRow, NoticeTargetRow)
        .join(NoticeTargetRow, col(NoticeTargetRow.id) == col(NoticeRow.target_id))
        .order_by(col(NoticeRow.created_at).desc(), col(NoticeRow.id))
    )
    with read() as session:
        return [_notice(notice, target) for notice, target in session.exec(query.limit(limit))]


def add_target(actor: Principal, form: TargetForm) -> str:
    """Tell somebody from now on, also what is wrong already. Returns the target's id. Raises: Forbidden, BadInput."""
    require(actor, Role.ADMIN)
    _check(form, address_needed=True)
    with write() as session:
        row = NoticeTargetRow(kind=form.kind, address="")
        _fill(row, form)
        session.add(row)
        _record(session, actor, "notification.added", f"{label(row)} is notified by {row.kind}", after=shown(row))
        return row.id


def edit_target(actor: Principal, target_id: str, form: TargetForm, seen: datetime | None = None) -> None:
    """Change a target's address or what it is told; its kind stays. `seen` is the `changed_at` that the form showed.

    Raises: Forbidden, NotFound, BadInput; MovedOn when somebody else has changed it since.
    """
    require(actor, Role.ADMIN)
    _check(form, address_needed=False)
    with write() as session:
        row = target_row(session, target_id)
        if form.kind != row.kind:
            raise BadInput([Problem("Kind", "cannot be changed; add another notification instead")])
        _must_be_as_seen(row, seen)
        before = shown(row)
        replaced = bool(form.address.strip())
        _fill(row, form)
        row.changed_at = now()
        after = shown(row) | ({"address_replaced": True} if replaced and row.kind == WEBHOOK else {})
        if before != after:
            summary = f"Changed the notifications of {label(row)}"
            _record(session, actor, "notification.changed", summary, before=before, after=after)


def remove_target(actor: Principal, target_id: str, seen: datetime | None = None) -> None:
    """Tell a target nothing any more, not even what waits. Raises: Forbidden, NotFound, MovedOn as `edit_target`."""
    require(actor, Role.ADMIN)
    with write() as session:
        row = target_row(session, target_id)
        _must_be_as_seen(row, seen)
        session.execute(delete(NoticeRow).where(col(NoticeRow.target_id) == target_id))
        summary = f"{label(row)} is no longer notified"
        _record(session, actor, "notification.removed", summary, before=shown(row))
        session.delete(row)


def send_test(actor: Principal, target_id: str) -> str:
    """Send a test now. Returns "" once it is handed over, or why it was not. Raises: Forbidden, NotFound."""
    require(actor, Role.ADMIN)
    with write() as session:
        row = target_row(session, target_id)
        notice = notices.add_once(session, row, f"{TEST}:{new_id()}", TEST, *texts.test())
        assert notice is not None
        notice.attempts, notice.not_before = 1, now() + notices.CLAIM
    return deliver(notice)


def retry(actor: Principal, notice_id: str) -> str:
    """Send a message again now. Returns "", or why it was not handed over. Raises: Forbidden, MovedOn."""
    require(actor, Role.ADMIN)
    notice = notices.claim(notice_id)
    if notice is None:
        raise MovedOn("This message has been sent in the meantime, is being sent, or no longer exists.")
    return deliver(notice)


def _must_be_as_seen(row: NoticeTargetRow, seen: datetime | None) -> None:
    if seen is not None and seen != row.changed_at:
        raise MovedOn("Somebody else has changed this notification. Cancel, then open it again.")


def _check(form: TargetForm, address_needed: bool) -> None:
    """Raises: BadInput."""
    address, longest = form.address.strip(), LONGEST_ADDRESS.get(form.kind, 0)
    right = {EMAIL: "must be one email address", WEBHOOK: "must begin with https:// (http:// only for this machine)"}
    fits = ADDRESS.fullmatch(address) if form.kind == EMAIL else webhook.parse(address)
    one_line = f"must have at most {LONGEST_NAME} characters, all on one line"
    chosen = bool(form.events) and set(form.events) <= set(EVENTS) and set(form.events) != {OVER}
    checks = (
        ("Kind", form.kind in KINDS, "must be one of the choices"),
        ("Name", is_short_line(form.name, LONGEST_NAME), one_line),
        ("Address", bool(address) or not address_needed, "must not be blank"),
        ("Address", not address or (bool(fits) and address.isascii()), right.get(form.kind, "")),
        ("Address", not longest or len(address) <= longest, f"must not be longer than {longest} characters"),
        ("What to tell", chosen, "choose an alert or the digest"),
        ("Time of the digest", form.digest_hour in range(24), "choose an hour of the day"),
    )
    if problems := [Problem(field, rule) for field, kept, rule in checks if not kept]:
        raise BadInput(problems)


def _fill(row: NoticeTargetRow, form: TargetForm) -> None:
    row.name, row.digest_hour, row.with_names = form.name.strip(), form.digest_hour, form.with_names
    row.events = {"chosen": [event for event in EVENTS if event in form.events]}
    if DIGEST not in form.events:
        row.digest_until = None  # if digests are wanted again later, the first covers a day, not all since the last
    address = form.address.strip()
    place = webhook.parse(address) if row.kind == WEBHOOK else None
    if place:
        row.address, row.sealed = place.named, seal(address)
    elif address:
        row.address = address


def _record(session: Session, actor: Principal, action: str, summary: str, **values: Json) -> None:
    record(session, actor.username, action, summary, before=values.get("before"), after=values.get("after"))


def _item(session: Session, row: NoticeTargetRow) -> TargetItem:
    query = select(NoticeRow).where(col(NoticeRow.target_id) == row.id).order_by(col(NoticeRow.created_at).desc())
    latest = session.exec(query.limit(1)).first()
    return TargetItem(
        id=row.id,
        kind=row.kind,
        name=row.name,
        address=row.address,
        events=tuple(row.events["chosen"]),
        digest_hour=row.digest_hour,
        with_names=row.with_names,
        latest=_notice(latest, row) if latest else None,
        changed_at=row.changed_at,
    )


def _notice(notice: NoticeRow, target: NoticeTargetRow) -> NoticeItem:
    return NoticeItem(
        id=notice.id,
        target_id=target.id,
        target=label(target),
        kind=notice.kind,
        subject=notice.subject,
        state=notice.state,
        error=notice.error,
        not_before=notice.not_before,
        created_at=notice.created_at,
        sent_at=notice.sent_at,
    )
