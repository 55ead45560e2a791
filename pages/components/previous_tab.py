"""The Previously Synced tab: links that were stopped or broke, what has drifted since, and the ways back."""

from collections.abc import Mapping
from functools import partial

import streamlit as st

from pages.components import bulk, create_one, dialogs, filters, no_match, notices, previous_menu, table, text, undo_bar
from pages.components.archive_dialog import archive_dialog
from pages.components.progress import working
from services import archive, connection, links, previous
from services.access import Principal, Role
from services.previous import PreviousFilter, PreviousItem
from services.records.bulk import Report, Skipped

AREA = "previous"
DRIFTS = {"": "Drifted or not", "drifted": "Drifted", "same": "Same as before"}
STATES = {"": "All states", "stopped": "Stopped", "broken": "Broken"}
SORTS = {
    "name": "Name, A to Z",
    "-name": "Name, Z to A",
    "-ended_at": "Ended last",
    "ended_at": "Ended first",
}
WHYS = {
    "archived_in_xero": "Archived in Xero",
    "archived_in_practice": "Archived here",
    "merged": "Merged in Xero",
    "erased": "Erased in Xero",
    "gone": "Removed in Xero",
}
"""Why a link ended, short enough for the table, by its cause; other causes have short reasons themselves."""
COLUMNS = {
    "Contact in Xero": st.column_config.TextColumn(width=135),
    "Email in Xero": st.column_config.TextColumn(width=112),
    "Was linked to": st.column_config.TextColumn(width=122),
    "State": st.column_config.MultiselectColumn(options=["Stopped", "Broken"], color=["gray", "red"], width=75),
    "Why": st.column_config.TextColumn(width=110),
    "Drifted since": st.column_config.TextColumn(
        help="What has changed on either side since they last agreed.", width=100
    ),
    "Ended": table.moment(),
}


def show(person: Principal) -> None:
    """The list, the drift of the one chosen, and Re-match or Create New Contact."""
    may_act, acts = person.role.includes(Role.EDITOR), list[bulk.Act]()
    wanted = _filters()
    listing = table.fetch(AREA, lambda page: previous.list_previous(wanted, page))
    items = {item.link_id: item for item in listing.rows}
    if not items:
        bulk.unseen()
        _empty(wanted)
        return
    opens = {one: item.contact_id for one, item in items.items()}
    if may_act:
        acts = _acts(person, items)
        bulk.bar(
            {one: item.xero_name for one, item in items.items()},
            listing.total,
            lambda: previous.previous_ids(wanted),
            [*bulk.opening(opens), *acts],
        )
    else:
        bulk.open_bar(opens)
    table.show(
        [_row(item) for item in listing.rows],
        list(items),
        COLUMNS,
        names=[item.xero_name for item in listing.rows],
        menu=(previous_menu.REMATCH, previous_menu.OPEN) if may_act else (previous_menu.OPEN,),
        menus={one: previous_menu.entries(item) for one, item in items.items()} if may_act else {},
        brief=table.OPEN,
        most_rows=10,
        alt="Previously Synced",
    )
    table.pager(AREA, listing.total)
    if may_act and table.chosen() and not acts:
        whom, where = ("this", "Its menu") if len(table.chosen()) == 1 else ("these", "The menu of each")
        st.caption(f"Xero has no contact that {whom} could be linked with. {where} says what can be done.")
    if (picked := table.picked()) and picked[1] in items:
        _act(person, picked[0], items[picked[1]])
    _drift(items)
    _dialogs(person)


def _acts(person: Principal, items: Mapping[str, PreviousItem]) -> list[bulk.Act]:
    """What can be done with those ticked: only what can work for any of them, as far as they are on this page."""
    acts: list[bulk.Act] = []
    elsewhere = any(one not in items for one in table.chosen())
    ticked = [items[one] for one in table.chosen() if one in items]
    if elsewhere or any(not item.why_not for item in ticked):
        acts += [
            ("Re-match", ":material/link:", partial(_rematch, person)),
            ("Create New Contact", ":material/person_add:", _ask_create),
        ]
    if elsewhere or any(previous_menu.to_archive(item) for item in ticked):
        acts += [
            ("Archive in Xero", ":material/archive:", _ask_archive),
            ("Keep in Xero", ":material/keep:", partial(_keep, person)),
        ]
    return acts


def _filters() -> PreviousFilter:
    known = {one.id: one.name for one in connection.list_connections()}
    with st.container(horizontal=True):
        search = filters.search(AREA, "Name or email")
        state = filters.choice(AREA, "state", "State", STATES)
        drift = filters.choice(AREA, "drift", "Drift", DRIFTS)
        sort, descending = filters.order(AREA, SORTS)
        organisation = filters.organisation(AREA, known)
    return PreviousFilter(organisation, search, drift, state, sort, descending)


def _row(item: PreviousItem) -> dict[str, object]:
    return {
        "Contact in Xero": item.xero_name,
        "Email in Xero": item.xero_email,
        "Was linked to": item.contact_name,
        "State": [item.state.capitalize()],
        "Why": _why(item),
        "Drifted since": ", ".join(field.label for field in item.drift) or "Nothing",
        "Ended": item.ended_at,
    }


