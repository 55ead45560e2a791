"""From a terminal: the settings of the practice, and when each organisation is synced."""

from dataclasses import replace
from datetime import time
from typing import Annotated

import typer

from commands.choose import chosen_connection
from commands.output import CLI, Json, Organisation, show_one
from services import locales, practice_settings
from services.errors import UsageError
from services.practice_settings import PracticeSettings, Schedule

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ALWAYS = "always"


def practice(
    time_zone: Annotated[str | None, typer.Option(help="An IANA name, such as Pacific/Auckland.")] = None,
    region: Annotated[str | None, typer.Option(help="Such as en-NZ. Blank: as each person's browser says.")] = None,
    as_json: Json = False,
) -> None:
    """Show the practice's time zone and region, or change them."""
    now = practice_settings.get_settings()
    wanted = PracticeSettings(time_zone or now.time_zone, now.locale if region is None else region)
    if wanted != now:
        practice_settings.save_settings(CLI, wanted, now)
    where = locales.regions().get(wanted.locale, "as each person's browser says")
    show_one(wanted, f"Time zone: {wanted.time_zone}. Region: {where}.", as_json)


def schedule(
    connection: Organisation = "",
    every: Annotated[int | None, typer.Option(help="Minutes between two syncs. 0: as SYNC_EVERY_SECONDS says.")] = None,
    hours: Annotated[
        str, typer.Option(help="Hours in which changes go to Xero by themselves: 08:00-18:00, or always.")
    ] = "",
    days: Annotated[str, typer.Option(help="Days on which they do: mon,tue,wed,thu,fri.")] = "",
    as_json: Json = False,
) -> None:
    """Show when an organisation is synced, or change it."""
    chosen = chosen_connection(connection)
    now = practice_settings.get_schedule(chosen.id)
    wanted = now if every is None else replace(now, every_seconds=every * 60)
    if hours:
        opens, closes = (None, None) if hours == ALWAYS else _hours(hours)
        wanted = replace(wanted, opens=opens, closes=closes)
    if days:
        wanted = replace(wanted, days=_days(days))
    if wanted != now:
        practice_settings.save_schedule(CLI, chosen.id, wanted, now)
    show_one(wanted, f"{chosen.name}: {_in_words(wanted)}", as_json)


def _hours(typed: str) -> tuple[time, time]:
    opens, _, closes = typed.partition("-")
    try:
        return _clock(opens), _clock(closes)
    except ValueError:
        raise UsageError(f"Write the hours like 08:00-18:00, or always; not {typed!r}.") from None


def _clock(typed: str) -> time:
    """A time of day such as 08:00. Raises: ValueError for anything else, also with a time zone."""
    hour, minute = typed.split(":")
    return time(int(hour), int(minute))


def _days(typed: str) -> tuple[int, ...]:
    named = [one.strip().casefold()[:3] for one in typed.split(",") if one.strip()]
    if unknown := [one for one in named if one not in DAYS]:
        raise UsageError(f"The days are {', '.join(DAYS)}; not {unknown[0]!r}.")
    return tuple(DAYS.index(one) for one in named)


def _in_words(one: Schedule) -> str:
    every = f"every {one.every_seconds // 60} min" if one.every_seconds else "as often as the server is set to"
    if one.opens is None or one.closes is None:
        return f"{every}, at all hours."
    days = ",".join(DAYS[day] for day in sorted(set(one.days)))
    return f"{every}; to Xero {one.opens:%H:%M}-{one.closes:%H:%M} on {days}."
