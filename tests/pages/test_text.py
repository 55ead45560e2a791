"""Names from outside stay names: nothing in them acts as markup, and nothing in them hides."""

from datetime import UTC, datetime, timedelta

import pytest

from pages.components import text
from services.foreign_text import one_line

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
    assert one_line("Invoice\r\n\u202egpj.exe\x00") == "Invoice gpj.exe"


def test_counts_have_their_noun() -> None:
    assert [text.count(n, "contact") for n in (0, 1, 2000)] == ["0 contacts", "1 contact", "2,000 contacts"]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (5, "just now"),
        (-5, "within a minute"),
        (90, "1 minute ago"),
        (-7300, "in 2 hours"),
        (-7190, "in 2 hours"),
        (7190, "1 hour ago"),
        (200_000, "2 days ago"),
    ],
)
def test_times_are_told_in_the_largest_unit(seconds: int, words: str) -> None:
    assert text.ago(datetime.now(UTC) - timedelta(seconds=seconds)) == words


def test_the_first_names_are_listed_and_the_rest_counted() -> None:
    assert text.listed(["A", "B", "C"], 12, shown=2) == "- A\n- B\n- and 10 others"


HEBREW, ARABIC = "שלום כהן ובניו בע״מ", "شركة النور (الرياض) 123"


def apart(value: str) -> str:
    return f"{text.ISOLATE}{value}{text.END}"


@pytest.mark.parametrize("name", [HEBREW, ARABIC, "Levy לוי & Sons 50%"])
def test_a_name_read_from_right_to_left_keeps_to_itself_in_a_sentence(name: str) -> None:
    assert text.plain(name).replace("\\", "") == apart(name)
    assert text.listed([name, "Acme"], 2).replace("\\", "") == f"- {apart(name)}\n- Acme"


def test_a_name_read_from_left_to_right_is_shown_and_copied_as_it_is() -> None:
    assert text.plain("Łukasz Sørensen 7") == "Łukasz Sørensen 7"


def test_names_within_a_stored_sentence_keep_to_themselves_and_the_sentence_keeps_its_order() -> None:
    assert text.sentence(f"Linked {HEBREW} with {HEBREW} in Xero") == (
        f"Linked {apart(HEBREW)} with {apart(HEBREW)} in Xero"
    )
    assert text.sentence("Chose עמית · כהן → לוי") == f"Chose {apart('עמית')} · {apart('כהן')} → {apart('לוי')}"


@pytest.mark.parametrize("mark", ["\u202e", "\u202b", "\u2067", "\u2066", "\u2068", "\u200f", "\u061c"])
def test_a_mark_in_a_name_turns_neither_the_sentence_nor_the_row_it_stands_in(mark: str) -> None:
    evil = f"Acme {mark}gpj.exe"
    assert mark not in text.plain(evil)
    assert mark not in text.sentence(f"Edited {evil} in Xero")
    assert text.cell(evil) == "Acme gpj.exe"


def test_a_closing_mark_in_a_name_does_not_end_its_isolate_early() -> None:
    assert text.plain(f"{HEBREW}\u2069 x").count(text.END) == 1


def test_cells_of_a_table_hold_bare_values() -> None:
    assert [text.cell(value) for value in (HEBREW, "a\nb", None, 7)] == [HEBREW, "a b", None, 7]


def test_letters_stay_joined_where_their_script_joins_them_and_nothing_hides_in_a_latin_name() -> None:
    assert one_line("می\u200cخواهم") == "می\u200cخواهم"
    assert one_line("Ac\u200dme\u200b") == "Ac me"


def test_an_address_may_break_before_its_at_and_dots_and_nothing_in_it_acts_as_markup() -> None:
    assert text.breakable("a.b@c.example, St. 5") == "a<wbr>.b<wbr>@c<wbr>.example, St. 5"
    assert text.breakable("<b>@x&.y") == "&lt;b&gt;<wbr>@x&amp;<wbr>.y"


def test_a_value_with_lines_keeps_them_and_is_never_taken_for_a_file() -> None:
    assert text.block("1 High St\n<b>") == "<div>1 High St<br>&lt;b&gt;</div>"
    assert text.block("README.md") == "<div>README<wbr>.md</div>"
    assert text.block("") == "<div>–</div>"


def test_an_address_in_markdown_may_break_at_the_same_places_and_is_no_link() -> None:
    assert text.breakable_plain("a.b@c.example").split("\u200b") == ["a", r"\.b", "\\@\u2060c", r"\.example"]
    assert text.breakable_plain("*b*") == r"\*b\*"
