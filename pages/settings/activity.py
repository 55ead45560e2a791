"""Activity: who, or the sync, did what and when, with the values before and after."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

import streamlit as st

from pages.components import changes, filters, notices, session, table, text
from pages.components.heading import heading
from services import activity
from services.activity import ActivityFilter, ActivityItem

AREA = "activity"
CONTACT = "activity_contact"
NO_DAYS: list[date | datetime | str | None] = []
COLUMNS = {
    "When": st.column_config.DatetimeColumn(format="distance", width=95),
    "Who": st.column_config.TextColumn(width=80),
    "What": st.column_config.TextColumn(width=300),
    "Before": st.column_config.TextColumn(width=150),
    "After": st.column_config.TextColumn(width=150),
}


def wanted() -> ActivityFilter:
    """The filters as the person set them."""
    people = {"": "Everybody"} | {one: changes.actor(one) for one in activity.actors()}
    kinds = {"": "All actions"} | activity.actions()
    with st.container(horizontal=True, vertical_alignment="center"):
        search = filters.search(AREA, "Search")
        who = filters.choice(AREA, "who", "Who", people)
        what = filters.choice(AREA, "what", "What", kinds)
        days = st.date_input(
            "When",
            value=NO_DAYS,
            key="activity_days",
            label_visibility="collapsed",
            on_change=table.first_page,
            args=[AREA],
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
        "Before": changes.shown(item.before),
        "After": changes.shown(item.after),
    }


def detail(items: dict[str, ActivityItem]) -> None:
    """The one chosen entry in full."""
    kept = [items[one] for one in table.chosen() if one in items]
    if len(kept) == 1:
        with st.container(border=True):
            item = kept[0]
            st.markdown(f"**{text.plain(item.summary)}**")
            st.caption(f"{text.plain(changes.actor(item.actor))} · {text.exact(item.at)}")
            if item.before or item.after:
                changes.values(item.before, item.after)
            if item.contact_id:
                st.page_link(
                    "contacts/contact.py",
                    label="Open contact",
                    icon=":material/arrow_forward:",
                    query_params={"id": item.contact_id},
                )


me = session.guard()
beside_title = heading("Activity")
chosen = wanted()
listing = table.fetch(AREA, lambda page: activity.list_activity(chosen, page))
with beside_title:
    st.download_button(
        "Download CSV",
        lambda: activity.export_csv(chosen),
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
    table.show(
        [row(item) for item in listing.rows],
        list(entries),
        COLUMNS,
        names=names,
        alt="Activity",
    )
    table.pager(AREA, listing.total)
    detail(entries)
elif chosen == ActivityFilter():
    notices.empty("Nothing has happened yet. Everything that people and the sync do is listed here.")
else:
    notices.empty("No entry matches these filters.", ":material/search_off:")
