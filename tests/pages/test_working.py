"""A command for many says how far it is, and is carried out to its end whatever its person does meanwhile."""

from typing import Any

import pytest
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.scriptrunner import StopException

from services import contacts
from services.contacts import ContactFilter
from services.records import bulk
from tests.pages.support import Practice, opened, said
from tests.support.practice import add


def test_many_are_archived_to_the_last_although_their_person_closes_the_page(
    practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "BATCH", 1)
    far: list[str] = []

    def closed(_place: DeltaGenerator, _share: float, text: str, **_more: Any) -> None:
        far.append(text)
        raise StopException

    monkeypatch.setattr(DeltaGenerator, "progress", closed)
    ids = {add(name): name for name in ("One", "Two", "Three")}
    screen = opened("eddie", "contacts/contacts.py")
    screen.session_state["table.chosen"] = ids
    screen.run()
    screen.button(key="bulk.Archive").click()
    screen.run()
    screen.button(key="dialog.act").click()
    screen.run()
    assert [words.partition(" · ")[0] for words in far] == ["1 of 3", "2 of 3"]
    assert {item.name for item in contacts.list_contacts(ContactFilter(archived=True)).rows} >= set(ids.values())
    assert "3 contacts archived" in said(screen)
