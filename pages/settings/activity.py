"""Activity: who, or the sync, did what and when, with the values before and after."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from functools import partial

import streamlit as st

from pages.components import bulk, changes, dialogs, filters, notices, progress, session, table, text, undo_bar
from pages.components.heading import heading
from services import activity, undo
from services.access import Principal, Role
from services.activity import ActivityFilter, ActivityItem

AREA = "activity"
CONTACT = "activity_contact"
DAYS_WIDTH = 250  # room for two whole days
NO_DAYS: list[date | datetime | str | None] = []
COLUMNS = {
    "When": table.moment(),
    "Who": st.column_config.TextColumn(width=78),
    "What": st.column_config.TextColumn(width=275),
    "Before": st.column_config.TextColumn(width=140),
    "After": st.column_config.TextColumn(width=140),
    "Undo": st.column_config.TextColumn(width=70),
}
IMPORTED = "contact.imported"
UNDO = {"": "", "can": "Possible", "done": "Undone"}


def wanted() -> ActivityFilter:
    """The filters as the person set them."""
    people = {"": "Everybody"} | {one: changes.actor(one) for one in activity.actors()}
    kinds = {"": "All actions"} | {one: activity.label(one) for one in activity.actions()}
    with st.container(horizontal=True, vertical_alignment="center"):
        search = filters.search(AREA, "What happened")
        who = filters.choice(AREA, "who", "Who", people)
        what = filters.choice(AREA, "what", "What", kinds)
        days = st.date_input(
            "When",
            value=NO_DAYS,
            key="activity_days",
            label_visibility="collapsed",
            on_change=table.first_page,
            args=[AREA],
            format=text.order_of_day(),
            width=DAYS_WIDTH,
            bind="query-params",
        )
    since, until = span(days)
    return ActivityFilter(search, who, what, st.query_params.get(CONTACT, ""), since, until)


def span(days: Sequence[date]) -> tuple[datetime | None, datetime | None]:
    """The moments between which the days lie, in the person's time zone; an open end is None."""
    moments = [datetime.combine(day, time(), text.zone()) for day in days]
    since = moments[0] if moments else None
    until = moments[1] + timedelta(days=1) if len(moments) > 1 else None
    return since, until


def row(item: ActivityItem) -> dict[str, object]:
    """An entry as the table shows it."""
    return {
        "When": item.at,
        "Who": changes.actor(item.actor),
        "What": item.summary,
        "Before": activity.in_words(item.before),
        "After": activity.in_words(item.after),
        "Undo": UNDO[item.undo],
    }


def detail(person: Principal, items: dict[str, ActivityItem]) -> None:
    """The one chosen entry in full, with what can be undone."""
    kept = [items[one] for one in table.chosen() if one in items]
    if len(kept) == 1:
        with st.container(border=True):
            item = kept[0]
            st.markdown(f"**{text.sentence(item.summary)}**")
            st.caption(f"{text.plain(changes.actor(item.actor))} · {text.exact(item.at)}")
            if item.before or item.after:
                changes.values(item.before, item.after)
            with st.container(horizontal=True, vertical_alignment="center"):
                if item.undo == "can" and person.role.includes(Role.EDITOR):
                    undo_buttons(person, item)
                if item.contact_id:
                    st.page_link(
                        "contacts/contact.py",
                        label="Open contact",
                        icon=":material/arrow_forward:",
                        query_params={"id": item.contact_id},
                    )


def undo_buttons(person: Principal, item: ActivityItem) -> None:
    """Undo this entry, or all that its command did."""
    together = undo.undoable(item.command)
    ids: Sequence[int] = ()
    if st.button("Undo", icon=":material/undo:", key="activity.undo"):
        ids = [item.id]
    if len(together) > 1:
        label = f"Undo all {text.figure(len(together))} done together"
        ids = together if st.button(label, icon=":material/undo:", key="activity.undo_all") else ids
    if item.action == IMPORTED:
        st.caption(undo_bar.OF_A_FILE)
    if ids:
        with progress.working("Undoing"):
            take_back(person, ids)
        st.rerun()


def take_back(person: Principal, ids: Sequence[int]) -> None:
    """Undo entries and tell how it went."""
    with notices.toasts():
        undo_bar.told(undo.undo(person, ids))
        table.clear()


def may_be_undone(items: dict[str, ActivityItem], ids: Iterable[str]) -> list[str]:
    """Those of some entries that can be undone; of one on another page that is not known yet."""
    return [one for one in ids if one not in items or items[one].undo == "can"]


def ask_to_undo(items: dict[str, ActivityItem], ids: list[str]) -> None:
    """Ask before several are undone."""
    able = may_be_undone(items, ids)
    dialogs.ask("undo", ids=able, others=len(ids) - len(able))


def undo_dialog(person: Principal, items: dict[str, ActivityItem], ids: list[str], others: int) -> None:
    """What undoing the chosen entries means; `others` were chosen that cannot be undone."""
    consequences = (
        "Each is taken back on its own, the newest first. Where something has changed since, it is left as it is, and "
        "you see why."
    )
    if others:
        stay = "stays" if others == 1 else "stay"
        consequences += f" **{text.count(others, 'action')}** of those chosen cannot be undone, and {stay}."
    if any(one in items and items[one].action == IMPORTED for one in ids):
        consequences += f" {undo_bar.OF_A_FILE}"
    act = partial(take_back, person, [int(one) for one in ids])
    dialogs.confirm("Undo", consequences, f"Undo {text.count(len(ids), 'action')}", act, icon=":material/undo:")


me = session.guard()
beside_title = heading("Activity")
chosen = wanted()
listing = table.fetch(AREA, lambda page: activity.list_activity(chosen, page))
with beside_title:
    st.download_button(
        "Export CSV",
        session.guarded(me, partial(activity.export_csv, chosen, text.zone())),
        file_name="activity.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
        disabled=not listing.total,
    )
if chosen.contact_id and st.button("Of one contact only. Show all", icon=":material/filter_alt_off:", type="tertiary"):
    del st.query_params[CONTACT]
    st.rerun()
entries = {str(item.id): item for item in listing.rows}
if entries:
    names = [item.summary for item in listing.rows]
    if me.role.includes(Role.EDITOR):
        undoing = ("Undo", ":material/undo:", partial(ask_to_undo, entries))
        bulk.bar(
            dict(zip(entries, names, strict=True)),
            len(entries),
            lambda: list(entries),
            [undoing] if may_be_undone(entries, table.chosen()) else [],
            "action",
            "Tick entries to see them in full, or to undo several at once.",
            "on this page",
        )
    table.show(
        [row(item) for item in listing.rows],
        list(entries),
        COLUMNS,
        names=names,
        alt="Activity",
    )
    table.pager(AREA, listing.total)
    detail(me, entries)
    if about := dialogs.asked("undo"):
        undo_dialog(me, entries, **about)
else:
    bulk.unseen()
if not entries and chosen == ActivityFilter():
    notices.empty("Nothing has happened yet. Everything that people and the sync do is listed here.")
elif not entries:
    filters.none_match(AREA, "No entry matches these filters.")
