"""Saved views: one's own and those that others share."""

import pytest

from services.access import Principal, Role
from services.errors import BadInput, Forbidden, NotFound
from services.views import MOST, View, delete_view, list_views, save_view

pytestmark = pytest.mark.usefixtures("database")

ANN = Principal("ann", "Ann", Role.EDITOR)
BEN = Principal("ben", "Ben", Role.VIEWER)
ADMIN = Principal("root", "Root", Role.ADMIN)
PAGE = "contacts"


def names(person: Principal, page: str = PAGE) -> list[str]:
    return [view.name for view in list_views(person, page)]


def test_a_view_is_its_owners_alone_until_it_is_shared() -> None:
    save_view(ANN, PAGE, "Mine", "contacts_kind=person")
    shared = save_view(ANN, PAGE, "Ours", "contacts_kind=person", shared=True)
    assert (names(ANN), names(BEN), names(ANN, "clients")) == (["Mine", "Ours"], ["Ours"], [])
    assert list_views(BEN, PAGE) == (View(shared, "Ours", "contacts_kind=person", True, "ann", False),)


def test_saving_under_the_same_name_replaces_ones_own_view_and_nobody_elses() -> None:
    save_view(ANN, PAGE, "People", "a=1", shared=True)
    save_view(BEN, PAGE, "People", "b=2")
    save_view(BEN, PAGE, " People ", "b=3")
    assert [(view.query, view.owner) for view in list_views(BEN, PAGE)] == [("b=3", ""), ("a=1", "ann")]


def test_only_the_owner_or_an_admin_deletes_a_view() -> None:
    own, shared = save_view(ANN, PAGE, "Mine", ""), save_view(ANN, PAGE, "Ours", "", shared=True)
    with pytest.raises(Forbidden):
        delete_view(BEN, shared)
    with pytest.raises(NotFound):
        delete_view(BEN, own)
    delete_view(ADMIN, shared)
    delete_view(ANN, own)
    assert names(ANN) == []


def test_a_viewer_keeps_views_but_shares_none() -> None:
    with pytest.raises(Forbidden):
        save_view(BEN, PAGE, "Ours", "", shared=True)


@pytest.mark.parametrize(("name", "query"), [("", ""), ("  ", ""), ("x" * 61, ""), ("a\x00b", ""), ("ok", "x" * 2001)])
def test_a_view_needs_a_name_and_filters_of_reasonable_length(name: str, query: str) -> None:
    with pytest.raises(BadInput):
        save_view(ANN, PAGE, name, query)


def test_there_are_not_too_many_views() -> None:
    for number in range(MOST):
        save_view(ANN, PAGE, f"View {number}", "")
    with pytest.raises(BadInput):
        save_view(ANN, PAGE, "One more", "")
    save_view(ANN, PAGE, "View 1", "a=1")
