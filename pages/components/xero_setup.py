"""Setting up a connection: which contacts to take from Xero, and what to do with those nobody matches."""

from dataclasses import replace

import streamlit as st

from pages.components import drawn, empty_book, notices, setup_change
from services import connection, contacts, imports
from services.access import Principal
from services.connection import ConnectionItem, Setup

TYPES = {
    "customers": "Customers only",
    "suppliers_customers": "Suppliers and customers",
    "all": "All contacts",
}
TYPE_CAPTIONS = (
    "Contacts you have sold to: Xero has at least one sales invoice or credit note for them.",
    "Also contacts you have bought from: Xero has at least one bill for them.",
    "Every contact that is not archived in Xero.",
)
POLICIES = {"create": "Create them here", "hold": "Hold them for review"}
POLICY_CAPTIONS = (
    "Each becomes a contact here with the default contact type, and syncs.",
    "Each waits in Resolve Match Issues until someone decides.",
)


def keys_of(one: ConnectionItem, type_filter: str = "") -> dict[str, str]:
    """The keys of the questions by name: others once something else is saved, which shows then."""
    answers = {
        "filter": one.type_filter,
        "neither": one.include_neither or type_filter == "all",
        "policy": one.no_match_policy,
        "type": one.default_contact_type,
    }
    return {question: f"setup.{question}.{one.id}.{answer}" for question, answer in answers.items()}


def ask(one: ConnectionItem) -> Setup:
    """The questions, with the answers so far."""
    type_filter = st.radio(
        "Contact-type filter: which contacts in Xero take part?",
        list(TYPES),
        format_func=TYPES.__getitem__,
        captions=TYPE_CAPTIONS,
        index=list(TYPES).index(one.type_filter),
        key=keys_of(one)["filter"],
    )
    neither = _neither(one, type_filter)
    policy = st.radio(
        "Contacts in Xero that match none of yours",
        list(POLICIES),
        format_func=POLICIES.__getitem__,
        captions=POLICY_CAPTIONS,
        index=list(POLICIES).index(one.no_match_policy),
        key=keys_of(one)["policy"],
    )
    return Setup(type_filter, neither, _contact_type(one), policy)


def _neither(one: ConnectionItem, type_filter: str) -> bool:
    ticked = st.checkbox(
        "Also take contacts that are neither customer nor supplier",
        value=one.include_neither or type_filter == "all",
        disabled=type_filter == "all",
        key=keys_of(one, type_filter)["neither"],
    )
    st.caption(
        "Xero calls a contact a customer or a supplier only once it has an invoice or a bill. A brand-new contact is "
        "neither, so without this tick it comes here only after its first invoice. A contact that syncs keeps "
        "syncing, whatever its type becomes."
    )
    return bool(ticked) and type_filter != "all"


def _contact_type(one: ConnectionItem) -> str:
    known = list(dict.fromkeys([one.default_contact_type, *filter(None, contacts.contact_types())]))
    chosen = st.selectbox(
        "Default contact type",
        known,
        accept_new_options=True,
        help="The contact type that contacts created here from Xero get. Type a new one if you like.",
        key=keys_of(one)["type"],
    )
    return str(chosen or "")


def first_time(person: Principal, one: ConnectionItem) -> None:
    """The first step after connecting; it leads to the preview."""
    st.header("What should be imported?", anchor=False)
    empty_book.hint()
    with st.container(border=True):
        setup = ask(one)
    st.info(
        "Contacts that you create in Xero from here get a marker in Xero's Contact Code field (ContactNumber), so "
        "that none is ever created twice. Contacts that are already in Xero keep theirs.",
        icon=":material/tag:",
    )
    if st.button("Save and preview", type="primary", icon=":material/visibility:"):
        with notices.sentences():
            connection.save_setup(person, one.id, setup)
            imports.start_preview(person, one.id)
            st.query_params.from_dict({"id": one.id, "step": "preview"})
            st.rerun()
    st.caption("The preview reads all contacts from Xero and changes nothing, here or there.")


def change(person: Principal, one: ConnectionItem) -> None:
    """The same questions later on, with what other answers would lead to before they are saved."""
    setup = ask(one)
    now = Setup(one.type_filter, one.include_neither, one.default_contact_type, one.no_match_policy)
    neither = one.include_neither and one.type_filter != "all"
    changed = setup != replace(now, include_neither=neither)
    if changed:
        setup_change.show(one, setup)
    else:
        st.caption("Choose something else to see, before it is saved, what it would bring in.")
    shown = drawn.chosen(keys_of(one, setup.type_filter).values())
    args = [person, one, setup, shown]
    st.button("Save set-up", type="primary", disabled=not changed, on_click=_save, args=args)


def _save(person: Principal, seen: ConnectionItem, setup: Setup, shown: dict[str, object]) -> None:
    """A callback, so that it gets what was drawn, however the organisation is set up by now."""
    with notices.toasts():
        drawn.must_be_chosen(shown)
        connection.save_setup(person, seen.id, setup, seen)
        notices.say("Saved. The next sync goes by it.")
