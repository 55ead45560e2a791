"""The clean-up list: duplicates of either side, on their page and from a terminal."""

from pages.components import table
from services import duplicates, sync
from tests.pages.support import Practice, opened, said
from tests.support.practice import add, delta_is_due
from tests.support.xero import Xero

PAGE = "xero/clean_up.py"


def test_duplicates_of_the_practice_are_listed_and_lead_to_the_contact(practice: Practice) -> None:
    first = add("Twin Ltd", "twin@example.com")
    add("Twin Ltd", "twin@example.com")
    screen = opened("eddie", PAGE)
    assert "1 group" in said(screen)
    assert "Groups 1–1 of 1" in said(screen)
    shown = screen.dataframe[0].value
    assert list(shown["Name"]) == ["Twin Ltd", "Twin Ltd"]
    assert set(shown["Why"]) == {"Same billing email, Same name"}
    screen.session_state["table.picked"] = (":material/open_in_full: Open contact", f"1 {first}")
    screen.run()
    assert [title.value for title in screen.title] == ["Twin Ltd"]


def test_duplicates_in_xero_open_there(practice: Practice, xero: Xero) -> None:
    for name in ("Ada Archer & Co", "Ada Archer and Company"):
        xero.create(name, "same@example.com")
    delta_is_due()
    sync.tick(practice.connection_id)
    from_xero = opened("eddie", PAGE, clean_up_side="Xero")
    assert all("/Contacts/View/" in url for url in from_xero.dataframe[0].value["In Xero"])


def test_an_empty_list_says_so(practice: Practice) -> None:
    assert duplicates.list_duplicates("practice").total == 0
    assert "Nothing to clean up among your contacts" in said(opened("vera", PAGE))
    assert "No group fits" in said(opened("vera", PAGE, clean_up_reason="Same phone"))


def test_groups_are_numbered_on_through_the_pages_also_when_one_is_opened_by_its_address(people: None) -> None:
    for number in range(2 * (table.SIZE + 1)):
        add(f"Twin {number // 2}")
    screen = opened("vera", PAGE, clean_up_page="2")
    assert list(screen.dataframe[0].value["Group"]) == [table.SIZE + 1] * 2
