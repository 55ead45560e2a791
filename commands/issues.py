"""Match issues from a terminal: questions about Xero contacts, and their answers."""

from typing import Annotated, Literal

import typer

from commands.choose import chosen_connection
from commands.output import CLI, Json, Organisation, Page, Search, Size, show, show_one, show_page, show_report
from services import issue_answers, issue_detail, issue_queue, issues
from services.issues import IssueFilter
from services.records.bulk import Report

app = typer.Typer(help="Match issues: Xero contacts that need an answer.", no_args_is_help=True)
COLUMNS = ("issue_id", "xero_name", "xero_email", "reason_text", "candidate_name", "candidate_email", "score", "note")
IssueIds = Annotated[list[str], typer.Argument(help="Ids of match issues, from `issues list`.")]


@app.command("list")
def list_issues(
    connection: Organisation = "",
    search: Search = "",
    state: Annotated[Literal["open", "deferred", "ignored"], typer.Option(help="Only issues in this state.")] = "open",
    reason: Annotated[str, typer.Option(help="Only issues with this reason, a key from `issues reasons`.")] = "",
    page: Page = 1,
    size: Size = 100,
    as_json: Json = False,
) -> None:
    """List match issues, one page at a time."""
    wanted = IssueFilter(connection_id=chosen_connection(connection).id, search=search, state=state, reason=reason)
    show_page(issues.list_issues(wanted, page=page, size=size), COLUMNS, as_json)


@app.command()
def reasons(connection: Organisation = "", as_json: Json = False) -> None:
    """Count open match issues by reason. Those that are safest to confirm together come first."""
    counted = issues.reason_counts(IssueFilter(connection_id=chosen_connection(connection).id))
    show(counted, ("key", "text", "count", "safe"), as_json)


@app.command("show")
def show_issue(issue_id: str, as_json: Json = False) -> None:
    """Show one match issue with its candidates, the likeliest first."""
    detail = issue_detail.get_issue(issue_id)
    lines = [f"{detail.xero.name}: {detail.reason_text}"]
    lines += [f"{found.contact_id}  {found.contact.name}  {', '.join(found.why)}" for found in detail.candidates]
    for line in [""] if as_json else lines:
        show_one(detail, line, as_json)


@app.command()
def confirm(
    issue_id: str,
    contact_id: Annotated[str, typer.Argument(help="The practice contact it matches.")],
    as_json: Json = False,
) -> None:
    """Confirm Match: link the Xero contact to this practice contact."""
    issue_answers.confirm(CLI, issue_id, contact_id)
    show_one({"issue_id": issue_id, "contact_id": contact_id}, "Linked.", as_json)


@app.command("confirm-safest")
def confirm_safest(
    issue_ids: IssueIds,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only list what would be linked.")] = False,
    as_json: Json = False,
) -> None:
    """Confirm Match for issues of the safest kind: same billing email, and same name apart from its spelling."""
    found = issue_answers.pairings(issue_ids)
    if dry_run:
        show(found.pairs, ("issue_id", "xero_name", "contact_id", "contact_name"), as_json)
        return
    linked = issue_answers.confirm_all(CLI, found.pairs)
    show_report(Report(linked.done, found.skipped + linked.skipped, linked.command), "Linked", as_json)


@app.command("create-contact")
def create_contact(issue_ids: IssueIds, as_json: Json = False) -> None:
    """Create New Contact: create a practice contact from each Xero contact and link the two.

    One is skipped if a contact with its name and billing email is here already.
    """
    show_report(issue_answers.create_contact(CLI, issue_ids), "Created", as_json)


@app.command()
def ignore(issue_ids: IssueIds, as_json: Json = False) -> None:
    """Leave these Xero contacts out of the sync, until `issues unignore`."""
    show_report(issue_queue.ignore(CLI, issue_ids), "Ignored", as_json)


@app.command()
def unignore(issue_ids: IssueIds, as_json: Json = False) -> None:
    """Ask again about ignored Xero contacts."""
    show_report(issue_queue.unignore(CLI, issue_ids), "Reopened", as_json)


@app.command()
def defer(
    issue_ids: IssueIds,
    until: Annotated[Literal["tomorrow", "week", "month"], typer.Option(help="Tomorrow, next Monday, or in 30 days.")],
    as_json: Json = False,
) -> None:
    """Defer these issues: they come back on that day."""
    show_report(issue_queue.defer(CLI, issue_ids, until), "Deferred", as_json)


@app.command("bring-back")
def bring_back(issue_ids: IssueIds, as_json: Json = False) -> None:
    """Bring deferred issues back now."""
    show_report(issue_queue.bring_back(CLI, issue_ids), "Brought back", as_json)


@app.command()
def note(
    issue_id: str,
    text: Annotated[str, typer.Argument(help="The note. Blank removes it.")],
    as_json: Json = False,
) -> None:
    """Write a note on a match issue."""
    issue_queue.set_note(CLI, issue_id, text)
    show_one({"issue_id": issue_id}, "Saved.", as_json)