def _why(item: PreviousItem) -> str:
    """Why it ended; a reason is blank where a person wished it so."""
    return WHYS.get(item.cause, item.reason) or ("By a person" if item.state == "stopped" else "")


def _act(person: Principal, label: str, item: PreviousItem) -> None:
    if label == previous_menu.REMATCH:
        _rematch(person, [item.link_id])
    elif label == previous_menu.CREATE:
        no_match.ask_create([item.link_id])
    elif label == previous_menu.SURVIVOR:
        _follow(person, item)
    elif label == previous_menu.ARCHIVE:
        dialogs.ask("previous.archive", ids=[item.link_id], names=[item.xero_name])
    elif label == previous_menu.KEEP:
        _keep(person, [item.link_id])
    elif label == previous_menu.RESTORE:
        previous_menu.ask_to_restore(item)
    elif label == previous_menu.AGAIN:
        create_one.ask(item.contact_id, item.connection_id)
    elif label == previous_menu.LEAVE:
        dialogs.ask(previous_menu.LEAVING, contact_id=item.contact_id, name=item.contact_name)
    elif leads_to := previous_menu.leads_to(label, item):
        st.switch_page("contacts/contact.py", query_params={"id": leads_to})


def _drift(items: dict[str, PreviousItem]) -> None:
    """The values that drifted, for the one chosen row."""
    kept = list(table.chosen())
    if len(kept) != 1 or kept[0] not in items or not items[kept[0]].drift:
        return
    item = items[kept[0]]
    st.header(f"Drifted since: {text.plain(item.xero_name)}", anchor=False)
    rows = [
        {
            "Field": one.field.label,
            "When it stopped": one.base,
            "Your contact": one.practice,
            "In Xero": one.xero,
        }
        for one in previous.get_drift(item.link_id)
    ]
    table.small(rows, "What drifted")


def _rematch(person: Principal, ids: list[str]) -> None:
    """Re-match those with a contact in Xero to link with; the others are told with the reason, and left out."""
    with notices.sentences():
        with working("Looking for matches"):
            without = {item.link_id: Skipped(item.xero_name, item.why_not) for item in previous.without_partner(ids)}
            results = links.rematch(person, [one for one in ids if one not in without])
        missed = [one for one in results if not one.linked]
        command = next((one.command for one in results if one.linked), "")
        if command or without:
            found = Report(len(results) - len(missed), tuple(without.values()), command)
            undo_bar.report(found, "linked and syncing again")
        table.choose([one.link_id for one in missed])
        if missed:
            no_match.ask(missed)
        st.rerun()


def _ask_create(ids: list[str]) -> None:
    """Ask about those that new contacts can be made of, and name the others with the reason."""
    without = {item.link_id: (item.xero_name, item.why_not) for item in previous.without_partner(ids)}
    if fit := [one for one in ids if one not in without]:
        no_match.ask_create(fit, list(without.values()))
    else:
        notices.say("None of them can become a new contact: what they were linked with is not in use in Xero.")


def _follow(person: Principal, item: PreviousItem) -> None:
    """Link the practice contact with the Xero contact that its own was merged into."""
    with notices.sentences():
        command = links.link_to(person, item.link_id, item.contact_id, item.partner_id)
        table.drop([item.link_id])
        undo_bar.offer(f"{text.plain(item.contact_name)} syncs with the survivor now.", command)
        st.rerun()


def _keep(person: Principal, ids: list[str]) -> None:
    undo_bar.at_once(ids, "kept in Xero", lambda: archive.keep_in_xero(person, ids))


def _ask_archive(ids: list[str]) -> None:
    dialogs.ask("previous.archive", ids=ids, names=[name for name in table.chosen().values() if name])


def _archive(person: Principal, ids: list[str]) -> None:
    undo_bar.report(archive.archive_in_xero(person, ids), "to be archived in Xero")
    table.drop(ids)


def _dialogs(person: Principal) -> None:
    if about := dialogs.asked(no_match.CREATE):
        ids: list[str] = about["ids"]
        consequences = no_match.creating(about["names"], len(ids))
        if without := about["without"]:
            consequences += previous_menu.left_out(without)
        run = partial(no_match.create, person, ids, about["seen"])
        dialogs.confirm("Create New Contact", consequences, "Create New Contact", run, icon=":material/person_add:")
    elif about := dialogs.asked("previous.archive"):
        consequences = previous_menu.archiving(about["names"], len(about["ids"]))
        run = partial(_archive, person, about["ids"])
        dialogs.confirm("Archive in Xero", consequences, "Archive in Xero", run, icon=":material/archive:")
    elif about := dialogs.asked(no_match.MISSED):
        no_match.dialog(person, about["missed"], about["at"])
    elif about := dialogs.asked(previous_menu.RESTORING):
        previous_menu.restoring(**about)
    elif about := dialogs.asked(previous_menu.LEAVING):
        archive_dialog(person, **about)
    create_one.dialog(person)


def _empty(wanted: PreviousFilter) -> None:
    if wanted == PreviousFilter(sort=wanted.sort, descending=wanted.descending):
        notices.empty("Nothing is stopped. Contacts that stop syncing are listed here, with the way back.")
    else:
        filters.none_match(AREA, "No previously synced contact matches these filters.")
