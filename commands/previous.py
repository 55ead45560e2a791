"""Previously Synced from a terminal: list links that ended, and sync their contacts again."""

from dataclasses import dataclass
from typing import Annotated, Literal

import typer

from commands.choose import chosen_connection
from commands.output import CLI, Json, Organisation, Page, Search, Size, show, show_one, show_page, show_report
from services import candidates as offered
from services import links, previous
from services.errors import UsageError
from services.previous import PreviousFilter

app = typer.Typer(help="Previously synced clients, whose links were stopped or broke.", no_args_is_help=True)
COLUMNS = ("link_id", "contact_name", "xero_name", "xero_email", "state", "reason", "ended_at")


@dataclass(frozen=True, slots=True)
class Row:
    """A candidate as the table shows it."""

    contact_id: str
    name: str
    email: str
    score: int
    linked_to: str


LinkIds = Annotated[list[str], typer.Argument(help="Ids of links, from `previous list`.")]


@app.command("list")
def list_previous(
    connection: Organisation = "",
    search: Search = "",
    state: Annotated[Literal["", "stopped", "broken"], typer.Option(help="Only links that ended like this.")] = "",
    drift: Annotated[
        Literal["", "drifted", "same"], typer.Option(help="Only links whose sides differ, or do not.")
    ] = "",
    page: Page = 1,
    size: Size = 100,
    as_json: Json = False,
) -> None:
    """List previously synced clients, one page at a time. A disconnected organisation can be named too."""
    chosen = chosen_connection(connection, ended=True).id
    wanted = PreviousFilter(connection_id=chosen, search=search, state=state, drift=drift)
    show_page(previous.list_previous(wanted, page=page, size=size), COLUMNS, as_json)


@app.command()
def rematch(link_ids: LinkIds, as_json: Json = False) -> None:
    """Re-match: find the practice contact by name and billing email, link it, and sync again."""
    results = links.rematch(CLI, link_ids)
    show(results, ("link_id", "name", "linked", "message"), as_json)
    missed = [result for result in results if not result.linked]
    if missed:
        raise UsageError(f"{len(missed)} of {len(results)} could not be re-matched; see `previous candidates`.")


@app.command()
def candidates(
    link_id: str,
    search: Annotated[str, typer.Option(help="Look for other contacts by this text.")] = "",
    as_json: Json = False,
) -> None:
    """List the practice contacts that an ended link may mean, the likeliest first."""
    found = previous.previous_items([link_id])
    if not found:
        raise UsageError("No ended link has this id; see: python manage.py previous list")
    listed = offered.candidates(found[0].connection_id, found[0].partner_id, search)
    rows = [Row(one.contact_id, one.contact.name, one.contact.email, round(one.score), one.linked_to) for one in listed]
    show(listed if as_json else rows, ("contact_id", "name", "email", "score", "linked_to"), as_json)


@app.command()
def link(
    link_id: str,
    contact_id: Annotated[str, typer.Argument(help="The practice contact to link with.")],
    as_json: Json = False,
) -> None:
    """Link the Xero contact of an ended link with the practice contact you name, and sync again."""
    links.link_to(CLI, link_id, contact_id)
    show_one({"link_id": link_id, "contact_id": contact_id}, "Linked.", as_json)


@app.command("create-contact")
def create_contact(link_ids: LinkIds, as_json: Json = False) -> None:
    """Create New Contact: create a practice contact from each Xero contact and link the two."""
    show_report(links.create_new_contact(CLI, link_ids), "Created", as_json)
