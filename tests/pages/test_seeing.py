"""What people see at a glance: the Overview's cards and chart, a contact's timeline, and what an ended link offers."""

import re
from datetime import date, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from pages.components import cards, chart
from services import archive, connection, differences, links, previous, sync
from services.access import SYSTEM
from services.connection import ConnectionItem
from services.db import Database
from services.previous import PreviousFilter
from services.trends import Day
from tests.pages.support import Practice, labels, opened, press, said
from tests.support.practice import delta_is_due, edit, xero_client
from tests.support.xero import Xero

OVERVIEW, CONTACT = "contacts/overview.py", "contacts/contact.py"


def numbers(screen: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in screen.metric}


def told(screen: AppTest) -> str:
    """The timeline as one reads it, without its markup."""
    return re.sub(r"<[^>]*>", " ", "".join(one.proto.body for one in screen.get("html")))


def ways(screen: AppTest) -> list[tuple[str, str]]:
    return [(link.proto.label, link.proto.query_string) for link in screen.get("page_link")]


def sync_again(practice: Practice) -> None:
    delta_is_due()
    sync.tick(practice.connection_id)


def test_the_overview_counts_every_state_and_leads_to_its_list(practice: Practice) -> None:
    screen = opened("vera", OVERVIEW)
    assert numbers(screen) == {
        "In sync": "1", "Waiting": "0", "Failing": "0", "Match issues": "1", "Differences": "1", "Stopped": "1",
        "Broken": "0", "Excluded": "0",
    }  # fmt: skip
    queries = [query for _, query in ways(screen)]
    leaving_out = "health_tab=Excluded&health_reason=All+but+archived"
    for query in ("clients_state=In+sync", "health_tab=Failing", "tab=Differences", leaving_out):
        assert query in queries
    assert "tab=Previously+Synced&previous_state=Stopped" in queries


def test_who_is_archived_in_xero_is_told_apart_from_who_is_left_out(practice: Practice, xero: Xero) -> None:
    assert not any("archived in Xero" in label for label, _ in ways(opened("vera", OVERVIEW)))
    xero.archive(xero.create("Old Client", "old@example.com"))
    sync_again(practice)
    screen = opened("vera", OVERVIEW)
    assert numbers(screen)["Excluded"] == "0"
    assert ("1 archived in Xero", "health_tab=Excluded&health_reason=Archived+in+Xero") in ways(screen)
    listed = opened("vera", "xero/health.py", health_tab="Excluded", health_reason="All but archived")
    assert "No excluded contact matches these filters" in said(listed)


def test_a_match_issue_among_the_latest_is_one_step_away(practice: Practice) -> None:
    screen = opened("vera", OVERVIEW)
    assert "Match issue for Bob Brown" in said(screen)
    assert ("Resolve", "tab=Match+Issues&issues_state=Open&issues_search=Bob+Brown") in ways(screen)


def test_the_overview_of_an_empty_practice_says_what_will_be_there(people: None) -> None:
    screen = opened("vera", OVERVIEW)
    assert "Nothing has travelled yet" in said(screen)
    assert "An admin connects one in Settings" in said(screen)


def test_the_chart_says_in_words_what_it_shows(database: Database) -> None:
    begin = date(2026, 3, 1)
    counted = [Day(begin + timedelta(days=day), 2, 1, day % 2, day % 3) for day in range(30)]
    assert chart.summary(counted) == (
        "In the last 30 days 60 changes were written to the practice and 30 to Xero; 15 questions "
        "and 30 problems came up."
    )


def test_the_overview_tells_how_each_organisation_is_doing(practice: Practice) -> None:
    sync_again(practice)
    screen = opened("vera", OVERVIEW)
    assert "the last sync got through" in said(screen)
    assert "Last sync just now" in said(screen)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"state": "sign_in_needed"}, "Xero no longer lets us in"),
        ({"started_at": None}, "nothing syncs yet"),
        ({"error": "Xero did not answer."}, "The last sync did not get through. Xero did not answer"),
        ({"stalled": "Xero did not answer."}, "more than two hours. Xero did not answer"),
        ({"waits": "Xero says that today's calls are used up."}, "calls are used up"),
        ({"last_sync_at": None}, "The first sync is on its way"),
    ],
)
def test_an_organisation_that_is_not_well_says_why(practice: Practice, change: dict[str, object], words: str) -> None:
    one = connection.get_connection(practice.connection_id)
    kept = {name: getattr(one, name) for name in ConnectionItem.__dataclass_fields__}
    _, sentence = cards.health(ConnectionItem(**(kept | change)))
    assert words in sentence.replace("\\", "")


