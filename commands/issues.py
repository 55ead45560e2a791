"""Match issues from a terminal: questions about Xero contacts, and their answers."""

from typing import Annotated, Literal

import typer

from commands.choose import chosen_connection
from commands.output import CLI, Json, Organisation, Page, Search, Size, show_one, show_page, show_report
from services import issues
from services.issues import IssueFilter

app = typer.Typer(help="Match issues: Xero contacts that need an answer.", no_args_is_help=True)
COLUMNS = ("issue_id", "xero_name", "xero_email", "reason_text", "candidate_name", "candidate_email")
IssueIds = Annotated[list[str], typer.Argument(help="Ids of match issues, from `issues list`.")]


@app.command("list")
def list_issues(
    connection: Organisation = "",
    search: Search = "",
    state: Annotated[Literal["open", "ignored"], typer.Option(help="Open ones or ignored ones.")] = "open",
    page: Page = 1,
    size: Size = 100,
    as_json: Json = False,
) -> None:
    """List match issues, one page at a time."""
    wanted = IssueFilter(connection_id=chosen_connection(connection).id, search=search, state=state)
    show_page(issues.list_issues(wanted, page=page, size=size), COLUMNS, as_json)


@app.command()
def show(issue_id: str, as_json: Json = False) -> None:
    """Show one match issue with its candidates, the best one first."""
    detail = issues.get_issue(issue_id)
    lines = [f"{detail.item.xero_name}: {detail.item.reason_text}"]
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
    issues.confirm(CLI, issue_id, contact_id)
    show_one({"issue_id": issue_id, "contact_id": contact_id}, "Linked.", as_json)


@app.command("create-contact")
def create_contact(issue_ids: IssueIds, as_json: Json = False) -> None:
    """Create New Contact: make a practice contact of each Xero contact, and link them."""
    show_report(issues.create_contact(CLI, issue_ids), "Created", as_json)


@app.command()
def ignore(issue_ids: IssueIds, as_json: Json = False) -> None:
    """Ignore these Xero contacts until someone takes it back."""
    show_report(issues.ignore(CLI, issue_ids), "Ignored", as_json)


@app.command()
def unignore(issue_ids: IssueIds, as_json: Json = False) -> None:
    """Ask again about Xero contacts that were ignored."""
    show_report(issues.unignore(CLI, issue_ids), "Reopened", as_json)
