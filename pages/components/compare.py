"""Two contacts field by field: what each side says, what differs, which value stays, and what comes of it.

The comparison is one table of HTML, so that a field is one line on a wide screen and a block on a phone, and a reader
of screens says which side a value is of. Nothing foreign gets in but by `text.html`.
"""

from collections.abc import Sequence

import streamlit as st

from pages.components import text
from services.reconcile.contact import Contact, Field
from services.reconcile.normalise import agree
from services.reconcile.outcome import FieldOutcome

KEEP = {"": "Ask later", "practice": "Practice", "xero": "Xero"}
NONE = "–"
AFTERWARDS = "After Confirm Match"


def side_by_side(xero: Contact, practice: Contact | None, kind: str, outcomes: Sequence[FieldOutcome] = ()) -> None:
    """The contact in Xero, such as a Customer, and ours; with `outcomes` also each field as it will be, and why."""
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
    chosen: dict[Field, str] = {}
    with st.container(horizontal=True, gap="medium"):
        for one in fields:
            if one.asks and (side := _side(one.field, key)):
                chosen[one.field] = side
    return chosen


def _listed_row(heads: Sequence[str], row: Sequence[str]) -> str:
    first, *others = (text.html(value) or NONE for value in row)
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
        key=f"{key}.{field.value}",
        width="content",
    )
    return chosen or ""


def _row(field: Field, xero: Contact, practice: Contact | None, then: FieldOutcome | None) -> str:
    differs = practice is not None and not agree(field, xero.get(field), practice.get(field))
    mark = ' <span class="differs">differs</span>' if differs else ""
    cells = [
        ("In Xero", _value(str(xero.get(field)), str(then.xero_after) if then else None)),
        ("Your contact", _ours(field, practice, then)),
    ]
    if then:
        cells.append((AFTERWARDS, f"<small>{text.html(then.why)}</small>"))
    body = "".join(f'<td data-head="{head}">{value}</td>' for head, value in cells)
    return f'<tr><th scope="row">{field.label}{mark}</th>{body}</tr>'


def _ours(field: Field, practice: Contact | None, then: FieldOutcome | None) -> str:
    if practice is None:
        return NONE
    return _value(str(practice.get(field)), str(then.practice_after) if then else None)


def _value(now: str, then: str | None) -> str:
    """A value, and the one that takes its place where there is one."""
    shown = text.html(now) or NONE
    if then is None or then == now:
        return shown
    before = f"<del>{shown}</del> " if now else ""
    return f"{before}<ins>{text.html(then) or NONE}</ins>"
