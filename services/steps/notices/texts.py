"""The words of notices: plain text, with links to the pages where something can be done.

Alerts name organisations, but only count contacts: mails can be read on locked phones and are kept for years.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from models.alert import BRAKE, FAILING, SIGN_IN, STALLED, AlertRow
from models.connection import ConnectionRow
from services.foreign_text import one_line
from services.locales import day_and_time, number
from services.records.stalling import reason
from services.settings import get_settings

PRODUCT = "Contact Sync for Xero"
LONGEST_NAME = 100
FAILING_PAGE = "client_list?clients_state=Failing"
NOT_CREATED_PAGE = "contacts?contacts_linked=Refused+by+Xero"
HEALTH_PAGE = "health?health_tab=Failing"
OVER = {
    SIGN_IN: "Xero lets us in to {name} again.",
    BRAKE: "The brake on {name} is off.",
    FAILING: "No contact of {name} is failing any more.",
    STALLED: "The sync of {name} gets through again.",
}


@dataclass(frozen=True, slots=True)
class Count:
    """A line of the digest: how many, some of their names, and the page that lists them."""

    label: str
    number: int
    names: Sequence[str] = ()
    page: str = ""


def alert(about: AlertRow, connection: ConnectionRow, locale: str) -> tuple[str, str]:
    """Subject and text of an alert."""
    name = short(connection.name)
    if about.kind == SIGN_IN:
        return f"Xero has to be connected again: {name}", _paragraphs(
            f"Xero no longer lets us in to {name}, so it is not syncing. Nothing is lost: changes wait until an admin "
            "connects it again.",
            page("connected_apps"),
        )
    if about.kind == BRAKE:
        return f"Stopped before a mass change: {name}", _paragraphs(
            f"The sync of {name} stopped before a mass change. {connection.brake_reason}",
            "None of this is done until an admin has looked at it.",
            page(f"xero?id={connection.id}"),
        )
    if about.kind == STALLED:
        return f"The sync does not get through: {name}", _paragraphs(
            f"The sync of {name} has not got through for more than two hours. {reason(connection)}",
            "Nothing is lost: the sync keeps trying, and changes wait until it gets through.",
            page(f"xero?id={connection.id}"),
        )
    fail = "1 contact fails" if about.count == 1 else f"{number(about.count, locale)} contacts fail"
    return f"{fail} to sync: {name}", _paragraphs(
        f"{fail} to sync with {name}, because Xero refuses what would be written. Sync Health gives the reason "
        "for each; all others go on syncing.",
        page(HEALTH_PAGE),
    )


def over(about: AlertRow, connection: ConnectionRow) -> tuple[str, str]:
    """Subject and text of the news that an alert is over."""
    name = short(connection.name)
    return f"All well again: {name}", _paragraphs(OVER[about.kind].format(name=name), page(""))


def test() -> tuple[str, str]:
    """Subject and text of a test notice."""
    return "Test of notifications", _paragraphs(
        "This is a test. Somebody pressed Send a test on the Notifications page; there is nothing you need to do.",
        page("notifications"),
    )


def digest(
    since: datetime, until: datetime, changes: Sequence[Count], open_now: Sequence[Count], *, locale: str
) -> tuple[str, str]:
    """Subject and text of the digest of what happened from `since` to `until`, both on the practice's clock."""
    done = sum(line.number for line in changes)
    waiting = sum(line.number for line in open_now)
    changed = {0: "no change", 1: "1 change"}.get(done, f"{number(done, locale)} changes")
    subject = f"Daily digest: {changed}"
    subject += f", {number(waiting, locale)} to look at" if waiting else ""
    return subject, _paragraphs(
        f"Between {day_and_time(since, locale)} and {day_and_time(until, locale)} ({since.tzinfo})",
        "\n".join(_line(line, locale) for line in changes),
        "Open now",
        "\n".join(_line(line, locale) for line in open_now),
        f"Everything that was done: {page('activity')}",
    )


def page(path: str) -> str:
    """The address of one of our pages."""
    return f"{get_settings().public_url}/{path}"


def short(value: str) -> str:
    """Foreign text on one line, shortened."""
    visible = one_line(value)
    return visible if len(visible) <= LONGEST_NAME else f"{visible[: LONGEST_NAME - 1]}…"


def _line(line: Count, locale: str) -> str:
    where = f"   {page(line.page)}" if line.page and line.number else ""
    head = f"{line.label}: {number(line.number, locale)}{where}"
    more = line.number - len(line.names)
    names = [f"  - {short(name) or '(no name)'}" for name in line.names]
    return "\n".join([head, *names, *([f"  - and {number(more, locale)} more"] if names and more > 0 else [])])


def _paragraphs(*parts: str) -> str:
    return "\n\n".join([*parts, f"-- \n{PRODUCT}"]) + "\n"
