"""Previously Synced: each contact is offered what can work as it stands in Xero now."""

import pytest
from streamlit.testing.v1 import AppTest

from pages.components import previous_menu
from services import links, previous, sync
from services.access import SYSTEM
from services.activity import ActivityFilter, list_activity
from services.clients import ClientFilter, list_clients
from services.previous import PreviousFilter, PreviousItem
from tests.pages.support import Practice, labels, opened, press, said, synced
from tests.support.practice import add, delta_is_due, edit
from tests.support.xero import Xero

PAGE, CONTACT = "xero/match_issues.py", "contacts/contact.py"
REMATCH = ":material/link: Re-match"


def test_what_is_archived_in_xero_is_offered_what_can_work_there_and_nothing_else(
    practice: Practice, xero: Xero
) -> None:
    links.stop(SYSTEM, [practice.link_ids["Dee *Differs*"]])
    [found] = xero.contacts(name="Ada Archer")
    xero.archive(found["ContactID"])
    delta_is_due()
    sync.tick(practice.connection_id)
    screen = opened("eddie", PAGE, tab="Previously Synced", previous_state="Broken")
    [menu] = screen.dataframe[0].value[" "]
    assert [entry.partition(": ")[2] for entry in menu] == ["Restore in Xero", "Create again in Xero", "Open contact"]
    [item] = previous.list_previous(PreviousFilter(state="broken")).rows
    screen.session_state["table.chosen"] = {item.link_id: item.xero_name}
    assert not {"Re-match", "Create New Contact"} & {one.label for one in screen.run().button}
    assert "Xero has no contact that this could be linked with. Its menu says what can be done." in said(screen)
    assert list(screen.dataframe[0].value["Why"]) == ["Archived in Xero"]
    detail = said(opened("eddie", "contacts/contact.py", id=item.contact_id)).replace("\\", "")
    assert "The link broke just now. The contact was archived in Xero." in detail
    [entry] = list_activity(ActivityFilter(action="link.broken")).rows
    assert entry.summary == "Stopped syncing Ada Archer. The contact was archived in Xero."
    screen.session_state["table.picked"] = (menu[0], item.link_id)
    assert "only a person can restore it there. It then syncs again by itself." in said(screen.run())
    press(screen, "Close")
    screen.session_state["table.picked"] = (menu[1], item.link_id)
    press(screen.run(), "Send")
    sync.tick(practice.connection_id)
    assert "Ada Archer" in [item.name for item in list_clients(ClientFilter()).rows]
    both = opened("eddie", PAGE, tab="Previously Synced")
    assert list(both.dataframe[0].value["Contact in Xero"]) == ["Dee *Differs*", "Stan Stopped"]
    assert list(both.dataframe[0].value["Why"]) == ["By a person", "By a person"]
    assert "bulk.Re-match" not in [one.key for one in both.button]
    both.session_state["table.chosen"] = {practice.link_ids["Dee *Differs*"]: "Dee *Differs*"}
    assert "bulk.Re-match" in [one.key for one in both.run().button]


def merge_ada_into_dee(practice: Practice, xero: Xero) -> PreviousItem:
    """Merge one linked contact into another linked one in Xero. Returns the link that broke by it."""
    [ada], [dee] = xero.contacts(name="Ada Archer"), xero.contacts(name="Dee *Differs*")
    xero.merge(ada["ContactID"], dee["ContactID"])
    delta_is_due()
    sync.tick(practice.connection_id)
    [item] = previous.list_previous(PreviousFilter(state="broken")).rows
    return item


def test_whose_survivor_is_linked_already_is_offered_the_other_contact_and_its_own_archiving(
    practice: Practice, xero: Xero
) -> None:
    item = merge_ada_into_dee(practice, xero)
    screen = opened("eddie", PAGE, tab="Previously Synced", previous_state="Broken")
    [menu] = screen.dataframe[0].value[" "]
    assert [entry.partition(": ")[2] for entry in menu] == [
        "Open the other contact", "Archive this contact", "Open contact",
    ]  # fmt: skip
    screen.session_state["table.picked"] = (menu[1], item.link_id)
    assert "**Ada Archer** leaves the list" in said(screen.run())
    press(screen, "Cancel")
    screen.session_state["table.picked"] = (menu[0], item.link_id)
    assert screen.run().title[0].value == r"Dee \*Differs\*"


