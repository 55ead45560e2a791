"""Let in: what would become of contacts that take no part now, and the question whether to let them in."""

import streamlit as st

from pages.components import dialogs, link_effects, notices, progress, setup_change, table, text, undo_bar
from services import excluded, setup_preview
from services.access import Principal
from services.reconcile.plan import Step
from services.setup_preview import SetupPreview

DIALOG = "let_in"
STAY = (
    ":material/do_not_disturb_on:",
    "cannot be let in",
    "Archived in Xero, linked by now, or of an organisation that is not connected.",
)


def ask(keys: list[str]) -> None:
    """Open the dialog for some excluded contacts."""
    dialogs.ask(DIALOG, keys=tuple(keys))


def dialog(person: Principal) -> None:
    """The dialog, if it is open."""
    if about := dialogs.asked(DIALOG):
        _confirm(person, about["keys"])


@st.dialog("Let in", icon=":material/login:", width="medium", on_dismiss=dialogs.close)
def _confirm(person: Principal, keys: tuple[str, ...]) -> None:
    with st.spinner("Matching them with your contacts…"):
        found = setup_preview.preview_let_in(keys)
    come = sum(group.count for group in found.groups if group.outcome != Step.SKIP)
    _consequences(found)
    problem = st.container()
    if dialogs.buttons(f"Let in {text.count(come, 'contact')}", disabled=not come):
        with problem, notices.sentences(), progress.working("Letting them in"):
            undo_bar.report(excluded.let_in(person, keys), "let in; the next sync matches them")
            table.drop(keys)
            dialogs.done()


def _consequences(found: SetupPreview) -> None:
    st.markdown("The next sync matches them like new ones. As both sides stand now:")
    for group in found.groups:
        setup_change.line(group, *(STAY if group.outcome == Step.SKIP else setup_change.LINES[group.outcome]))
        if group.outcome == Step.LINK:
            st.markdown(link_effects.sentence(found.effects))
    st.caption(
        "Undo takes back those that have not been linked or created by then. What is linked or created syncs until you "
        "stop it."
    )
