"""Dates, times and numbers are written in the way of a region, in English words whatever the region."""

from datetime import date, datetime, time

import pytest

from services import locales

EVENING = datetime(2026, 11, 3, 20, 5)  # noqa: DTZ001 (on whatever clock)


@pytest.mark.parametrize(
    ("locale", "moment", "number"),
    [
        ("en-GB", "3 Nov 2026, 20:05", "1,234,567"),
        ("en-US", "Nov 3, 2026, 8:05 PM", "1,234,567"),
        ("en-NZ", "3 Nov 2026, 8:05 pm", "1,234,567"),
        ("en-IN", "3 Nov 2026, 8:05 pm", "12,34,567"),
        ("en-DE", "3 Nov 2026, 20:05", "1.234.567"),
        ("", "3 Nov 2026, 20:05", "1,234,567"),
    ],
)
def test_each_region_has_its_way(locale: str, moment: str, number: str) -> None:
    assert locales.day_and_time(EVENING, locale) == moment
    assert locales.number(1_234_567, locale) == number


def test_a_day_of_the_year_and_an_hour_are_written_alone() -> None:
    assert [locales.day_of_year(date(2026, 11, 3), one) for one in ("en-GB", "en-US")] == ["3 Nov", "Nov 3"]
    assert [locales.clock(time(8), one) for one in ("en-GB", "en-US")] == ["08:00", "8:00 AM"]


@pytest.mark.parametrize("locale", [*locales.regions(), ""])
def test_a_day_is_typed_in_one_of_the_orders_that_a_date_box_knows(locale: str) -> None:
    assert locales.order_of_day(locale) in {"DD/MM/YYYY", "MM/DD/YYYY", "YYYY/MM/DD"}


def test_a_day_is_typed_as_the_region_writes_it() -> None:
    typed = [locales.order_of_day(one) for one in ("en-NZ", "en-US", "en-ZA")]
    assert typed == ["DD/MM/YYYY", "MM/DD/YYYY", "YYYY/MM/DD"]


@pytest.mark.parametrize(
    ("tag", "locale"),
    [
        ("en-AU", "en-AU"), ("de-DE", "en-DE"), ("de", "en-DE"), ("zh-Hant-HK", "en-HK"), ("en", "en-US"),
        ("ja-JP", "en-GB"), ("", "en-GB"), ("-", "en-GB"), ("x" * 5000, "en-GB"), ("../../etc", "en-GB"),
    ],
)  # fmt: skip
def test_what_a_browser_says_leads_to_a_region_that_is_known(tag: str, locale: str) -> None:
    assert locales.closest(tag) == locale


def test_regions_are_listed_by_name() -> None:
    regions = locales.regions()
    assert (regions["en-NZ"], regions["en-GB"]) == ("New Zealand", "United Kingdom")
    assert list(regions.values()) == sorted(regions.values())