def test_a_contact_left_over_from_a_merge_says_so_on_its_page(practice: Practice, xero: Xero) -> None:
    item = merge_ada_into_dee(practice, xero)
    screen = opened("eddie", CONTACT, id=item.contact_id)
    assert (
        r"In Xero both are **Dee \*Differs\*** now, which is linked with **Dee \*Differs\*** here. "
        "This contact is left over."
    ) in said(screen)
    assert not {"Re-match", "Create again in Xero"} & set(labels(screen))
    assert not [label for label in labels(screen) if label.startswith("Link with")]
    press(screen, "Archive this contact")
    press(screen, "Archive")
    assert "Archive this contact" not in labels(screen)
    press(screen, "Open the other contact")
    assert screen.title[0].value == r"Dee \*Differs\*"


def test_of_several_those_without_a_contact_in_xero_are_left_out_with_the_reason(
    practice: Practice, xero: Xero
) -> None:
    item = merge_ada_into_dee(practice, xero)
    [stopped] = previous.list_previous(PreviousFilter(state="stopped")).rows
    screen = opened("eddie", PAGE, tab="Previously Synced")
    screen.session_state["table.chosen"] = {one.link_id: one.xero_name for one in (item, stopped)}
    press(screen.run(), "Create New Contact")
    assert "A new contact is made from Xero's data:\n\n- Stan Stopped\n\n" in said(screen)
    reason = r"It was merged into Dee \*Differs\* in Xero, which is linked with Dee \*Differs\*"
    assert f"**1 contact** left out:\n\n- Ada Archer: {reason}" in said(screen)
    press(screen, "Cancel")
    press(screen, "Re-match")
    assert "1 contact linked and syncing again" in said(screen)
    assert f"Ada Archer: {reason}" in said(screen)
    assert previous.list_previous(PreviousFilter(state="stopped")).total == 0


def test_what_was_linked_before_is_offered_first_and_marked(practice: Practice, xero: Xero) -> None:
    [stopped] = previous.list_previous(PreviousFilter(state="stopped")).rows
    edit(stopped.contact_id, name="Constance Halt", email="halt@example.com")
    add("Stan Stopped and Sons", "sons@example.com")
    screen = opened("eddie", PAGE, tab="Previously Synced")
    screen.session_state["table.picked"] = (REMATCH, stopped.link_id)
    screen.run()
    assert screen.radio[0].options[0].startswith("Constance Halt")
    [dialog] = screen.get("dialog")
    assert dialog.proto.dialog.title == "Which contact is it?"
    assert screen.radio[0].proto.captions[0].startswith("**Was linked with it until just now** · ")


def test_archiving_one_in_xero_is_asked_about_as_one(people: None) -> None:
    assert "**1 contact** that you archived here leaves the lists" in previous_menu.archiving(["Ada"], 1)
    assert "**2 contacts** that you archived here leave the lists" in previous_menu.archiving(["Ada", "Bob"], 2)


def stopped_and_edited() -> PreviousItem:
    """Stan, whose Xero contact fits nobody by name and billing email any more."""
    [stopped] = previous.list_previous(PreviousFilter(state="stopped")).rows
    edit(stopped.contact_id, name="Constance Halt", email="halt@example.com")
    return stopped


def merge_stan_into_bob(practice: Practice, xero: Xero) -> None:
    """Merge the stopped contact in Xero into one that is linked with nobody, and let the sync look."""
    [stan], [bob] = xero.contacts(name="Stan Stopped"), xero.contacts(name="Bob Brown")
    xero.merge(stan["ContactID"], bob["ContactID"])
    delta_is_due()
    sync.tick(practice.connection_id)


@pytest.mark.parametrize("answer", ["Link", "Create New Contact"])
def test_who_was_merged_since_the_dialog_was_drawn_is_not_linked_by_its_survivor(
    practice: Practice, xero: Xero, answer: str
) -> None:
    stopped, before = stopped_and_edited(), synced()
    screen = opened("eddie", PAGE, tab="Previously Synced")
    screen.session_state["table.picked"] = (REMATCH, stopped.link_id)
    screen.run().radio[0].set_value(screen.radio[0].options[0]).run()
    merge_stan_into_bob(practice, xero)
    press(screen, answer)
    assert "Stan Stopped was merged into Bob Brown in Xero since it was shown" in said(screen)
    assert synced() == before


