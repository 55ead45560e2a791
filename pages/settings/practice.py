"""Practice: the time zone and region that screens and digests go by, and when each organisation is synced."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import time

import streamlit as st

from pages.components import drawn, notices, session, text
from pages.components.heading import heading
from services import connection, locales, practice_settings
from services.access import Principal, Role
from services.connection import ConnectionItem
from services.practice_settings import NOT_CHOSEN, PracticeSettings, Schedule
from services.settings import get_settings

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MINUTES = (0, 1, 2, 5, 10, 15, 30, 60, 120, 240)
ALWAYS_ASKED = ("every", "limited")
"""The questions about a schedule that do not depend on another."""

OPENS, CLOSES = time(8), time(18)


def time_zone(person: Principal, now: PracticeSettings) -> None:
    """Choose the practice's time zone."""
    zones = practice_settings.time_zones()
    here = text.browser_zone().key
    with st.container(border=True):
        st.header("Time zone", anchor=False)
        st.markdown("Times on the screens, the hour of digests and working hours go by it.")
        if now.time_zone == NOT_CHOSEN and here in zones and here != NOT_CHOSEN:
            st.info(
                "None is chosen yet: screens show the time of each person's browser, digests and working hours go by "
                f"UTC. Your browser says **{text.plain(here)}**.",
                icon=":material/schedule:",
            )
        suggested = here if now.time_zone == NOT_CHOSEN and here in zones else now.time_zone
        key = f"practice.zone.{now.time_zone}"
        options = [*dict.fromkeys([suggested, *zones])]
        chosen = st.selectbox("Time zone", options, label_visibility="collapsed", key=key)
        there = practice_settings.local_now()
        st.caption(f"It is {text.clock(there)} on {there:%A} in {text.plain(now.time_zone)}.")
        args = [person, replace(now, time_zone=str(chosen)), now, drawn.chosen([key])]
        st.button("Save time zone", type="primary", disabled=chosen == now.time_zone, on_click=save, args=args)


def region(person: Principal, now: PracticeSettings) -> None:
    """Choose in which region's way dates, times and numbers are written."""
    names, key = locales.regions(), f"practice.region.{now.locale}"
    browser = f"As each person's browser says (yours: {names[text.browser_locale()]})"
    with st.container(border=True):
        st.header("Region", anchor=False)
        st.markdown("Dates, times and numbers on the screens, in digests and in emails are written in its way.")
        chosen = st.selectbox(
            "Region",
            ["", *names],
            ["", *names].index(now.locale),
            format_func=lambda one: names.get(one, browser),
            label_visibility="collapsed",
            key=key,
        )
        sample = locales.sample(practice_settings.local_now(), chosen or text.browser_locale())
        st.caption(
            f"For example: {text.plain(sample)}. The words stay English. Times within tables are drawn by each "
            "person's browser, in its own way; messages are written as in the United Kingdom until a region is chosen."
        )
        args = [person, replace(now, locale=chosen), now, drawn.chosen([key])]
        st.button("Save region", type="primary", disabled=chosen == now.locale, on_click=save, args=args)


def save(person: Principal, settings: PracticeSettings, seen: PracticeSettings, shown: Mapping[str, object]) -> None:
    """A callback, so that it gets what was drawn, whatever another admin has saved by now."""
    with notices.toasts():
        drawn.must_be_chosen(shown)
        practice_settings.save_settings(person, settings, seen)
        notices.say("Saved.")


def schedule(person: Principal, one: ConnectionItem) -> None:
    """Choose when an organisation is synced."""
    now = practice_settings.get_schedule(one.id)
    keys = keys_of(one, now)
    with st.container(border=True):
        st.header(text.plain(one.name), anchor=False)
        minutes = sorted({*MINUTES, now.every_seconds // 60})
        every = st.selectbox(
            "Look at Xero",
            minutes,
            minutes.index(now.every_seconds // 60),
            format_func=how_often,
            key=keys["every"],
            help="Each look costs one of the day's calls; when these run short, looks are spread further apart. "
            "Changes made here, and webhooks, do not wait for it.",
        )
        chosen = Schedule(every * 60, *working_hours(keys, now))
        asked = [key for question, key in keys.items() if chosen.opens or question in ALWAYS_ASKED]
        args = [person, one.id, chosen, now, drawn.chosen(asked)]
        st.button("Save schedule", key=f"save.{one.id}", disabled=chosen == now, on_click=save_schedule, args=args)


def save_schedule(
    person: Principal, connection_id: str, chosen: Schedule, seen: Schedule, shown: Mapping[str, object]
) -> None:
    """A callback, so that it gets what was drawn, whatever the schedule is by now."""
    with notices.toasts():
        drawn.must_be_chosen(shown)
        practice_settings.save_schedule(person, connection_id, chosen, seen)
        notices.say("Saved.")


def working_hours(keys: Mapping[str, str], now: Schedule) -> tuple[time | None, time | None, tuple[int, ...]]:
    """Choose the hours in which changes go to Xero by themselves."""
    limited = st.toggle(
        "Write to Xero during working hours only",
        now.opens is not None,
        key=keys["limited"],
        help="Outside them, changes wait, and only what somebody asks for, such as Create Contact, is sent.",
    )
    if not limited:
        return None, None, Schedule().days
    with st.container(horizontal=True, vertical_alignment="bottom"):
        opens = st.time_input("From", now.opens or OPENS, key=keys["opens"], width=140)
        closes = st.time_input("To", now.closes or CLOSES, key=keys["closes"], width=140)
        days = st.pills(
            "Days",
            range(7),
            selection_mode="multi",
            default=now.days,
            format_func=DAYS.__getitem__,
            key=keys["days"],
        )
    return opens, closes, tuple(sorted(days))


def keys_of(one: ConnectionItem, now: Schedule) -> dict[str, str]:
    """The keys of the questions about a schedule, by name."""
    answers = {
        "every": now.every_seconds,
        "limited": now.opens is not None,
        "opens": now.opens,
        "closes": now.closes,
        "days": now.days,
    }
    return {question: key_of(question, one, answer) for question, answer in answers.items()}


def key_of(question: str, one: ConnectionItem, value: object) -> str:
    """The key of a question about `value`, which is another one each time that value has changed.

    A question keeps its answer while its key stays. Without another key, a page that was open while somebody else
    changed the schedule would go on showing what it was before, and Save would put that back.
    """
    place = f"{question}.{one.id}"
    seen, times = st.session_state.get(f"practice.{place}", (value, 0))
    times += seen != value
    st.session_state[f"practice.{place}"] = (value, times)
    return f"{place}{'+' * times}"


def how_often(minutes: int) -> str:
    """How often Xero is looked at, in words."""
    if minutes:
        return f"Every {text.count(minutes, 'minute')}" if minutes > 1 else "Every minute"
    seconds = get_settings().sync_every_seconds
    usual = text.count(seconds // 60, "minute") if seconds >= 60 else text.count(seconds, "second")
    return f"As the server is set: every {usual}"


me = session.guard(Role.ADMIN)
heading("Practice")
chosen_now = practice_settings.get_settings()
time_zone(me, chosen_now)
region(me, chosen_now)
for organisation in connection.list_connections():
    schedule(me, organisation)
