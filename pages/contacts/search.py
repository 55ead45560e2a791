"""Search: one text looked for everywhere, ten of each kind, with the way to the full lists."""

from collections.abc import Callable

import streamlit as st

from pages.components import changes, notices, quick_search, session, text
from pages.components.heading import heading
from services import search
from services.activity import ActivityItem
from services.search import ContactHit, Found, IssueHit, Section, T, XeroHit

STATUSES = {"archived": "Archived", "erased": "Erased", "gone": "No longer in Xero"}


def wanted() -> str:
    """The text to look for, as it stands in the box and the address."""
    typed = st.text_input(
        "Search everything",
        key=quick_search.ASKED,
        type="search",
        placeholder="Name, email, phone, or what happened",
        label_visibility="collapsed",
        live="400ms",
        bind="query-params",
    )
    return (typed or "").strip()


def part(title: str, section: Section[T], show: Callable[[T], None], page: str, query: dict[str, str]) -> None:
    """One kind of findings, with the way to all of them on their own page."""
    with st.container(border=True):
        st.header(title, anchor=False)
        if not section.rows:
            st.caption("Nothing found.")
        for row in section.rows:
            show(row)
        if section.more and page:
            st.page_link(page, label="Show all", icon=":material/arrow_forward:", query_params=query)
        elif section.more:
            st.caption("There are more: add a word to see others.")


def contact(hit: ContactHit) -> None:
    """A contact of the practice."""
    label = labelled(hit.name, "Archived" if hit.archived else "", hit.email, hit.phone, hit.contact_type)
    st.page_link("contacts/contact.py", label=label, query_params={"id": hit.id})


def in_xero(hit: XeroHit) -> None:
    """A contact in Xero: what it is here leads on, and if it is nothing here, Xero itself."""
    linked = "Previously synced" if hit.ended else "Synced"
    standing = linked if hit.contact_id else "Match issue" if hit.asked else "Opens in Xero"
    label = labelled(hit.name, STATUSES.get(hit.status, ""), standing, hit.email, hit.organisation)
    if hit.contact_id:
        st.page_link("contacts/contact.py", label=label, query_params={"id": hit.contact_id})
    elif hit.asked:
        st.page_link("xero/match_issues.py", label=label, query_params={"issues_search": hit.name})
    else:
        st.page_link(hit.url, label=label)


def issue(hit: IssueHit) -> None:
    """An open match issue."""
    label = labelled(hit.name, hit.reason_text, hit.email)
    st.page_link("xero/match_issues.py", label=label, query_params={"issues_search": hit.name})


def entry(item: ActivityItem) -> None:
    """An entry of the log: it leads to the contact it is about, or to itself."""
    when = text.exact(item.at)
    label = _with(text.sentence(item.summary), text.ago(item.at), changes.actor(item.actor))
    if item.contact_id:
        st.page_link("contacts/contact.py", label=label, query_params={"id": item.contact_id}, help=when)
    else:
        st.page_link("settings/activity.py", label=label, query_params={"activity_search": item.summary}, help=when)


def labelled(name: str, *details: str) -> str:
    """A name with what else is known about it, smaller, as one label."""
    return _with(text.plain(name) or "(no name)", *details)


def _with(shown: str, *details: str) -> str:
    known = " · ".join(text.plain(part) for part in details if part)
    return f"{shown} :small[:gray[{known}]]"


def everything(found: Found, asked: str) -> None:
    """All four kinds."""
    left, right = st.columns(2, gap="medium")
    with left:
        part("Contacts", found.contacts, contact, "contacts/contacts.py", {"contacts_search": asked})
        part("Match issues", found.issues, issue, "xero/match_issues.py", {"issues_search": asked})
    with right:
        part("In Xero", found.xero, in_xero, "", {})
        part("Activity", found.activity, entry, "settings/activity.py", {"activity_search": asked})


session.guard()
heading("Search")
question = wanted()
if len(question) < search.SHORTEST:
    notices.empty("Type at least two characters: part of a name, an email, a phone, or what happened.")
else:
    with notices.sentences():
        everything(search.search(question), question)
