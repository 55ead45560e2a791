"""What can be done with each previously synced contact: only what can work, as its contact in Xero stands now."""

import streamlit as st

from pages.components import dialogs, text
from services.links import PreviousItem

REMATCH = ":material/link: Re-match"
CREATE = ":material/person_add: Create New Contact"
OPEN = ":material/open_in_full: Open contact"
SURVIVOR = ":material/merge: Link with the survivor"
ARCHIVE = ":material/archive: Archive in Xero"
KEEP = ":material/keep: Keep in Xero"
RESTORE = ":material/open_in_new: Restore in Xero"
AGAIN = ":material/cloud_upload: Create again in Xero"
RESTORING = "previous.restore"


def links_again(item: PreviousItem) -> bool:
    """Whether there is a contact in Xero to link with: its own, or the one that it was merged into."""
    return item.xero_status == "active" or item.cause == "merged"


def to_archive(item: PreviousItem) -> bool:
    """Whether it waits for a person to say what becomes of it in Xero, since it was archived here."""
    return item.state == "broken" and item.cause == "archived_in_practice" and links_again(item)


def entries(item: PreviousItem) -> tuple[str, ...]:
    """The menu of a row, what helps most first."""
    if not links_again(item):
        restored = (RESTORE,) if item.xero_status == "archived" else ()
        again = (AGAIN,) if item.state == "broken" and item.cause != "archived_in_practice" else ()
        return (*restored, *again, OPEN)
    survivor = (SURVIVOR,) if item.state == "broken" and item.cause == "merged" else ()
    return (*survivor, REMATCH, CREATE, OPEN, *((ARCHIVE, KEEP) if to_archive(item) else ()))


def ask_to_restore(item: PreviousItem) -> None:
    """Open the dialog that leads to Xero: restoring is done there."""
    by_itself = item.state == "broken" and item.cause == "archived_in_xero"
    dialogs.ask(RESTORING, name=item.xero_name, url=item.xero_url, by_itself=by_itself)


@st.dialog("Restore in Xero", icon=":material/open_in_new:", on_dismiss=dialogs.close)
def restoring(name: str, url: str, by_itself: bool) -> None:
    """Where it is restored, and what follows."""
    then = "It then syncs again by itself." if by_itself else "Then choose **Re-match** here."
    st.markdown(f"**{text.plain(name)}** is archived in Xero, and only a person can restore it there. {then}")
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Close"):
            dialogs.done()
        st.link_button("Open in Xero", url, icon=":material/open_in_new:", type="primary")
