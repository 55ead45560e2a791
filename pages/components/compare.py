"""Two contacts field by field: what each side holds, what differs, which value stays, and what comes of it.

The comparison is one table of HTML, so that a field is one line on a wide screen and a block on a phone, and a reader
of screens says which side a value is of. Nothing foreign gets in but by `text.html` and `text.breakable`.
"""

from collections.abc import Sequence

import streamlit as st

from pages.components import text
from services.reconcile.contact import Contact, Field, Value
from services.reconcile.normalise import agree
from services.reconcile.outcome import FieldOutcome

KEEP = {"": "Ask later", "practice": "Practice", "xero": "Xero"}
NONE = "–"
AFTERWARDS = "After Confirm Match"


def side_by_side(xero: Contact, practice: Contact | None, kind: str, outcomes: Sequence[FieldOutcome] = ()) -> None:
    """The contact in Xero, such as a Customer, and ours, as they are; with `outcomes` also what comes of each field."""
    heads = ["Field", "In Xero" + (f" · {text.html(kind)}" if kind else ""), "Your contact"]
    heads += [AFTERWARDS] if outcomes else []
    by_field = {one.field: one for one in outcomes}
    rows = "".join(_row(field, xero, practice, by_field.get(field)) for field in Field)
    head = "".join(f'<th scope="col">{one}</th>' for one in heads)
    st.html(f'<table class="compare"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>')


def listed(heads: Sequence[str], rows: Sequence[Sequence[str]], what: str) -> None:
    """Rows of values, each whole however long; many of them scroll. `what` names the table to a reader of screens."""
    head = "".join(f'<th scope="col">{text.html(one)}</th>' for one in heads)
    body = "".join(_listed_row(heads, row) for row in rows)
    grid = f'<table class="compare"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
    st.html(f'<div class="scrolling" role="region" tabindex="0" aria-label="{text.html(what)}">{grid}</div>')


def more(shown: int, total: int) -> None:
    """Say that not all rows are listed, where that is so."""
    if total > shown:
        st.caption(f"The first {text.figure(shown)} of {text.figure(total)}.")


def keep(fields: Sequence[FieldOutcome], key: str) -> dict[Field, str]:
    """Ask for each field in which the two differ whose value stays: practice or xero. What waits is left out."""
    asked = [one.field for one in fields if one.asks]
    if not asked:
        return {}
    with st.container(horizontal=True, gap="medium"):
        sides = {one: _side(one, key) for one in asked}
    return {one: side for one, side in sides.items() if side}


def kept(key: str) -> dict[Field, str]:
    """What `keep` would return by now, while a press runs: maybe something else than was drawn."""
    sides = {one: st.session_state.get(_key(key, one)) for one in Field}
    return {one: side for one, side in sides.items() if side}


def _key(key: str, field: Field) -> str:
    return f"{key}.{field.value}"


def _listed_row(heads: Sequence[str], row: Sequence[str]) -> str:
    first, *others = (text.breakable(value) or NONE for value in row)
    cells = (f'<td data-head="{text.html(head)}">{value}</td>' for head, value in zip(heads[1:], others, strict=True))
    return f'<tr><th scope="row">{first}</th>{"".join(cells)}</tr>'


def _side(field: Field, key: str) -> str:
    """Whose value of a field stays; "" to be asked later."""
    chosen = st.segmented_control(
        f"{field.label}: which stays?",
        list(KEEP),
        format_func=KEEP.__getitem__,
        default="",
        required=True,
        key=_key(key, field),
        width="content",
    )
    return chosen or ""


def _row(field: Field, xero: Contact, practice: Contact | None, then: FieldOutcome | None) -> str:
    mark = _mark(field, xero, practice) if practice else ""
    cells = [("In Xero", _value(xero.get(field))), ("Your contact", _value(practice.get(field) if practice else ""))]
    if then:
        cells.append((AFTERWARDS, f"{_becomes(then)}<small>{text.html(then.why)}</small>"))
    body = "".join(f'<td data-head="{head}">{value}</td>' for head, value in cells)
    return f'<tr><th scope="row">{field.label}{mark}</th>{body}</tr>'


def _mark(field: Field, xero: Contact, practice: Contact) -> str:
    """What is not alike about a field, if anything is."""
    theirs, ours = xero.get(field), practice.get(field)
    if agree(field, theirs, ours):
        return ""
    blank = "blank in Xero" if not str(theirs) else "blank here" if not str(ours) else ""
    return f' <span class="{"blank" if blank else "differs"}">{blank or "differs"}</span>'


def _becomes(then: FieldOutcome) -> str:
    """What each side holds afterwards that it does not hold now."""
    sides = (("In Xero", then.xero, then.xero_after), ("Yours", then.practice, then.practice_after))
    return "".join(f"{side}: <ins>{_value(after)}</ins><br>" for side, now, after in sides if now != after)


def _value(value: Value) -> str:
    return text.breakable(value) or NONE
