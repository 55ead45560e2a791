"""A command for many says how far it is, and is carried out to its end whatever its person does meanwhile."""

from typing import Any

import pytest
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.scriptrunner import StopException

from services import archive, clients, contacts, links, previous, sync
from services.access import SYSTEM
from services.clients import ClientFilter
from services.contacts import ContactFilter
from services.previous import PreviousFilter
from services.records import bulk
from tests.pages.support import Practice, opened, press, said
from tests.support.practice import add, edit
from tests.support.xero import Xero


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


def test_what_many_rows_of_a_list_are_told_to_do_says_how_far_it_is(
    practice: Practice, xero: Xero, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "BATCH", 1)
    monkeypatch.setattr(links, "BATCH", 1)
    far: list[str] = []
    monkeypatch.setattr(DeltaGenerator, "progress", lambda _place, _share, text, **_more: far.append(text))

    def press_for(rows: dict[str, str], label: str, page: str, **query: str) -> None:
        far.clear()
        screen = opened("eddie", page, **query)
        screen.session_state["table.chosen"] = rows
        press(screen.run(), label)
        assert [words.partition(" · ")[0] for words in far] == [f"1 of {len(rows)}"], label

    ended = "xero/match_issues.py"
    for item in clients.list_clients(ClientFilter()).rows:
        xero.create(f"Taken {item.name}", f"{item.link_id}@example.com")
        edit(item.contact_id, name=f"Taken {item.name}")
    sync.tick(practice.connection_id)
    failing = {item.link_id: item.name for item in clients.list_clients(ClientFilter(sync_state="failing")).rows}
    press_for(failing, "Retry", "xero/client_list.py")
    links.stop(SYSTEM, list(failing)[:1])
    two = {item.link_id: item.xero_name for item in previous.list_previous(PreviousFilter()).rows}
    press_for(two, "Re-match", ended, tab="Previously Synced")
    archive.archive_contacts(SYSTEM, [item.contact_id for item in clients.list_clients(ClientFilter()).rows])
    kept = {one.link_id: "" for one in previous.list_previous(PreviousFilter(state="broken")).rows[:2]}
    press_for(kept, "Keep in Xero", ended, tab="Previously Synced")
