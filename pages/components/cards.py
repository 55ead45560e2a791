"""The cards of the Overview: a number that leads to its list, and how a Xero organisation is doing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import streamlit as st

from pages.components import text
from pages.components.organisation import badge, upcoming
from services.access import Principal, Role
from services.connection import ConnectionItem
from services.errors import LIMITED

CARD_WIDTH = 150
LINK_PADDING = 6  # pixels, so that the number stands below the words


@dataclass(frozen=True, slots=True)
class Card:
    """How many are in one state, and the page with the query that lists them. With `alert` any at all is bad news."""

    label: str
    number: int
    icon: str
    page: str
    query: Mapping[str, str] = field(default_factory=dict)
    alert: bool = False


def numbers(cards: Sequence[Card]) -> None:
    """The cards side by side, fewer in a row where there is less room."""
    with st.grid(4, min_column_width=CARD_WIDTH):
        for card in cards:
            with st.container(border=True, gap=None, height="stretch"):
                _number(card)


def _number(card: Card) -> None:
    number = text.figure(card.number)
    raised = card.alert and card.number
    st.page_link(
        card.page,
        label=f":red[{card.icon} {card.label}]" if raised else f"{card.icon} {card.label}",
        icon=":material/chevron_right:",
        icon_position="right",
        query_params=dict(card.query),
        width="stretch",
    )
    with st.container(horizontal=True, gap=None):
        st.space(LINK_PADDING)
        st.metric(card.label, number, label_visibility="collapsed", width="content")


def organisation(person: Principal, one: ConnectionItem) -> None:
    """How a Xero organisation is doing in one sentence, when it syncs, and how many calls it has used."""
    with st.container(border=True, gap="small"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{text.plain(one.name)}**")
            st.space("stretch")
            badge(one)
        icon, sentence = health(one)
        st.markdown(f"{icon} {sentence}")
        if one.started_at is not None:
            _when(one)
            _calls(one)
        if person.role.includes(Role.ADMIN):
            st.page_link(
                "settings/xero.py",
                label="Manage",
                icon=":material/chevron_right:",
                icon_position="right",
                query_params={"id": one.id},
            )


def health(one: ConnectionItem) -> tuple[str, str]:
    """An icon, and a sentence in Markdown: what first keeps an organisation from syncing, or that nothing does."""
    if one.state == "sign_in_needed":
        return ":red[:material/link_off:]", "Xero no longer lets us in. Nothing syncs until an admin connects it again."
    if one.state == "setting_up" or one.started_at is None:
        return (
            ":orange[:material/tune:]",
            "Connected, but nothing syncs yet: an admin sets it up and starts the import.",
        )
    if one.braked_at is not None:
        return ":orange[:material/front_hand:]", "Stopped before a mass change, until an admin has looked at it."
    if one.stalled:
        return (
            ":red[:material/error:]",
            f"No sync has got through for more than two hours. {text.sentence(one.stalled)}",
        )
    if one.error and not (one.waits and one.error.endswith(LIMITED)):
        return ":red[:material/error:]", f"The last sync did not get through. {text.sentence(one.error)}"
    if one.waits:
        return ":orange[:material/hourglass_top:]", text.sentence(one.waits)
    if one.last_sync_at is None:
        return ":blue[:material/sync:]", "The first sync is on its way."
    return ":green[:material/check_circle:]", "It is syncing: the last sync got through."


def _when(one: ConnectionItem) -> None:
    last, following = text.ago(one.last_sync_at, "not yet"), upcoming(one)
    exact = " · ".join(part for part in (text.exact(one.last_sync_at), text.exact(one.next_tick_at)) if part)
    st.caption(f"Last sync {last} · next sync {following}", help=exact or None)


def _calls(one: ConnectionItem) -> None:
    share = min(1.0, one.calls_used_today / one.calls_per_day) if one.calls_per_day else 0.0
    used = f"{text.figure(one.calls_used_today)} of {text.figure(one.calls_per_day)}"
    st.progress(share, text=f"{used} calls to Xero used in the last 24 hours")
