"""Quick search: from the box in the sidebar to what was found everywhere."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.support import Practice, opened, said

PAGE = "contacts/search.py"


def linked(screen: AppTest) -> list[str]:
    return [link.proto.label.partition(" :small")[0] for link in screen.get("page_link")]


def test_the_box_in_the_sidebar_leads_to_what_was_found_from_any_page(practice: Practice) -> None:
    screen = opened("vera", "xero/client_list.py")
    screen.sidebar.text_input[0].set_value("archer")
    screen.run()
    assert screen.title[0].value == "Search"
    assert linked(screen).count("Ada Archer") == 2  # here and in Xero
    assert screen.sidebar.text_input[0].value == ""
    screen.sidebar.text_input[0].set_value("brown")
    screen.run()
    assert "Ada Archer" not in linked(screen)
    assert "Bob Brown" in linked(screen)


def test_every_kind_is_found_and_foreign_names_are_no_markup(practice: Practice) -> None:
    screen = opened("vera", PAGE, search_for="differs")
    assert "Dee \\*Differs\\*" in linked(screen)
    assert any(label.startswith("Linked Dee") for label in linked(screen))
    assert "Bob Brown" in linked(opened("vera", PAGE, search_for="rob@example"))


def test_who_stopped_syncing_leads_to_the_way_back_and_not_away_to_xero(practice: Practice) -> None:
    screen = opened("vera", PAGE, search_for="stopped")
    [found] = [link.proto for link in screen.get("page_link") if "Previously synced" in link.proto.label]
    assert found.page == "contact"
    assert found.query_string.startswith("id=")


@pytest.mark.parametrize("asked", ["", "a", "  b "])
def test_too_little_to_look_for_is_said_so(practice: Practice, asked: str) -> None:
    assert "at least two characters" in said(opened("vera", PAGE, search_for=asked))


def test_what_is_not_there_is_said_so_four_times(practice: Practice) -> None:
    assert said(opened("vera", PAGE, search_for="zzzz")).count("Nothing found") == 4
