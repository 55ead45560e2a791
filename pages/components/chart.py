"""The chart of what happened day by day: stacked bars, with the totals in words for those who do not see them."""

from collections.abc import Sequence

import streamlit as st

from pages.components import notices, text
from services.trends import Day

SERIES = {
    "To the practice": ("to_practice", "#3b82f6"),
    "To Xero": ("to_xero", "#0d9488"),
    "Questions": ("questions", "#8b5cf6"),
    "Problems": ("problems", "#dc2626"),
}
HEIGHT = 220
IN_ONE_LINE = "width < 360 ? 2 : 4"
"""How many names stand side by side: on a phone there is no room for all."""
LABELLED_EVERY = 5


def days(counted: Sequence[Day]) -> None:
    """A bar per day; while there is nothing to show, what there will be."""
    totals = {name: sum(getattr(day, column) for day in counted) for name, (column, _) in SERIES.items()}
    if not any(totals.values()):
        notices.empty("Nothing has travelled yet. Changes, questions and problems of the last 30 days show here.")
        return
    with st.container(border=True):
        st.vega_lite_chart(_rows(counted), _spec(counted), height=HEIGHT, alt=summary(counted))
        st.caption(summary(counted))


def summary(counted: Sequence[Day]) -> str:
    """The chart in one sentence."""
    practice, xero, questions, problems = (
        sum(getattr(day, column) for day in counted) for column, _ in SERIES.values()
    )
    return (
        f"In the last {len(counted)} days {text.count(practice, 'change was', 'changes were')} written to the practice "
        f"and {text.figure(xero)} to Xero; {text.count(questions, 'question')} and {text.count(problems, 'problem')} "
        "came up."
    )


def _rows(counted: Sequence[Day]) -> list[dict[str, object]]:
    return [
        {"Day": text.day_of_year(day.day), "What": name, "Number": getattr(day, column), "Order": order}
        for day in counted
        for order, (name, (column, _)) in enumerate(SERIES.items())
    ]


def _spec(counted: Sequence[Day]) -> dict[str, object]:
    names = [text.day_of_year(day.day) for day in counted]
    labelled = names[::-1][::LABELLED_EVERY]
    colours = [colour for _, colour in SERIES.values()]
    return {
        "padding": {"left": 0, "right": 8, "top": 0, "bottom": 0},
        "mark": {"type": "bar", "cornerRadiusEnd": 2},
        "encoding": {
            "x": {
                "field": "Day",
                "type": "ordinal",
                "sort": names,
                "title": None,
                "axis": {"values": labelled, "labelAngle": 0, "ticks": False},
            },
            "y": {
                "field": "Number",
                "type": "quantitative",
                "title": None,
                "axis": {"tickMinStep": 1, "tickCount": 4, "format": "~s"},
            },
            "color": {
                "field": "What",
                "type": "nominal",
                "title": None,
                "scale": {"domain": list(SERIES), "range": colours},
                "legend": {"orient": "top", "direction": "horizontal", "columns": {"expr": IN_ONE_LINE}},
            },
            "order": {"field": "Order"},
            "tooltip": [{"field": name} for name in ("Day", "What")]
            + [{"field": "Number", "type": "quantitative", "format": ","}],
        },
    }
