"""Resolve Match Issues: what the sync leaves to a person, in three tabs of which only the open one runs."""

import streamlit as st

from pages.components import dialogs, difference_tab, issue_tab, previous_tab, progress, session, table, text, views
from pages.components.heading import heading
from services import overview

TABS = {
    "Match Issues": issue_tab.show,
    "Previously Synced": previous_tab.show,
    "Differences": difference_tab.show,
}


def change_tab() -> None:
    """Leave behind what was chosen on the other tab."""
    table.leave()
    dialogs.close()


me = session.guard()
beside_title = heading("Resolve Match Issues")
progress.everything()
waiting = overview.get_to_resolve()
beside_title.caption(
    f"{text.figure(waiting.issues)} to match · {text.figure(waiting.previous)} previously synced · "
    f"{text.count(waiting.differences, 'difference')}",
    width="content",
)
for tab, show in zip(
    st.tabs(list(TABS), key="tab", bind="query-params", on_change=change_tab), TABS.values(), strict=True
):
    if tab.open:
        with tab:
            show(me)
with beside_title:
    views.show(me, "match_issues")
