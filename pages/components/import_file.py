"""Importing contacts from a CSV file: checked first, so that nothing is a surprise."""

import streamlit as st

from pages.components import dialogs, notices, table, text, undo_bar
from services import contact_files
from services.access import Principal
from services.contact_files import FileReport, ImportReport
from services.errors import Problem


@st.dialog("Import CSV", width="large", icon=":material/upload:", on_dismiss=dialogs.close)
def import_dialog(person: Principal) -> None:
    """Take a file, show what it would do, then do it."""
    st.markdown(
        "One contact per row. A row with the **id** of a contact changes that contact, any other row adds one. "
        "Columns that the file does not have stay as they are; a blank cell clears the value. "
        "Export CSV gives a file to start from."
    )
    st.caption("Columns: " + ", ".join(contact_files.COLUMNS) + ". Street lines are separated by line breaks.")
    file = st.file_uploader("CSV file", type="csv", label_visibility="collapsed")
    if file is None:
        return
    with notices.sentences():
        data = file.getvalue()
        report = contact_files.check_file(data)
        _counts(report)
        _columns(report)
        _problems(report.problems)
        _choice(person, data, report)


def _counts(report: FileReport) -> None:
    for place, (label, number) in zip(
        st.columns(4),
        (
            ("Rows", report.rows),
            ("New", report.new),
            ("Changed", report.changed),
            ("Unchanged", report.unchanged),
        ),
        strict=True,
    ):
        place.metric(label, text.figure(number), border=True)


def _columns(report: FileReport) -> None:
    """Which columns the file is about, whom it does not reach, and what is lost by it."""
    if report.left_alone:
        st.caption(f"In the file: {', '.join(report.columns)}. Left as they are: {', '.join(report.left_alone)}.")
    if report.archived:
        st.info(f"{text.count(report.archived, 'row')} for archived contacts would change nothing. Restore them first.")
    if report.cleared:
        st.warning(
            f"{text.count(report.cleared, 'value')} would be cleared: the cell in the file is blank.",
            icon=":material/ink_eraser:",
        )


def _problems(problems: tuple[Problem, ...]) -> None:
    if not problems:
        return
    bad_rows = len({problem.row for problem in problems})
    st.warning(f"{text.count(bad_rows, 'row')} cannot be imported. Mend the file, or import the valid rows.")
    rows = [{"Row": one.row, "Field": one.field, "Rule": one.rule} for one in problems[:1000]]
    table.small(rows, "Problems by row", most_rows=6)


def _choice(person: Principal, data: bytes, report: FileReport) -> None:
    valid = report.new + report.changed
    label = "Import the valid rows" if report.problems else f"Import {text.count(valid, 'contact')}"
    if not valid:
        st.info("There is nothing to import: no valid row is new or changed.")
    if dialogs.buttons(label, disabled=not valid):
        result = contact_files.import_file(person, data, skip_bad=bool(report.problems))
        undo_bar.offer(f"Import: {_done(result)}.", result.command)
        dialogs.done()


def _done(result: ImportReport) -> str:
    left_out = result.rejected + result.archived
    counts = ((result.added, "added"), (result.changed, "changed"), (left_out, "left out"))
    rows = [f"{text.figure(number)} {what}" for number, what in counts if number]
    return ", ".join(rows + ([f"{text.count(result.cleared, 'value')} cleared"] if result.cleared else []))
