"""Words for screens: names made harmless in Markdown, plurals, times and values."""

import re
import unicodedata
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import streamlit as st

from services import locales, practice_settings

MARKUP = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$&^=:/@\"'])")
LINKED = re.compile(r"(?<=[@:])|(?<=www)", re.IGNORECASE)
WORD_JOINER = "\u2060"  # invisible; it keeps addresses and :shortcodes: from being recognised
UNSEEN = ("Cc", "Cf", "Zl", "Zp")
UNITS = (
    (timedelta(days=365), "year"),
    (timedelta(days=30), "month"),
    (timedelta(days=1), "day"),
    (timedelta(hours=1), "hour"),
    (timedelta(minutes=1), "minute"),
)


def plain(value: object) -> str:
    """Foreign text on one line for labels and Markdown, in which nothing of it acts as markup."""
    return MARKUP.sub(r"\\\1", LINKED.sub(WORD_JOINER, one_line(value)))


def one_line(value: object) -> str:
    """Foreign text without line breaks, control characters and marks that turn the reading direction."""
    visible = (" " if unicodedata.category(c) in UNSEEN else c for c in str(value))
    return " ".join("".join(visible).split())


def count(number: int, noun: str, plural: str = "") -> str:
    """A number with its noun: 1 contact, 2,000 contacts."""
    return f"{figure(number)} {noun if number == 1 else plural or noun + 's'}"


def figure(number: int) -> str:
    """A number with its thousands apart, as the practice writes it: 2,000."""
    return locales.number(number, locale())


def ago(moment: datetime | None, never: str = "never") -> str:
    """How long ago, or how soon, in the largest whole unit: 3 minutes ago, in 2 hours."""
    if moment is None:
        return never
    distance = datetime.now(UTC) - moment
    for size, unit in UNITS:
        if abs(distance) >= size:
            amount = count(abs(distance) // size, unit)
            return f"in {amount}" if distance < timedelta() else f"{amount} ago"
    return "just now" if distance >= timedelta() else "within a minute"


def exact(moment: datetime | None) -> str:
    """A moment to the minute in the practice's time zone, as the practice writes it: 23 Nov 2026, 14:05 AEDT."""
    there = moment.astimezone(zone()) if moment else None
    return f"{locales.day_and_time(there, locale())} {there:%Z}" if there else ""


def day_of_year(day: date) -> str:
    """A day of a year that need not be said: 23 Nov."""
    return locales.day_of_year(day, locale())


def clock(moment: datetime | time) -> str:
    """A time of day: 14:05, or 2:05 pm."""
    return locales.clock(moment, locale())


def zone() -> ZoneInfo:
    """The practice's time zone, or that of the person's browser while nobody has chosen one."""
    chosen = practice_settings.get_settings()
    return browser_zone() if chosen.time_zone == practice_settings.NOT_CHOSEN else chosen.zone


def locale() -> str:
    """The practice's way to write dates, times and numbers, or that of the person's browser."""
    return practice_settings.get_settings().locale or browser_locale()


def browser_locale() -> str:
    """The region of the person's browser, or the nearest to it that we know."""
    return locales.closest(st.context.locale or "")


def browser_zone() -> ZoneInfo:
    """The time zone of the person's browser; UTC when it does not say."""
    try:
        return ZoneInfo(st.context.timezone or "UTC")
    except (KeyError, ValueError):
        return ZoneInfo("UTC")


def listed(names: list[str], total: int, shown: int = 5) -> str:
    """The first names as a Markdown list, and how many more there are."""
    lines = [f"- {plain(name) or '(no name)'}" for name in names[:shown]]
    more = total - len(lines)
    return "\n".join(lines + ([f"- and {count(more, 'other')}"] if more > 0 else []))
