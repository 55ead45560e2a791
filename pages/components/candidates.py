"""The choice among the contacts that another may mean, and what speaks for and against the one chosen."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import streamlit as st

from pages.components import text
from services import candidates
from services.candidates import Candidate, likeliest, to_begin_with

NO_NOTES: Mapping[str, str] = {}
KEPT = "candidates.kept"
"""For what a choice was drawn last, and who was chosen."""

FULL_BAR = 60.0
"""The points at which a part's bar is full: an equal name of two words."""


def choose(
    connection_id: str,
    xero_id: str,
    suggested: Sequence[Candidate],
    key: str,
    notes: Mapping[str, str] = NO_NOTES,
) -> Candidate | None:
    """Let the person choose one of the suggested contacts, or look for another one; `notes` say more of some, by id.

    One is chosen beforehand only if it is the likeliest of all, is free, and much speaks for it. While the choice stays
    open nobody else becomes chosen, whatever others change.
    """
    sought = _search(f"{key}.search")
    offered = candidates.candidates(connection_id, xero_id, sought) if sought else list(suggested)
    if not offered:
        st.caption("No contact of yours comes close." if not sought else "No contact is called that.")
        return None
    if sought:
        return _one_of(offered, "", notes, f"{key}.candidate")
    first = _first(suggested, key)
    _say_if_taken(suggested)
    chosen = _one_of(offered, first, notes, f"{key}.candidate")
    st.session_state[KEPT] = (key, chosen.contact_id if chosen else None)
    return chosen


def chosen(key: str) -> str | None:
    """The id of the contact that is chosen by now, while its press runs: maybe another than the one drawn beside it."""
    found: str | None = st.session_state.get(f"{key}.candidate")
    return found


def _search(key: str) -> str:
    return st.text_input(
        "Look for another contact",
        key=key,
        type="search",
        placeholder="Look for another contact",
        label_visibility="collapsed",
        live="400ms",
    )


def _one_of(offered: Sequence[Candidate], first: str, notes: Mapping[str, str], key: str) -> Candidate | None:
    """The one chosen of these; at first the one with the id `first`, if it is among them."""
    by_id = {one.contact_id: one for one in offered}
    chosen = st.radio(
        "Your contact",
        list(by_id),
        index=list(by_id).index(first) if first in by_id else None,
        format_func=lambda one: _label(by_id[one]),
        captions=[" · ".join(filter(None, (notes.get(one.contact_id), _caption(one)))) for one in offered],
        key=key,
        label_visibility="collapsed",
    )
    return by_id.get(chosen) if chosen else None


def _first(suggested: Sequence[Candidate], key: str) -> str:
    """The id of the contact to be chosen: who was, when this choice was drawn just now, or to begin with."""
    drawn, kept = st.session_state.get(KEPT) or ("", None)
    first = to_begin_with(suggested)
    return (kept or "") if drawn == key else first.contact_id if first else ""


def _say_if_taken(suggested: Sequence[Candidate]) -> None:
    """The likeliest stands last when it is linked already: say so before anybody takes the next best for it."""
    best = likeliest(suggested)
    if best and best.linked_to and best.plausible:
        st.markdown(
            f":orange[:material/info:] The most likely contact, **{text.plain(best.contact.name)}**, is linked with "
            f"**{text.plain(best.linked_to)}** in Xero already."
        )


def score(one: Candidate) -> None:
    """What the score is made of: a small bar for each part, and a minus where it speaks against.

    More may speak for a contact than makes 100; then each part counts for its share, so that they add up.
    """
    if one.parts:
        share = min(1.0, one.score / max(1.0, sum(part.points for part in one.parts)))
        points = _whole(part.points * share for part in one.parts)
        parts = "".join(map(_part, (part.label for part in one.parts), points))
        st.html(f'<div class="score"><b>Score {one.score:.0f} of 100</b><ul>{parts}</ul></div>')
    else:
        st.markdown("**Nothing in common**")


def _whole(points: Iterable[float]) -> Iterator[int]:
    """Rounded one by one so that they add up to their rounded sum."""
    total, told = 0.0, 0
    for one in points:
        total += one
        yield round(total) - told
        told = round(total)


def _part(label: str, points: int) -> str:
    width = min(100.0, 100 * abs(points) / FULL_BAR)
    kind = "for" if points >= 0 else "against"
    signed = f"{points:+}".replace("-", "−")
    return (
        f'<li class="{kind}"><span>{text.html(label)}</span><span class="bar" aria-hidden="true">'
        f'<span style="width:{width:.0f}%"></span></span><span class="points">{signed}</span></li>'
    )


def _label(one: Candidate) -> str:
    email = f" · {text.breakable_plain(one.contact.email)}" if one.contact.email else ""
    return f"{text.plain(one.contact.name)}{email}"


def _caption(one: Candidate) -> str:
    if one.linked_to:
        return f"Already linked to {text.plain(one.linked_to)}"
    reasons = ", ".join(part.label for part in one.parts if part.points > 0)
    return f"{one.score:.0f} of 100" + (f" · {reasons}" if reasons else "")
