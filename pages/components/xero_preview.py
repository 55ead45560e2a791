"""The preview of an import: what would happen to every Xero contact, before anything does."""

import streamlit as st

from pages.components import cards, empty_book, filters, link_effects, notices, progress, table, text
from services import duplicates, imports, issues, jobs
from services.access import Principal
from services.connection import ConnectionItem
from services.imports import PreviewCounts, PreviewRow

AREA = "preview"
OUTCOMES = {
    "link": ("Link", "Full match: same name and billing email as one of your contacts."),
    "create": ("Create here", "No match: a new contact is made here."),
    "hold": ("Hold for review", "No match: kept for you in Resolve Match Issues."),
    "ask": ("Resolve", "A partial match, or several: kept for you in Resolve Match Issues."),
    "skip": ("Leave out", "Outside the contact-type filter."),
}
COLUMNS = {
    "Contact in Xero": st.column_config.TextColumn(width=190),
    "Email in Xero": st.column_config.TextColumn(width=190),
    "Why": st.column_config.TextColumn(width=280),
    "Your contact": st.column_config.TextColumn(width=190),
}

LINKING = {"Why": st.column_config.TextColumn("What linking does", width=280)}


def show(person: Principal, one: ConnectionItem) -> None:
    """Progress while Xero is read, then the counts, the rows and Start import."""
    job = jobs.latest_job(one.id, "preview")
    if job is None or job.state == "failed":
        if job:
            st.error(f"The preview stopped. {text.sentence(job.error)}")
        st.button("Read from Xero", type="primary", on_click=_read_again, args=[person, one.id])
    elif job.state in progress.RUNNING:
        st.header("Reading contacts from Xero", anchor=False)
        progress.watch(job)
        st.caption("You can leave this page; reading goes on.")
    else:
        _result(person, one, imports.preview_counts(one.id))
        return
    _back(one)


def _result(person: Principal, one: ConnectionItem, counts: PreviewCounts) -> None:
    st.header("What the import will do", anchor=False)
    archived = text.figure(counts.archived)
    st.caption(f"{text.count(counts.total, 'contact')} read from Xero, {archived} of them archived.")
    numbers = {
        "link": counts.link,
        "create": counts.create,
        "hold": counts.hold,
        "ask": counts.ask,
        "skip": counts.skip,
    }
    shown = {key: number for key, number in numbers.items() if number or key in ("link", "ask")}
    with st.grid(len(shown), min_column_width=cards.CARD_WIDTH):
        for key, number in shown.items():
            label, why = OUTCOMES[key]
            st.metric(label, text.figure(number), border=True, height="stretch", help=why)
    if counts.link:
        with st.spinner("Looking at what linking would write…"):
            st.markdown(f":material/link: {link_effects.sentence(imports.preview_totals(one.id))}")
    if counts.ask_by_reason:
        asked = counts.ask_by_reason.items()
        parts = (f"{issues.REASONS.get(reason, reason)}: {text.figure(n)}" for reason, n in asked)
        st.caption("To resolve. " + " · ".join(parts))
    _left_out(counts)
    empty_book.hint(counts.create + counts.hold)
    _clean_up(one)
    with st.container(horizontal=True, vertical_alignment="center"):
        icon = ":material/play_arrow:"
        st.button("Start import", type="primary", icon=icon, on_click=_start, args=[person, one])
        _back(one)
    _rows(one, shown)


def _left_out(counts: PreviewCounts) -> None:
    """Who of either side takes no part in the import, where that is worth a second thought."""
    if counts.skip_matching:
        st.markdown(
            f":material/filter_alt: **{text.figure(counts.skip_matching)}** of those left out "
            f"{'matches a contact' if counts.skip_matching == 1 else 'match contacts'} of yours in name and billing "
            "email. A wider contact-type filter links them: go back to set-up."
        )
    if counts.unmatched:
        st.caption(
            f"{text.count(counts.unmatched, 'contact')} of yours {'is' if counts.unmatched == 1 else 'are'} not "
            "among these. Nothing happens to them; you can create them in Xero later, under Contacts."
        )


def _clean_up(one: ConnectionItem) -> None:
    """Duplicates within one side, which cause most questions, and the way to their list."""
    ours = duplicates.list_duplicates(duplicates.PRACTICE, size=1).total
    theirs = duplicates.list_duplicates(duplicates.XERO, one.id, size=1).total
    if ours or theirs:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(
                f"Clean up first? {text.count(ours, 'group')} of possible duplicates among your contacts, "
                f"{text.figure(theirs)} in Xero; they cause most questions.",
                width="content",
            )
            st.page_link("xero/clean_up.py", label="Clean-up List", icon=":material/cleaning_services:")


def _rows(one: ConnectionItem, shown: dict[str, int]) -> None:
    labels = {key: f"{OUTCOMES[key][0]} ({text.figure(number)})" for key, number in shown.items()}
    outcome = st.segmented_control(
        "Outcome",
        list(shown),
        format_func=labels.__getitem__,
        default=next((key for key, number in shown.items() if number), "link"),
        required=True,
        label_visibility="collapsed",
        on_change=table.first_page,
        args=[AREA],
    )
    search = filters.search(AREA, "Name or email")
    listing = table.fetch(AREA, lambda page: imports.preview_rows(one.id, str(outcome), search, page))
    if listing.rows:
        rows = [_row(row) for row in listing.rows]
        columns = COLUMNS | LINKING if outcome == "link" else COLUMNS
        table.show(rows, [row.xero_id for row in listing.rows], columns, most_rows=10, alt="Preview")
        table.pager(AREA, listing.total)
    else:
        notices.empty("No contact here.", ":material/search_off:")


def _row(row: PreviewRow) -> dict[str, object]:
    return {
        "Contact in Xero": row.name,
        "Email in Xero": row.email,
        "Why": row.why,
        "Your contact": row.contact_name,
    }


def _start(person: Principal, seen: ConnectionItem) -> None:
    """A callback, so that it gets the organisation as it was drawn with the preview, however it is set up by now."""
    with notices.toasts():
        imports.start_import(person, seen.id, seen)
        st.query_params.from_dict({"id": seen.id, "step": "import"})


def _read_again(person: Principal, connection_id: str) -> None:
    with notices.toasts():
        imports.start_preview(person, connection_id)


def _back(one: ConnectionItem) -> None:
    if st.button("Back to set-up", icon=":material/arrow_back:", type="tertiary"):
        st.query_params.from_dict({"id": one.id})
        st.rerun()
