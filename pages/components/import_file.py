"""Importing contacts from a CSV file: checked first, so that nothing is a surprise."""

import streamlit as st

from pages.components import cards, compare, dialogs, drawn, notices, table, text, undo_bar
from services import contact_files
from services.access import Principal
from services.contact_files import FileReport, ImportReport
from services.errors import Problem

MANY = 20
"""From so many values on, a file clears them only when somebody says so."""


@st.dialog("Import CSV", width="large", icon=":material/upload:", on_dismiss=dialogs.close)
def import_dialog(person: Principal) -> None:
    """Take a file, show what it would do, then do it."""
    st.markdown(
        "One contact per row. A row with the **id** of a contact changes that contact; one with a new or a blank id "
        "adds one. Columns that the file does not have stay as they are; a blank cell clears the value. "
        "Export CSV gives a file to start from."
    )
    st.caption("Columns: " + ", ".join(contact_files.COLUMNS) + ". Street lines are separated by line breaks.")
    file = st.file_uploader("CSV file", type="csv", label_visibility="collapsed")
    if file is None:
        return
    with notices.sentences():
        data = file.getvalue()
        report = contact_files.check_file(data)
        above = st.container()
        clear = _blanks(report.cleared, file.file_id)
        if clear is False:
            report = contact_files.check_file(data, clear=False)
        seen = drawn.before("import", file.file_id, report.digest)
        with above:
            _counts(report)
            _columns(report)
            _problems(report.problems)
        _values(report)
        _choice(person, data, report, clear, seen)


def _blanks(cleared: int, file_id: str) -> bool | None:
    """Whether blank cells clear values; None while that is open, since clearing many takes a choice."""
    if not cleared:
        return True
    would = f"**{text.count(cleared, 'value')} would be cleared**: the cell in the file is blank."
    if cleared < MANY:
        st.warning(would, icon=":material/ink_eraser:")
        return True
    answers = [f"Clear {text.count(cleared, 'value')}", "Leave these values as they are"]
    with st.container(border=True):
        chosen = st.radio(f":material/ink_eraser: {would}", answers, index=None, key=f"import.blanks.{file_id}")
    return None if chosen is None else chosen == answers[0]


def _counts(report: FileReport) -> None:
    numbers = {"Rows": report.rows, "New": report.new, "Changed": report.changed, "Unchanged": report.unchanged}
    with st.grid(len(numbers), min_column_width=cards.CARD_WIDTH):
        for label, number in numbers.items():
            st.metric(label, text.figure(number), border=True)


def _columns(report: FileReport) -> None:
    """Which columns the file is about, and whom it does not reach."""
    left = f" Left as they are: {', '.join(report.left_alone)}." if report.left_alone else ""
    unused = f" Not used: {', '.join(map(text.plain, report.unused))}." if report.unused else ""
    if left or unused:
        st.caption(f"In the file: {', '.join(report.columns)}.{left}{unused}")
    if report.archived:
        whom, what = ("an archived contact", "it") if report.archived == 1 else ("archived contacts", "them")
        st.info(f"{text.count(report.archived, 'row')} for {whom} would change nothing. Restore {what} first.")


def _values(report: FileReport) -> None:
    """What changes value by value, and whether it stays here."""
    if not report.values:
        return
    if report.syncing:
        sync = "syncs" if report.syncing == 1 else "sync"
        changed = text.count(report.changed, "changed contact")
        st.info(
            f"**{text.figure(report.syncing)} of {changed} {sync}: the changes go to Xero with the next sync.**",
            icon=":material/sync:",
        )
    rows = [(one.name, one.field, one.now, one.becomes) for one in report.first]
    compare.listed(("Contact", "Field", "Now", "Becomes"), rows, "What changes")
    compare.more(len(rows), report.values)


def _problems(problems: tuple[Problem, ...]) -> None:
    if not problems:
        return
    bad_rows = len({problem.row for problem in problems})
    st.warning(f"{text.count(bad_rows, 'row')} cannot be imported. Correct the file, or import the valid rows.")
    rows = [{"Row": one.row, "Field": one.field, "Why": one.rule} for one in problems[:1000]]
    table.small(rows, "Problems by row", most_rows=6)


def _choice(person: Principal, data: bytes, report: FileReport, clear: bool | None, seen: str) -> None:
    valid = report.new + report.changed
    if not valid:
        st.info("There is nothing to import: no valid row is new or changed.")
    label = f"Import {text.count(valid, 'valid row' if report.problems else 'contact')}"
    if valid:
        st.caption(f"It can be undone: at once on top of the page, later in Activity. {undo_bar.OF_A_FILE}")
    if dialogs.buttons(label, disabled=not valid or clear is None):
        with st.spinner("Importing…"):
            result = contact_files.import_file(
                person, data, skip_bad=bool(report.problems), clear=bool(clear), seen=seen
            )
            undo_bar.offer(f"Import: {_done(result)}.", result.command)
        dialogs.done()


def _done(result: ImportReport) -> str:
    left_out = result.rejected + result.archived
    counts = ((result.added, "added"), (result.changed, "changed"), (left_out, "left out"))
    rows = [f"{text.figure(number)} {what}" for number, what in counts if number]
    return ", ".join(rows + ([f"{text.count(result.cleared, 'value')} cleared"] if result.cleared else []))
