"""Connected Apps: connecting Xero organisations, and the way to each one's Manage page."""

import streamlit as st

from pages.components import dialogs, notices, session, text
from pages.components.heading import heading
from pages.components.organisation import badge
from services import connection
from services.access import Principal, Role
from services.connection import ConnectionItem, ConsentItem
from services.errors import NotFound
from services.settings import get_settings

MANAGE = "settings/xero.py"


def outcome(person: Principal, consent_id: str) -> None:
    """How the round trip to Xero that this page was opened by went."""
    try:
        consent = connection.get_consent(consent_id)
    except NotFound as error:
        st.error(text.sentence(error))
        return
    if consent.username != person.username:
        return
    if consent.outcome == "failed":
        st.error(f"Xero was not connected. {text.sentence(consent.message)}", icon=":material/link_off:")
    elif consent.outcome == "waiting":
        st.info("Waiting for your answer at Xero. Come back to this page afterwards.")
    elif consent.outcome == "choosing":
        choose(person, consent)
    elif consent.connection_id:
        notices.say(text.sentence(consent.message) or "Xero is connected.")
        st.switch_page(MANAGE, query_params={"id": consent.connection_id})


def choose(person: Principal, consent: ConsentItem) -> None:
    """Let the person say which of several organisations is meant."""
    with st.container(border=True):
        st.header("Which organisation?", anchor=False)
        st.markdown("Xero opened several organisations. Connect one now; for another, connect again.")
        by_id = {one.tenant_id: one for one in consent.tenants if not one.already_connected}
        tenant_id = st.radio(
            "Organisation",
            list(by_id),
            format_func=lambda one: text.plain(by_id[one].name),
            label_visibility="collapsed",
        )
        key = f"consent.choose.{tenant_id}"  # a press for one that was connected meanwhile does not reach another
        if st.button("Connect this organisation", type="primary", disabled=not by_id, key=key):
            with notices.sentences():
                chosen = connection.choose(person, consent.id, str(tenant_id))
                notices.say("Xero is connected.")
                st.switch_page(MANAGE, query_params={"id": chosen})


def connect_label(known: list[ConnectionItem]) -> str:
    """What the button that leads to Xero is for now."""
    if any(one.state == "sign_in_needed" for one in known):
        return "Connect again"
    return "Connect another organisation" if known else "Connect"


def missing(names: tuple[str, ...]) -> None:
    """What to do at Xero and on the server before Connect can work."""
    settings = " and ".join(f"`{name}`" for name in names)
    st.warning(f"Before you can connect, whoever runs this server sets {settings}.", icon=":material/build:")
    st.markdown(
        "1. Go to [developer.xero.com](https://developer.xero.com/app/manage), sign in and choose **New app**, "
        "of the kind **Web app**.\n"
        "2. Enter this address as its redirect URI:"
    )
    st.code(get_settings().callback_url, language=None)
    st.markdown(
        f"3. Copy the app's client id and a client secret into {settings}, in the server's environment or in "
        "`.streamlit/secrets.toml`.\n"
        "4. Restart the server and come back here."
    )


@st.dialog("Connect Xero", icon=":material/link:", on_dismiss=dialogs.close)
def connect_dialog(url: str, consent_id: str) -> None:
    """The way to Xero, and what follows from going it."""
    st.markdown(
        "Xero asks you to sign in and to choose the organisation, then brings you back here. "
        "Your Xero user needs the Adviser or Standard role in that organisation."
    )
    st.markdown(what_follows())
    st.link_button("Continue to Xero", url, type="primary", icon=":material/open_in_new:", width="stretch")
    st.caption("The link is good for ten minutes.")
    until_answered(consent_id)


def what_follows() -> str:
    """What is done once Xero lets us in: an organisation that has been imported goes on without a preview."""
    known = [one for one in connection.list_connections(include_disconnected=True) if one.started_at]
    waiting = [f"**{text.plain(one.name)}**" for one in known if one.state == "sign_in_needed"]
    ended = [f"**{text.plain(one.name)}**" for one in known if one.state == "disconnected"]
    said = []
    if waiting:
        said.append(f"{', '.join(waiting)}: the sync goes on at once. What changed on either side meanwhile travels.")
    if ended:
        said.append(
            f"{', '.join(ended)}: syncs at once as it was set up before, and takes in what is new in Xero. What synced "
            "then waits under Previously Synced."
        )
    nothing = "Of an organisation that is new here nothing" if said else "Nothing"
    return "\n\n".join([*said, f"{nothing} is imported or changed until you have seen a preview."])


@st.fragment(run_every="2s")
def until_answered(consent_id: str) -> None:
    """Look every two seconds whether Xero was answered, in the tab that opened for it; then this one goes on too."""
    try:
        consent = connection.get_consent(consent_id)
    except NotFound:
        return
    if consent.outcome == "waiting":
        return
    if consent.outcome == "failed":
        notices.say(f"Xero was not connected. {text.sentence(consent.message)}", icon=":material/link_off:")
    elif consent.outcome == "choosing":
        notices.say("Choose the organisation in the other tab.", icon=":material/tab:")
    else:
        notices.say(text.sentence(consent.message) or "Xero is connected.")
    dialogs.done()


def connected(one: ConnectionItem) -> None:
    """One organisation and its pages."""
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{text.plain(one.name)}**")
            st.space("stretch")
            badge(one)
        if one.started_at:
            st.caption(f"Last sync {text.ago(one.last_sync_at)}", help=text.exact(one.last_sync_at) or None)
        else:
            st.caption("Choose what to import, look at the preview, then start.")
        with st.container(horizontal=True):
            label = "Manage" if one.started_at else "Set up"
            if st.button(label, icon=":material/tune:", key=f"manage.{one.id}", type="primary"):
                st.switch_page(MANAGE, query_params={"id": one.id})
            if one.started_at and st.button("View Client List", icon=":material/sync_alt:", key=f"list.{one.id}"):
                st.switch_page("xero/client_list.py")


def disconnected(person: Principal) -> None:
    """Which organisations were synced once and are disconnected now, and the way back."""
    known = connection.list_connections(include_disconnected=True)
    if ended := [one for one in known if one.state == "disconnected" and one.started_at]:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(f"Disconnected: {', '.join(text.plain(one.name) for one in ended)}.", width="content")
            if st.button("Connect again", icon=":material/link:", type="tertiary", key="connect.again"):
                go_to_xero(person)


def go_to_xero(person: Principal) -> None:
    """Begin to connect, and open the dialog that leads to Xero."""
    with notices.sentences():
        begun = connection.begin(person)
        dialogs.ask("connect", url=begun.url, consent=begun.consent_id)


me = session.guard(Role.ADMIN)
heading("Connected Apps")
if consent_id := st.query_params.get("consent"):
    outcome(me, consent_id)
organisations = connection.list_connections()
needed = connection.missing_settings()
with st.container(border=True):
    with st.container(horizontal=True, vertical_alignment="center"):
        st.header("Xero", anchor=False)
        st.space("stretch")
        label = connect_label(organisations)
        if st.button(label, icon=":material/link:", type="primary", disabled=bool(needed)):
            go_to_xero(me)
    st.markdown("Keeps contact name, billing email, primary phone and billing address in step with Xero.")
    if needed:
        missing(needed)
    for organisation in organisations:
        connected(organisation)
    if not needed:
        disconnected(me)
if about := dialogs.asked("connect"):
    connect_dialog(about["url"], about["consent"])
