"""What can be done with each previously synced contact: only what can work, as its contact in Xero stands now."""

from collections.abc import Sequence

import streamlit as st

from pages.components import dialogs, text
from services.previous import PreviousItem

REMATCH = ":material/link: Re-match"
CREATE = ":material/person_add: Create New Contact"
OPEN = ":material/open_in_full: Open contact"
SURVIVOR = ":material/merge: Link with the survivor"
ARCHIVE = ":material/archive: Archive in Xero"
KEEP = ":material/keep: Keep in Xero"
RESTORE = ":material/open_in_new: Restore in Xero"
AGAIN = ":material/cloud_upload: Create again in Xero"
OTHER = ":material/arrow_forward: Open the other contact"
LEAVE = ":material/archive: Archive this contact"
MOST_LEFT_OUT = 5
BY_ITSELF = "It then syncs again by itself."
RESTORE_HERE = "It is archived here too: once you have restored it here as well, it syncs again."
REMATCHED = "Then choose **Re-match** here."
RESTORING, LEAVING = "previous.restore", "previous.leave"


def to_archive(item: PreviousItem) -> bool:
    """Whether it waits for a person to say what becomes of it in Xero, since it was archived here."""
    return item.state == "broken" and item.cause == "archived_in_practice" and item.xero_status == "active"


def entries(item: PreviousItem) -> tuple[str, ...]:
    """The menu of a row, what helps most first."""
    if not item.why_not:
        survivor = (SURVIVOR,) if item.survivor and not item.archived else ()
        return (*survivor, REMATCH, CREATE, OPEN, *((ARCHIVE, KEEP) if to_archive(item) else ()))
    if item.survivor and item.survivor.with_id:
        return (OTHER, *(() if item.archived else (LEAVE,)), OPEN)
    restored = (RESTORE,) if item.xero_status == "archived" and not item.survivor else ()
    again = (AGAIN,) if item.state == "broken" and not item.archived else ()
    return (*restored, *again, OPEN)


def named(item: PreviousItem) -> str:
    """The contact in Xero that it may be linked with, by name; for one that was merged, of whom it is the survivor."""
    return f"{item.partner_name} ({item.xero_name} was merged into it)" if item.survivor else item.xero_name


def leads_to(label: str, item: PreviousItem) -> str | None:
    """The contact whose page an entry opens, if it opens one."""
    return {OPEN: item.contact_id, OTHER: item.survivor.with_id if item.survivor else None}.get(label)


def left_out(without: Sequence[tuple[str, str]]) -> str:
    """What a command for several leaves out, by name with the reason, as the end of what its dialog says."""
    lines = [f"- {text.plain(name)}: {text.sentence(why)}" for name, why in without[:MOST_LEFT_OUT]]
    if more := len(without) - len(lines):
        lines.append(f"- and {text.count(more, 'other')}")
    return f"\n\n**{text.count(len(without), 'contact')}** left out:\n\n" + "\n".join(lines)


def archiving(names: list[str], number: int) -> str:
    """What archiving so many in Xero too means, as Markdown."""
    leave, what = ("leaves", "it") if number == 1 else ("leave", "them")
    return (
        f"**{text.count(number, 'contact')}** that you archived here {leave} the lists in Xero too:\n\n"
        f"{text.listed(names, number)}\n\nOnly a person can restore {what} there."
    )


def ask_to_restore(item: PreviousItem) -> None:
    """Open the dialog that leads to Xero: restoring is done there."""
    resumes = item.state == "broken" and item.cause == "archived_in_xero"
    then = (BY_ITSELF if not item.archived else RESTORE_HERE) if resumes else REMATCHED
    dialogs.ask(RESTORING, name=item.xero_name, url=item.xero_url, then=then)


@st.dialog("Restore in Xero", icon=":material/open_in_new:", on_dismiss=dialogs.close)
def restoring(name: str, url: str, then: str) -> None:
    """Where it is restored, and what follows."""
    st.markdown(f"**{text.plain(name)}** is archived in Xero, and only a person can restore it there. {then}")
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Close"):
            dialogs.done()
        st.link_button("Open in Xero", url, icon=":material/open_in_new:", type="primary")
