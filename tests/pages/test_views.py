"""Saved views above a list, and the columns shown."""

from streamlit.testing.v1 import AppTest

from services import access, archive, views
from services.access import SYSTEM
from tests.pages.support import Practice, opened, press, said
from tests.support.practice import add

LIST = "contacts/contacts.py"
SAVE, DELETE = ":material/bookmark_add: Save view…", ":material/delete: Delete views…"


def menu(screen: AppTest, entry: str) -> AppTest:
    screen.menu_button("views.contacts").click(entry)
    return screen.run()


def entries(screen: AppTest) -> list[str]:
    return list(screen.menu_button("views.contacts").options)


def saved(screen: AppTest, name: str, shared: bool = False) -> AppTest:
    menu(screen, SAVE)
    screen.text_input[-1].set_value(name)
    if shared:
        screen.checkbox[-1].check()
    return press(screen, "Save view")


def shown(screen: AppTest) -> list[str]:
    return list(screen.dataframe[0].value["Contact name"])


def test_a_view_keeps_the_filters_and_brings_them_back(practice: Practice) -> None:
    screen = opened("eddie", LIST, contacts_search="Archer", contacts_sort="Name, Z to A")
    assert shown(screen) == ["Ada Archer"]
    saved(screen, "Archers *only*")
    again = opened("eddie", LIST)
    assert len(shown(again)) > 1
    menu(again, entries(again)[0])
    assert shown(again) == ["Ada Archer"]
    assert again.menu_button("views.contacts").label == "Archers \\*only\\*"


def test_a_shared_view_is_seen_by_all_but_deleted_only_by_its_owner_or_an_admin(practice: Practice) -> None:
    saved(opened("eddie", LIST, contacts_kind="People"), "People", shared=True)
    others = opened("vera", LIST)
    assert entries(others) == [":material/bookmark: People · Eddie", SAVE]
    admin = opened("ada", LIST)
    menu(admin, DELETE)
    admin.multiselect[-1].set_value([admin.multiselect[-1].options[0]])
    admin.run()
    press(admin, "Delete")
    assert entries(opened("eddie", LIST)) == [SAVE]


def test_a_view_of_ones_own_is_hidden_from_others(practice: Practice) -> None:
    saved(opened("vera", LIST, contacts_kind="People"), "Mine")
    assert entries(opened("eddie", LIST)) == [SAVE]


def test_columns_are_chosen_and_are_part_of_a_view(practice: Practice) -> None:
    screen = opened("eddie", LIST)
    screen.pills(key="contacts_columns").set_value(["Kind"])
    screen.run()
    assert list(screen.dataframe[0].value.columns)[:2] == ["Contact name", "Kind"]
    assert "Billing email" not in screen.dataframe[0].value.columns
    saved(screen, "Short")
    [view] = views.list_views(access.Principal("eddie", "Eddie", access.Role.EDITOR), "contacts")
    assert "contacts_columns=Kind" in view.query
    again = opened("eddie", LIST)
    menu(again, entries(again)[0])
    assert "Billing email" not in again.dataframe[0].value.columns
    assert "View saved" in said(screen)


def test_a_view_may_search_for_the_word_by_which_switches_are_kept(practice: Practice) -> None:
    add("Tried and True", "true@example.com")
    saved(opened("eddie", LIST, contacts_search="true"), "Truths")
    screen = opened("eddie", LIST)
    menu(screen, entries(screen)[0])
    assert not screen.exception
    assert shown(screen) == ["Tried and True"]


def test_a_view_keeps_a_switch_that_is_on(practice: Practice) -> None:
    archive.archive_contact(SYSTEM, practice.unlinked)
    saved(opened("eddie", LIST, contacts_archived="true"), "Archived")
    screen = opened("eddie", LIST)
    menu(screen, entries(screen)[0])
    assert shown(screen) == ["Not In Xero"]


def test_a_view_with_a_contact_type_that_is_gone_still_opens(practice: Practice) -> None:
    eddie = access.Principal("eddie", "Eddie", access.Role.EDITOR)
    views.save_view(eddie, "contacts", "Old", "contacts_search=Archer&contacts_type=Gone&contacts_archived=maybe")
    screen = opened("eddie", LIST)
    menu(screen, entries(screen)[0])
    assert not screen.exception
    assert not screen.error
