"""Create Contact for one: what Xero will get, whom it may be there already, and Send."""

import streamlit as st

from pages.components import dialogs, drawn, lookalike, notices, text, undo_bar
from services import connection, create_one
from services.access import Principal
from services.foreign_text import one_line
from services.reconcile.contact import Field

CREATE = "create"


def ask(contact_id: str, connection_id: str) -> None:
    """Open the dialog for a contact and the organisation that it is for."""
    dialogs.ask(CREATE, contact=contact_id, connection=connection_id)


def dialog(person: Principal) -> None:
    """The dialog, if it is open."""
    if about := dialogs.asked(CREATE):
        _create(person, about["contact"], about["connection"])


@st.dialog("Create Contact", icon=":material/add:", on_dismiss=dialogs.close)
def _create(person: Principal, contact_id: str, connection_id: str) -> None:
    with notices.sentences():
        preview = create_one.preview_create(contact_id, connection_id)
        seen = drawn.before(CREATE, (contact_id, connection_id), preview)
        if preview.problems:
            st.error("\n".join(f"- {text.sentence(problem)}" for problem in preview.problems))
        st.markdown(f"This is what **{text.plain(connection.get_connection(connection_id).name)}** will get:")
        for field in Field:
            with st.container(gap=None):
                st.caption(field.label)
                st.text(one_line(preview.contact.get(field)) or "–")
        st.caption("Later changes in Xero will come here. Changes here stay here until you make the link two-way.")
        if preview.may_be:
            st.warning(lookalike.consequence(preview.may_be[0]), icon=":material/warning:")
        if dialogs.buttons("Create anyway" if preview.may_be else "Send", disabled=bool(preview.problems)):
            create_one.create_in_xero(person, contact_id, connection_id, anyway=bool(seen.may_be), seen=seen)
            undo_bar.close()
            dialogs.done()
