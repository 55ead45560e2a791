"""What can be done to many contacts at once: the dialogs that ask before another type is given or all are archived."""

from functools import partial

import streamlit as st

from pages.components import dialogs, drawn, notices, progress, table, text, undo_bar
from pages.components.archive_dialog import ask_to_archive_one
from services import archive, contact_bulk, contacts, create_many
from services.access import Principal


@st.dialog("Change contact type", icon=":material/label:", on_dismiss=dialogs.close)
def type_dialog(person: Principal, ids: list[str], names: list[str]) -> None:
    """Ask for the new type of the chosen contacts."""
    _which(ids, names)
    known = [one for one in contacts.contact_types() if one]
    chosen = st.selectbox(
        "New contact type",
        known,
        index=None,
        placeholder="Choose one, or type a new one",
        accept_new_options=True,
        key="contact_bulk.type",
    )
    st.caption("Contact types are not synced: nothing changes in Xero.")
    problem = st.container()
    if dialogs.buttons("Change contact type", disabled=not chosen):
        with problem, notices.sentences(), progress.working():
            result = contact_bulk.set_contact_type(person, ids, str(chosen))
            undo_bar.report(result, f"now {text.plain(chosen)}")
            table.drop(ids)
            dialogs.done()


@st.dialog("Archive contacts", icon=":material/archive:", on_dismiss=dialogs.close)
def archive_dialog(person: Principal, ids: list[str], names: list[str]) -> None:
    """Say what archiving the chosen contacts means for them here and in Xero, and ask."""
    _which(ids, names)
    syncing = contact_bulk.syncing_among(ids)
    seen, linked = drawn.before("archive_many", tuple(ids), syncing), len(syncing)
    st.markdown("They leave the list. You can restore them later, under **Archived**.")
    in_xero = False
    if linked:
        st.markdown(
            f"**{text.figure(linked)}** of them {'syncs' if linked == 1 else 'sync'} with Xero, and will no longer. If "
            "you restore them, they sync again. In Xero they stay as they are, unless you archive them there too."
        )
        in_xero = st.checkbox("Archive them in Xero too")
        if in_xero:
            st.warning("Archiving in Xero cannot be undone from here: only a person in Xero can restore them there.")
    problem = st.container()
    if dialogs.buttons(f"Archive {text.count(len(ids), 'contact')}"):
        with problem, notices.sentences(), progress.working():
            result = archive.archive_contacts(person, ids, in_xero, seen)
            undo_bar.report(result, "archived")
            table.drop(ids)
            dialogs.done()


def restore(person: Principal, ids: list[str]) -> None:
    """Bring the chosen contacts back and say how it went; nothing is lost by it, so nothing is asked."""
    undo_bar.at_once(ids, "restored", lambda: archive.restore_contacts(person, ids))


def dismiss(person: Principal, ids: list[str]) -> None:
    """Forget that Xero refused the chosen contacts."""
    undo_bar.at_once(ids, "dismissed", lambda: create_many.dismiss_held(person, ids))


def asking(name: str) -> "partial[None]":
    """What a button of the bulk bar calls to open the dialog `name` about the chosen contacts."""
    return partial(_ask, name)


def ask_to_archive(ids: list[str]) -> None:
    """Open the dialog about archiving the chosen contacts; one alone is asked about as from its menu."""
    if len(ids) == 1:
        ask_to_archive_one(ids[0])
    else:
        _ask("archive_many", ids)


def _ask(name: str, ids: list[str]) -> None:
    dialogs.ask(name, ids=ids, names=[one for one in table.chosen().values() if one])


def _which(ids: list[str], names: list[str]) -> None:
    st.markdown(f"**{text.count(len(ids), 'contact')}**:\n\n{text.listed(names, len(ids))}")