def test_a_contacts_page_shows_its_timeline_with_a_filter_per_field(practice: Practice) -> None:
    edit(practice.synced, phone="+64 9 555 0123")
    sync_again(practice)
    screen = opened("vera", CONTACT, id=practice.synced)
    assert "Only the practice changed." in told(screen)
    assert "Edited Ada Archer" in told(screen)
    screen.get("button_group")[0].set_value("Billing address")
    screen.run()
    assert "Nothing has happened to the billing address since the contact was added." in said(screen)


def test_a_long_timeline_shows_older_entries_when_asked(practice: Practice) -> None:
    for number in range(25):
        edit(practice.unlinked, phone=f"+64 9 555 01{number:02}")
    screen = opened("vera", CONTACT, id=practice.unlinked)
    assert told(screen).count("Edited Not In Xero") == 20
    press(screen, "Show older")
    assert told(screen).count("Edited Not In Xero") == 25
    assert "Show older" not in labels(screen)


def test_hostile_text_in_a_timeline_is_only_text(practice: Practice, xero: Xero) -> None:
    [found] = xero.contacts(name="Ada Archer")
    street = "<img src=x onerror=alert(1)>\u202e & 'Sons'"
    xero.change(found["ContactID"], Addresses=[{"AddressType": "POBOX", "AddressLine1": street, "City": "Leeds"}])
    sync_again(practice)
    screen = opened("vera", CONTACT, id=practice.synced)
    body = "".join(one.proto.body for one in screen.get("html"))
    assert "<img" not in body
    assert "\u202e" not in body
    assert "&lt;img src=x onerror=alert(1)&gt; &amp; &#x27;Sons&#x27;" in body


def test_an_email_in_a_timeline_breaks_before_its_at_or_a_dot(practice: Practice) -> None:
    body = "".join(one.proto.body for one in opened("vera", CONTACT, id=practice.unlinked).get("html"))
    assert "nowhere<wbr>@example<wbr>.com" in body


def test_a_timeline_keeps_a_value_read_from_right_to_left_apart_from_the_one_after_it(
    practice: Practice, xero: Xero
) -> None:
    [found] = xero.contacts(name="Ada Archer")
    for city in ("חיפה 31", "תל אביב"):
        xero.change(found["ContactID"], Addresses=[{"AddressType": "POBOX", "City": city}])
        sync_again(practice)
    body = "".join(one.proto.body for one in opened("vera", CONTACT, id=practice.synced).get("html"))
    assert "<del>\u2068חיפה 31\u2069</del></span> → <ins" in body


def test_a_contact_whose_sides_differ_leads_to_the_choice(practice: Practice) -> None:
    [item] = differences.list_differences().rows
    [way] = [one for one in ways(opened("vera", CONTACT, id=item.contact_id)) if "Both sides differ" in one[0]]
    assert "in primary phone" in way[0]
    assert "tab=Differences" in way[1]


def test_a_stopped_link_is_matched_again_from_its_contact(practice: Practice) -> None:
    links.stop(SYSTEM, [practice.link_ids["Ada Archer"]])
    screen = opened("eddie", CONTACT, id=practice.synced)
    assert "Neither side's changes reach the other" in said(screen)
    press(screen, "Re-match")
    assert xero_client(practice.synced).state == "syncing"


def test_a_re_match_that_finds_nothing_offers_to_link_the_same_two_again(practice: Practice) -> None:
    links.stop(SYSTEM, [practice.link_ids["Ada Archer"]])
    edit(practice.synced, name="Ada Baker", email="ada@baker.example")
    screen = press(opened("eddie", CONTACT, id=practice.synced), "Re-match")
    assert "again all the same" in said(screen)
    press(screen, "Link again")
    assert xero_client(practice.synced).state == "syncing"


