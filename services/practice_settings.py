"""The settings of the whole practice, its time zone and region; and for each organisation when it is synced."""

from dataclasses import asdict, dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo, available_timezones

from models.base import Json, now
from models.connection import ConnectionRow
from models.installation import InstallationRow
from services import locales
from services.access import Principal, Role, require
from services.db import read, write
from services.errors import BadInput, MovedOn, Problem
from services.records.activity import record
from services.records.connections import row_of
from services.records.remembered import remembered

NOT_CHOSEN = "UTC"
PLACES = ("Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
SHORTEST_SECONDS, LONGEST_SECONDS = 60, 86_400


@dataclass(frozen=True, slots=True)
class PracticeSettings:
    """`time_zone` is an IANA name; UTC means that nobody chose one.

    `locale` is a key of `locales.regions()`: dates, times and numbers are written that region's way; blank means that
    nobody chose one.
    """

    time_zone: str
    locale: str = ""

    @property
    def zone(self) -> ZoneInfo:
        """The time zone to show moments in."""
        return ZoneInfo(self.time_zone)


@dataclass(frozen=True, slots=True)
class Schedule:
    """When one organisation is synced.

    `every_seconds` is the time between two looks at Xero; 0 means what the setting SYNC_EVERY_SECONDS says. Changes go
    to Xero by themselves between `opens` and `closes` on `days` (Monday is 0); None means always.
    """

    every_seconds: int = 0
    opens: time | None = None
    closes: time | None = None
    days: tuple[int, ...] = (0, 1, 2, 3, 4)


def time_zones() -> list[str]:
    """All time zones named after a place, and UTC."""
    return [NOT_CHOSEN, *sorted(name for name in available_timezones() if name.partition("/")[0] in PLACES)]


@remembered
def get_settings() -> PracticeSettings:
    """The practice's settings."""
    with read() as session:
        row = session.get_one(InstallationRow, 1)
        return PracticeSettings(row.time_zone, row.locale)


def save_settings(actor: Principal, settings: PracticeSettings, seen: PracticeSettings | None = None) -> None:
    """Keep the practice's settings.

    Raises: Forbidden, BadInput; MovedOn, saying what has changed, when they are no longer those `seen`.
    """
    require(actor, Role.ADMIN)
    checks = (
        ("Time zone", settings.time_zone in available_timezones(), "must be an IANA name, such as Pacific/Auckland"),
        ("Region", not settings.locale or settings.locale in locales.regions(), "must be one such as en-NZ, or blank"),
    )
    if problems := [Problem(field, rule) for field, kept, rule in checks if not kept]:
        raise BadInput(problems)
    with write() as session:
        row = session.get_one(InstallationRow, 1)
        _must_be_as_seen(row, seen)
        after = {name: value for name, value in asdict(settings).items() if value != getattr(row, name)}
        before = {name: getattr(row, name) for name in after}
        for name, value in after.items():
            setattr(row, name, value)
        if after:
            summary = f"The practice's {' and its '.join(_said(name, value) for name, value in after.items())}"
            record(session, actor.username, "practice.set_up", summary, before=before, after=after)


def local_now() -> datetime:
    """The time now on the practice's clock."""
    return now().astimezone(get_settings().zone)


def get_schedule(connection_id: str) -> Schedule:
    """When an organisation is synced. Raises: NotFound."""
    with read() as session:
        return _schedule_of(row_of(session, connection_id))


def save_schedule(actor: Principal, connection_id: str, schedule: Schedule, seen: Schedule | None = None) -> None:
    """Save when an organisation is synced; the worker turns to it at once.

    Raises: Forbidden, NotFound, BadInput; MovedOn when the schedule is no longer the one `seen`.
    """
    require(actor, Role.ADMIN)
    if problems := _problems(schedule):
        raise BadInput(problems)
    after: Json = {"sync_every_seconds": schedule.every_seconds, "push_hours": _hours(schedule)}
    with write() as session:
        row = row_of(session, connection_id)
        if seen is not None and seen != _schedule_of(row):
            raise MovedOn(
                "Somebody else has changed this schedule. It now shows what they saved: change it and save again."
            )
        before = {name: getattr(row, name) for name in after}
        if before == after:
            return
        row.sync_every_seconds, row.push_hours = after["sync_every_seconds"], after["push_hours"]
        row.next_tick_at = row.next_delta_at = now()
        record(
            session, actor.username, "connection.scheduled", f"Changed when {row.name} is synced",
            connection_id=row.id, before=before, after=after,
        )  # fmt: skip


def _must_be_as_seen(row: InstallationRow, seen: PracticeSettings | None) -> None:
    now = {name: getattr(row, name) for name in asdict(seen)} if seen else {}
    changed = [_said(name, value) for name, value in now.items() if value != getattr(seen, name)]
    if changed:
        raise MovedOn(
            f"Somebody else has changed the settings: now the {' and the '.join(changed)}. Check them, then save again."
        )


def _said(name: str, value: str) -> str:
    if name == "time_zone":
        return f"time zone is {value}"
    return f"region is {locales.regions()[value]}" if value else "region is that of each person's browser"


def _schedule_of(row: ConnectionRow) -> Schedule:
    hours = row.push_hours
    if not hours:
        return Schedule(row.sync_every_seconds)
    opens, closes = time.fromisoformat(hours["from"]), time.fromisoformat(hours["to"])
    return Schedule(row.sync_every_seconds, opens, closes, tuple(hours["days"]))


def _hours(schedule: Schedule) -> Json:
    if schedule.opens is None or schedule.closes is None:
        return {}
    return {"from": f"{schedule.opens:%H:%M}", "to": f"{schedule.closes:%H:%M}", "days": sorted(set(schedule.days))}


def _problems(schedule: Schedule) -> list[Problem]:
    every = schedule.every_seconds
    always = schedule.opens is None and schedule.closes is None
    checks = (
        ("How often", every == 0 or SHORTEST_SECONDS <= every <= LONGEST_SECONDS, "must be between a minute and a day"),
        ("Hours", always or (schedule.opens is not None and schedule.closes is not None), "need a start and an end"),
        ("Days", always or (bool(schedule.days) and set(schedule.days) <= set(range(7))), "choose at least one"),
    )
    return [Problem(field, rule) for field, kept, rule in checks if not kept]
