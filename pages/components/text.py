"""Words for screens: names made harmless in Markdown, plurals, times and values.

A name written from right to left would reorder the sentence it stands in. So it is put between Unicode isolates, here
and nowhere else: what is stored, exported or shown in a table's cell is free of them.
"""

import re
from datetime import UTC, date, datetime, time, timedelta
from html import escape
from zoneinfo import ZoneInfo

import streamlit as st

from services import locales, practice_settings
from services.foreign_text import one_line

MARKUP = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$&^=:/@\"'])")
LINKED = re.compile(r"(?<=[@:])|(?<=www)", re.IGNORECASE)
WORD_JOINER = "\u2060"  # invisible; it keeps addresses and :shortcodes: from being recognised
BREAK = "\u200b"  # invisible; a line may end there
ISOLATE, END = "\u2068", "\u2069"
TURNED = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff"
RIGHT_TO_LEFT = re.compile(f"[{TURNED}]")
RUN = re.compile(f"[{TURNED}](?:[^A-Za-z\u00c0-\u024f:;·→]*[{TURNED}])?")
BREAKS = re.compile(r"(?<=\S)[@.](?=\S)")
UNITS = (
    (timedelta(days=365), "year"),
    (timedelta(days=30), "month"),
    (timedelta(days=1), "day"),
    (timedelta(hours=1), "hour"),
    (timedelta(minutes=1), "minute"),
)


def plain(value: object) -> str:
    """A foreign value on one line for labels and Markdown: nothing of it acts as markup or reorders what is around."""
    return _harmless(isolated(one_line(value)))


def sentence(value: object) -> str:
    """A sentence of ours with foreign values in it, on one line for Markdown, in which the values stay values."""
    return _harmless(isolated_within(one_line(value)))


def not_through(why: object) -> str:
    """What is said of a write to Xero that has not got through so far, as Markdown."""
    return f"Not through yet; the sync goes on trying. {sentence(why)}"


def isolated(value: str) -> str:
    """A value that may be put into a sentence whichever way it is read."""
    return f"{ISOLATE}{value}{END}" if RIGHT_TO_LEFT.search(value) else value


def isolated_within(words: str) -> str:
    """A sentence read from left to right in which what is read the other way keeps to itself."""
    return RUN.sub(rf"{ISOLATE}\g<0>{END}", words)


def html(value: object) -> str:
    """A foreign value on one line for HTML."""
    return escape(isolated(one_line(value)))


def breakable(value: object) -> str:
    """A foreign value on one line for HTML with little room: an address breaks before its @ or a dot, if it has to."""
    return BREAKS.sub(r"<wbr>\g<0>", html(value))


def block(value: str) -> str:
    """A foreign value as HTML with its own lines, as `breakable` gives each; in a tag, since `st.html` would show the
    contents of a file that a bare text happens to name.
    """
    return f"<div>{'<br>'.join(map(breakable, value.splitlines())) or '–'}</div>"


def breakable_plain(value: object) -> str:
    """A foreign value as `plain` gives it, for labels with little room: it breaks where a `breakable` one does."""
    return _harmless(BREAKS.sub(rf"{BREAK}\g<0>", isolated(one_line(value))))


def cell(value: object) -> object:
    """A value for the cell of a table: text on one line, anything else as it is."""
    return one_line(value) if isinstance(value, str) else value


def _harmless(words: str) -> str:
    return MARKUP.sub(r"\\\1", LINKED.sub(WORD_JOINER, words))


def count(number: int, noun: str, plural: str = "") -> str:
    """A number with its noun: 1 contact, 2,000 contacts."""
    return f"{figure(number)} {noun if number == 1 else plural or noun + 's'}"


def figure(number: int) -> str:
    """A number with its thousands apart, as the practice writes it: 2,000."""
    return locales.number(number, locale())


def ago(moment: datetime | None, never: str = "never") -> str:
    """How long ago in whole units, or how soon in the nearest: 3 minutes ago, in 2 hours."""
    if moment is None:
        return never
    distance = datetime.now(UTC) - moment
    for size, unit in UNITS:
        if distance >= size:
            return f"{count(distance // size, unit)} ago"
        if -distance >= size:
            return f"in {count(round(-distance / size), unit)}"
    return "just now" if distance >= timedelta() else "within a minute"


def exact(moment: datetime | None) -> str:
    """A moment to the minute in the practice's time zone, as the practice writes it: 23 Nov 2026, 14:05 AEDT."""
    there = moment.astimezone(zone()) if moment else None
    return f"{locales.day_and_time(there, locale())} {there:%Z}" if there else ""


def until(moment: datetime | None) -> str:
    """The end of a sentence about what lasts until a moment; blank if it is not known."""
    return f", until {exact(moment)}" if moment else ""


def day_of_year(day: date) -> str:
    """A day of a year that need not be said: 23 Nov."""
    return locales.day_of_year(day, locale())


def order_of_day() -> str:
    """In which order a day is typed: DD/MM/YYYY."""
    return locales.order_of_day(locale())


def clock(moment: datetime | time) -> str:
    """A time of day: 14:05, or 2:05 pm."""
    return locales.clock(moment, locale())


def ago_with_exact(moment: datetime | None) -> str:
    """How long ago, as HTML that says the exact time under the pointer."""
    if moment is None:
        return ago(moment)
    return f'<time datetime="{moment.isoformat()}" title="{escape(exact(moment))}">{ago(moment)}</time>'


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