def test_a_contact_archived_here_is_archived_in_xero_too_from_its_page(practice: Practice, xero: Xero) -> None:
    archive.archive_contact(SYSTEM, practice.synced)
    screen = opened("eddie", CONTACT, id=practice.synced)
    assert "The contact was archived in the practice" in said(screen)
    press(screen, "Archive in Xero too")
    assert [status.label for status in screen.status] == ["Archiving in Xero…"]
    sync_again(practice)
    assert xero.contacts(name="Ada Archer")[0]["ContactStatus"] == "ARCHIVED"
    screen.run()
    assert "It is archived in Xero too" in said(screen)
    assert "Archive in Xero too" not in labels(screen)


def test_a_contact_archived_here_is_kept_in_xero_from_its_page(practice: Practice) -> None:
    archive.archive_contact(SYSTEM, practice.synced)
    press(opened("eddie", CONTACT, id=practice.synced), "Keep in Xero")
    assert xero_client(practice.synced).state == "stopped"


def test_a_merged_contact_is_linked_with_its_survivor_from_its_page(practice: Practice, xero: Xero) -> None:
    [found] = xero.contacts(name="Ada Archer")
    xero.merge(found["ContactID"], xero.create("Sur *Vivor*", "ada@example.com"))
    sync_again(practice)
    screen = opened("eddie", CONTACT, id=practice.synced)
    [label] = [label for label in labels(screen) if label.startswith("Link with")]
    assert "merged" in said(screen)
    press(screen, label)
    assert xero_client(practice.synced).state == "syncing"


def test_a_contact_archived_in_xero_says_how_it_comes_back(practice: Practice, xero: Xero) -> None:
    [found] = xero.contacts(name="Ada Archer")
    xero.archive(found["ContactID"])
    sync_again(practice)
    screen = opened("eddie", CONTACT, id=practice.synced)
    assert "Restore it in Xero, and it syncs again by itself" in said(screen)
    assert [link.proto.label for link in screen.get("link_button")] == ["Open in Xero"]
    assert not {"Re-match", "Create Contact"} & set(labels(screen))
    press(press(screen, "Create again in Xero"), "Send")
    sync_again(practice)
    assert xero_client(practice.synced).state == "syncing"
    assert [one["ContactStatus"] for one in xero.contacts(name="Ada Archer")] == ["ARCHIVED", "ACTIVE"]


def test_a_viewer_is_told_but_offered_nothing(practice: Practice) -> None:
    links.stop(SYSTEM, [practice.link_ids["Ada Archer"]])
    screen = opened("vera", CONTACT, id=practice.synced)
    assert "Neither side's changes reach the other" in said(screen)
    assert "Re-match" not in labels(screen)


def test_a_contacts_page_says_what_a_change_waits_for(practice: Practice) -> None:
    edit(practice.synced, phone="+64 9 555 0177")
    assert "A change goes with the next sync." in said(opened("vera", CONTACT, id=practice.synced))
    sync_again(practice)
    assert "A change" not in said(opened("vera", CONTACT, id=practice.synced))


@pytest.mark.parametrize("who", ["eddie", "vera"])
def test_a_row_that_is_ticked_can_be_opened_without_its_menu(practice: Practice, who: str) -> None:
    [difference] = differences.list_differences().rows
    [stopped] = previous.list_previous(PreviousFilter()).rows
    rows = {
        "contacts/contacts.py": (practice.synced, "Ada Archer"),
        "xero/client_list.py": (practice.link_ids["Ada Archer"], "Ada Archer"),
        "xero/health.py?health_tab=In sync": (practice.link_ids["Ada Archer"], "Ada Archer"),
        "xero/match_issues.py?tab=Differences": (difference.difference_id, "Dee *Differs*"),
        "xero/match_issues.py?tab=Previously Synced": (stopped.link_id, "Stan Stopped"),
    }
    for address, (row, name) in rows.items():
        page, _, query = address.partition("?")
        screen = opened(who, page, **dict([query.split("=")] if query else []))
        assert "Open" not in labels(screen), address
        screen.session_state["table.chosen"] = {row: name}
        press(screen.run(), "Open")
        assert not screen.exception
        assert name in screen.title[0].value.replace("\\", ""), address
