"""How the fields of an organisation are kept in step: who wins a difference, which way changes travel, and blanks."""

import streamlit as st

from pages.components import drawn, notices
from services import policies
from services.access import Principal
from services.connection import ConnectionItem
from services.policies import FieldPolicy, SyncPolicies
from services.reconcile.contact import Field
from services.reconcile.policy import Blanks, Way, Wins

WINS = {Wins.ASK: "Ask a person", Wins.PRACTICE: "The practice wins", Wins.XERO: "Xero wins"}
WAYS = {Way.BOTH: "Both ways", Way.TO_XERO: "Only from the practice to Xero", Way.TO_PRACTICE: "Only from Xero"}
BLANKS = {Blanks.TRAVEL: "Clear it on the other side too", Blanks.KEEP: "Keep it on the other side"}


def change(person: Principal, one: ConnectionItem) -> None:
    """The policies as they are, to be changed and saved."""
    now = policies.get_policies(one.id)
    seen = drawn.before("policies", one.id, now)
    with st.form(f"policies_{one.id}", border=False):
        fields = {field: _field(field, now.fields[field]) for field in Field}
        blanks = st.radio(
            "When somebody clears a value on one side",
            list(BLANKS),
            format_func=BLANKS.__getitem__,
            index=list(BLANKS).index(now.blanks),
            horizontal=True,
        )
        st.caption(
            "A difference is a field that changed on both sides since they last agreed. The value that loses is never "
            "gone: it is kept under Resolve Match Issues, Differences, and can be restored there. A name is never "
            "cleared. Differences that are open already are decided when either side changes again, or by you."
        )
        if st.form_submit_button("Save", type="primary"):
            with notices.sentences():
                policies.save_policies(person, one.id, SyncPolicies(fields, blanks), seen)
                notices.say("Saved.")
                st.rerun()


def _field(field: Field, now: FieldPolicy) -> FieldPolicy:
    who, which = st.columns(2)
    wins = who.selectbox(
        f"{field.label}: when both sides changed",
        list(WINS),
        format_func=WINS.__getitem__,
        index=list(WINS).index(now.wins),
    )
    way = which.selectbox(
        f"{field.label}: changes travel",
        list(WAYS),
        format_func=WAYS.__getitem__,
        index=list(WAYS).index(now.way),
    )
    return FieldPolicy(wins, way)
