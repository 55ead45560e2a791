"""How dates, times and numbers are written: always in English words, in the way of a region.

Babel knows English as it is written in over a hundred regions, so that a practice in Germany reads 1.234 and 23 Nov,
and its words stay the ones of the screens.
"""

from datetime import date, datetime, time
from functools import cache, lru_cache

from babel import Locale, localedata
from babel.core import get_global
from babel.dates import format_date, format_skeleton, format_time
from babel.numbers import format_decimal

FALLBACK = "en-GB"
NARROW_SPACE = "\u202f"
TYPED = {"y": "YYYY", "M": "MM", "d": "DD"}


@cache
def regions() -> dict[str, str]:
    """The regions to choose from, by name: en-NZ → New Zealand."""
    parts = [name.split("_") for name in localedata.locale_identifiers()]
    codes = [part[1] for part in parts if part[0] == "en" and len(part) == 2 and len(part[1]) == 2]
    names = {f"en-{code}": str(Locale("en").territories[code]) for code in codes}
    return dict(sorted(names.items(), key=lambda region: region[1]))


@lru_cache(maxsize=256)
def closest(tag: str) -> str:
    """The region of a language tag as browsers give it, such as de-DE or fr; FALLBACK when there is none of ours."""
    language, *rest = tag.replace("_", "-").split("-")
    likely = str(get_global("likely_subtags").get(language.lower(), "")).split("_")
    found = next((part.upper() for part in [*rest, *likely[1:]] if len(part) == 2), "")
    return f"en-{found}" if f"en-{found}" in regions() else FALLBACK


@lru_cache(maxsize=1024)
def number(value: int, locale: str) -> str:
    """A whole number with separators: 12,345. Remembered, since a page writes the same ones again and again."""
    return str(format_decimal(value, locale=_of(locale)))


def day(moment: date, locale: str) -> str:
    """A day: 23 Nov 2026."""
    return str(format_date(moment, "medium", locale=_of(locale)))


def day_of_year(moment: date, locale: str) -> str:
    """A day without its year: 23 Nov."""
    return str(format_skeleton("MMMd", moment, locale=_of(locale)))


@cache
def order_of_day(locale: str) -> str:
    """In which order a day is typed: DD/MM/YYYY."""
    short = str(_of(locale).date_formats["short"].pattern)
    return "/".join(TYPED[part] for part in sorted(TYPED, key=short.index))


def clock(moment: datetime | time, locale: str) -> str:
    """The time of day to the minute, on the moment's own clock: 14:05 or 2:05 pm."""
    return str(format_time(moment, "short", locale=_of(locale))).replace(NARROW_SPACE, " ")


def day_and_time(moment: datetime, locale: str) -> str:
    """A moment to the minute, on its own clock: 23 Nov 2026, 14:05."""
    return f"{day(moment, locale)}, {clock(moment, locale)}"


def sample(moment: datetime, locale: str) -> str:
    """An example of how a region writes, to choose one by."""
    return f"{day_and_time(moment, locale)}; {number(1_234_567, locale)}"


@lru_cache(maxsize=256)
def _of(locale: str) -> Locale:
    return Locale.parse(closest(locale), sep="-")
