"""Names from outside stay names: nothing in them acts as markup, and nothing in them hides."""

from datetime import UTC, datetime, timedelta

import pytest

from pages.components import text

pytestmark = pytest.mark.usefixtures("database")


@pytest.mark.parametrize("name", ["**x**", "[a](b)", "`c`", "$x$", "<b>", "# h", "|", ":red[x]"])
def test_markup_in_a_name_is_escaped(name: str) -> None:
    escaped = text.plain(name)
    assert escaped.replace("\\", "").replace(text.WORD_JOINER, "") == name
    assert all(escaped[at - 1] == "\\" for at, letter in enumerate(escaped) if letter in "*[`$<#|~")


@pytest.mark.parametrize("name", ["www.evil.example", "https://evil.example", "a@evil.example", ":smile:"])
def test_addresses_and_shortcodes_in_a_name_are_broken_up(name: str) -> None:
    assert text.WORD_JOINER in text.plain(name)


def test_line_breaks_and_turned_reading_directions_are_taken_out() -> None:
    assert text.one_line("Invoice\r\n\u202egpj.exe\x00") == "Invoice gpj.exe"


def test_counts_have_their_noun() -> None:
    assert [text.count(n, "contact") for n in (0, 1, 2000)] == ["0 contacts", "1 contact", "2,000 contacts"]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(5, "just now"), (-5, "within a minute"), (90, "1 minute ago"), (-7300, "in 2 hours"), (200_000, "2 days ago")],
)
def test_times_are_told_in_the_largest_whole_unit(seconds: int, words: str) -> None:
    assert text.ago(datetime.now(UTC) - timedelta(seconds=seconds)) == words


def test_the_first_names_are_listed_and_the_rest_counted() -> None:
    assert text.listed(["A", "B", "C"], 12, shown=2) == "- A\n- B\n- and 10 others"
