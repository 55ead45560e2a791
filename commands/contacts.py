"""The practice's contact book from a terminal: list it, import and export files, create contacts in Xero."""

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from commands.choose import chosen_connection
from commands.output import CLI, Json, Organisation, Page, Search, Size, show_one, show_page, show_report
from services import contact_files, contacts, create_many
from services.contact_files import FileReport
from services.contacts import ContactFilter
from services.errors import BadInput, UsageError

app = typer.Typer(help="The practice's contacts.", no_args_is_help=True)
COLUMNS = ("id", "name", "email", "contact_type", "link_state", "updated_at")

BLANKS = "Add --yes to clear them, or --leave-blanks to keep them."

ContactType = Annotated[str, typer.Option(help="Only contacts of this type.")]
Linked = Annotated[Literal["", "linked", "unlinked"], typer.Option(help="Only linked, or only unlinked contacts.")]
Archived = Annotated[bool, typer.Option("--archived", help="Only archived contacts, which are left out otherwise.")]


@app.command("list")
def list_contacts(
    search: Search = "",
    contact_type: ContactType = "",
    linked: Linked = "",
    archived: Archived = False,
    page: Page = 1,
    size: Size = 100,
    as_json: Json = False,
) -> None:
    """List contacts, one page at a time."""
    wanted = ContactFilter(search=search, contact_type=contact_type, linked=linked, archived=archived)
    show_page(contacts.list_contacts(wanted, page=page, size=size), COLUMNS, as_json)


@app.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(help="A CSV file. `contacts export` shows its columns.")],
    skip_bad: Annotated[bool, typer.Option("--skip-bad", help="Leave out rows that break a rule.")] = False,
    leave_blanks: Annotated[
        bool, typer.Option("--leave-blanks", help="Where a cell is blank, keep the value.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Where a cell is blank, clear the value.")] = False,
    check: Annotated[bool, typer.Option("--check", help="Only say what the import would do.")] = False,
    as_json: Json = False,
) -> None:
    """Add and change contacts from a CSV file. If a row breaks a rule, nothing is written.

    A row with a blank id adds a contact. Columns that are not in the file stay as they are. A blank cell clears the
    value; this needs --yes. Archived contacts are not changed. The dashboard can undo an import, under Activity.
    """
    data = _bytes_of(file)
    seen = contact_files.check_file(data, clear=not leave_blanks)
    if check:
        show_one(seen, _would(seen), as_json)
        if seen.problems:
            raise BadInput(seen.problems)
        return
    if seen.cleared and not yes and (skip_bad or not seen.problems):
        raise UsageError(f"Values that would be cleared because their cells are blank: {seen.cleared}. {BLANKS}")
    as_checked = "" if yes else seen.digest
    done = contact_files.import_file(CLI, data, skip_bad=skip_bad, clear=not leave_blanks, seen=as_checked)
    counts = f"{done.added} added, {done.changed} changed, {done.unchanged} unchanged"
    show_one(done, f"{counts}, {done.rejected + done.archived} left out; {done.cleared} values cleared.", as_json)


@app.command("export")
def export_file(
    out: Annotated[Path | None, typer.Option(help="The file to write. Without it: standard output.")] = None,
    search: Search = "",
    contact_type: ContactType = "",
    linked: Linked = "",
    archived: Archived = False,
    as_json: Json = False,
) -> None:
    """Write contacts as CSV. The file can be imported again, also without some of its columns."""
    wanted = ContactFilter(search=search, contact_type=contact_type, linked=linked, archived=archived)
    data = contact_files.export_csv(wanted)
    if out is None:
        sys.stdout.buffer.write(data)
    else:
        _write(out, data)
        show_one({"file": str(out), "bytes": len(data)}, f"Wrote {out}.", as_json)


@app.command("create-in-xero")
def create_in_xero(
    contact_ids: Annotated[list[str], typer.Argument(help="Ids of contacts, from `contacts list`.")],
    connection: Organisation = "",
    as_json: Json = False,
) -> None:
    """Create these contacts in Xero. The next sync sends them, usually within seconds."""
    chosen = chosen_connection(connection)
    show_report(create_many.create_many(CLI, chosen.id, contact_ids), f"On their way to {chosen.name}:", as_json)


def _would(seen: FileReport) -> str:
    """What importing a file would do, in one line."""
    counts = f"{seen.rows} rows: {seen.new} new, {seen.changed} changed, {seen.unchanged} unchanged"
    counts += f", {seen.archived} of archived contacts, not changed" if seen.archived else ""
    left = f" Not in the file, so left as they are: {', '.join(seen.left_alone)}." if seen.left_alone else ""
    unused = f" Columns not used: {', '.join(seen.unused)}." if seen.unused else ""
    cleared = f"{seen.cleared} values would be cleared, {seen.syncing} contacts would change in Xero"
    return f"{counts}, {len(seen.problems)} with problems; {cleared}.{left}{unused}"


def _bytes_of(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}.") from None


def _write(file: Path, data: bytes) -> None:
    try:
        file.write_bytes(data)
    except OSError as error:
        raise UsageError(f"{file} cannot be written: {error.strerror}.") from None