def test_who_was_merged_since_create_new_contact_was_asked_is_not_made_of_its_survivor(
    practice: Practice, xero: Xero
) -> None:
    stopped, before = stopped_and_edited(), synced()
    screen = opened("eddie", PAGE, tab="Previously Synced")
    screen.session_state["table.picked"] = (":material/person_add: Create New Contact", stopped.link_id)
    screen.run()
    merge_stan_into_bob(practice, xero)
    press(screen, "Create New Contact")
    assert "Stan Stopped was merged into Bob Brown in Xero since it was shown" in said(screen)
    assert synced() == before


def test_link_again_on_the_contacts_page_is_about_the_contact_in_xero_that_was_looked_for(
    practice: Practice, xero: Xero
) -> None:
    stopped, before = stopped_and_edited(), synced()
    screen = press(opened("eddie", CONTACT, id=stopped.contact_id), "Re-match")
    assert "again all the same" in said(screen)
    merge_stan_into_bob(practice, xero)
    press(screen, "Link again")
    assert "Stan Stopped was merged into Bob Brown in Xero since it was shown" in said(screen)
    assert synced() == before


def test_of_a_merged_contact_the_survivor_is_named_and_compared(practice: Practice, xero: Xero) -> None:
    stopped = stopped_and_edited()
    merge_stan_into_bob(practice, xero)
    screen = opened("eddie", PAGE, tab="Previously Synced")
    screen.session_state["table.picked"] = (":material/person_add: Create New Contact", stopped.link_id)
    assert r"- Bob Brown \(Stan Stopped was merged into it\)" in said(screen.run())
    press(screen, "Cancel")
    screen.session_state["table.picked"] = (REMATCH, stopped.link_id)
    screen.run()
    assert "**Bob Brown** stays as it is. **Stan Stopped** was merged into it in Xero." in said(screen)
    [robert] = [one for one in screen.radio[0].options if one.startswith("Robert Brown")]
    screen.radio[0].set_value(robert).run()
    press(screen, "Link")
    assert "Bob Brown is linked and syncing again" in said(screen)
    assert "Robert Brown" in synced()


def test_a_candidate_who_was_edited_since_the_dialog_was_drawn_is_not_linked(practice: Practice) -> None:
    stopped, before = stopped_and_edited(), synced()
    screen = opened("eddie", PAGE, tab="Previously Synced")
    screen.session_state["table.picked"] = (REMATCH, stopped.link_id)
    screen.run().radio[0].set_value(screen.radio[0].options[0]).run()
    edit(stopped.contact_id, name="Zoe Zander")
    press(screen, "Link")
    assert "One of the two has changed since it was shown" in said(screen)
    assert synced() == before
    press(screen, "Link")
    assert "Zoe Zander" in synced()


def answers_drawn(screen: AppTest) -> set[str]:
    """What the browser knows the dialog's answers by."""
    answers = [one for one in screen.button if one.label in ("Link", "Create New Contact")]
    return {one.proto.id for one in answers if not (one.key or "").startswith("bulk.")}


def test_a_second_press_in_the_dialog_does_not_reach_the_contact_that_came_after_the_first(practice: Practice) -> None:
    stopped_and_edited()
    links.stop(SYSTEM, list(practice.link_ids.values()))
    for item in previous.list_previous(PreviousFilter()).rows:
        edit(item.contact_id, email=f"x.{item.contact_id[:4]}@example.com")
    ended = {item.link_id: item.xero_name for item in previous.list_previous(PreviousFilter()).rows}
    screen = opened("eddie", PAGE, tab="Previously Synced")
    screen.session_state["table.chosen"] = ended
    screen.run().button(key="bulk.Re-match").click().run()
    press(screen, "See candidates, one by one")
    drawn = answers_drawn(screen)
    press(screen, "Create New Contact")
    assert len(previous.list_previous(PreviousFilter()).rows) == len(ended) - 1
    assert len(answers_drawn(screen)) == len(drawn) == 2
    assert not drawn & answers_drawn(screen)
