"""The daily digest: when it is due for a target, and what it counts of the time since the last one."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, func, or_, select
from sqlmodel import Session, col

from models.activity import ActivityRow
from models.contact import ContactRow
from models.difference import OPEN, DifferenceRow
from models.installation import InstallationRow
from models.intent import CREATE, HELD, IntentRow
from models.issue import OPEN as TO_RESOLVE
from models.issue import IssueRow
from models.link import LinkRow
from models.notice_target import NoticeTargetRow
from models.xero_contact import XeroContactRow
from services.records.issues import answerable, due
from services.records.keys import same_xero_contact
from services.records.link_state import failing, syncing
from services.records.links import unarchived
from services.records.listing import Rows
from services.records.notices import DIGEST, add_once, is_stored
from services.steps.notices import texts
from services.steps.notices.texts import FAILING_PAGE, NOT_CREATED_PAGE, Count

NAMES = 5
CHANGES = {
    "Newly synced": ("link.match", "link.create_practice", "link.create_xero", "link.rematch"),
    "Updated from Xero": ("contact.updated_from_xero",),
    "Updated in Xero": ("xero.updated",),
}


def make_digests(session: Session, at: datetime, targets: list[NoticeTargetRow]) -> None:
    """Store today's digest for each target that wants it, once its hour has come on the practice's clock.

    It begins where the last one ended, so that neither another hour nor days when the server was off leave a gap.
    """
    wanting = [target for target in targets if DIGEST in target.events["chosen"]]
    installation = session.get_one(InstallationRow, 1)
    zone = ZoneInfo(installation.time_zone) if wanting else None
    for target in wanting:
        today = at.astimezone(zone).date()
        until = datetime.combine(today, time(target.digest_hour), zone)
        key = f"{DIGEST}:{today}:{target.id}"
        since = target.digest_until or datetime.combine(today - timedelta(days=1), time(target.digest_hour), zone)
        if since < until and target.changed_at <= until <= at and not is_stored(session, key):
            subject, text = _text(session, since.astimezone(zone), until, target.with_names, installation.locale)
            add_once(session, target, key, DIGEST, subject, text)
            target.digest_until = until


def _text(session: Session, since: datetime, until: datetime, with_names: bool, locale: str) -> tuple[str, str]:
    changes: list[tuple[str, Rows, str]] = [
        *((label, _acted(actions, since, until), "") for label, actions in CHANGES.items()),
        ("New match issues", _issues(_within(col(IssueRow.created_at), since, until)), ""),
        ("New differences", _differences(_within(col(DifferenceRow.created_at), since, until)), ""),
    ]
    open_now: list[tuple[str, Rows, str]] = [
        ("Match issues", _issues((col(IssueRow.state) == TO_RESOLVE) & due(until)), "match_issues"),
        ("Differences", _differences(col(DifferenceRow.state) == OPEN), "match_issues?tab=Differences"),
        ("Failing contacts", _failing(), FAILING_PAGE),
        ("Not created in Xero", _not_created(), NOT_CREATED_PAGE),
    ]
    counted = [[_count(session, *line, with_names) for line in part] for part in (changes, open_now)]
    return texts.digest(since, until, *counted, locale=locale)


def _count(session: Session, label: str, query: Rows, page: str, with_names: bool) -> Count:
    """Count what a query of (id, name) finds, and take the first names if they are wanted."""
    number = session.execute(select(func.count()).select_from(query.distinct().subquery())).scalar_one()
    first = query.distinct().order_by(query.selected_columns[1]).limit(NAMES)
    names = [str(name) for _, name in session.execute(first)] if with_names else []
    return Count(label, number, names, page)


def _within(column: SQLColumnExpression[datetime], since: datetime, until: datetime) -> ColumnElement[bool]:
    return and_(column >= since, column < until)


def _acted(actions: tuple[str, ...], since: datetime, until: datetime) -> Rows:
    return (
        select(col(ContactRow.id), col(ContactRow.name))
        .join(ActivityRow, col(ActivityRow.contact_id) == col(ContactRow.id))
        .where(col(ActivityRow.action).in_(actions), _within(col(ActivityRow.at), since, until))
    )


def _issues(condition: ColumnElement[bool]) -> Rows:
    query = select(col(IssueRow.id), col(XeroContactRow.name)).join(XeroContactRow, same_xero_contact(IssueRow))
    return query.where(condition, answerable())


def _differences(condition: ColumnElement[bool]) -> Rows:
    """A field counts once, however often its values have changed since."""
    return (
        select(col(DifferenceRow.link_id) + ":" + col(DifferenceRow.field), col(ContactRow.name))
        .join(LinkRow, col(LinkRow.id) == col(DifferenceRow.link_id))
        .join(ContactRow, col(ContactRow.id) == col(DifferenceRow.contact_id))
        .where(condition, syncing())
    )


def _failing() -> Rows:
    links = select(col(LinkRow.contact_id)).where(or_(failing(), unarchived()))
    return select(col(ContactRow.id), col(ContactRow.name)).where(col(ContactRow.id).in_(links))


def _not_created() -> Rows:
    held = select(col(IntentRow.contact_id)).where(col(IntentRow.state) == HELD, col(IntentRow.kind) == CREATE)
    return select(col(ContactRow.id), col(ContactRow.name)).where(col(ContactRow.id).in_(held))
