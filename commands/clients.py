"""The Client List from a terminal: list linked clients, stop syncing them, try again what failed."""

from typing import Annotated, Literal

import typer

from commands.choose import chosen_connection
from commands.output import CLI, Json, Organisation, Page, Search, Size, show_page, show_report
from services import clients, links
from services.clients import ClientFilter

app = typer.Typer(help="Clients that are linked to Xero.", no_args_is_help=True)
COLUMNS = ("link_id", "contact_id", "name", "email", "contact_type", "xero_type", "sync_state", "synced_at")


@app.command("list")
def list_clients(
    connection: Organisation = "",
    search: Search = "",
    state: Annotated[
        Literal["", "ok", "waiting", "failing", "difference", "kept"],
        typer.Option(help="Only clients in this state."),
    ] = "",
    page: Page = 1,
    size: Size = 100,
    as_json: Json = False,
) -> None:
    """List linked clients, one page at a time."""
    wanted = ClientFilter(connection_id=chosen_connection(connection).id, search=search, sync_state=state)
    show_page(clients.list_clients(wanted, page=page, size=size), COLUMNS, as_json)


@app.command()
def stop(
    link_ids: Annotated[list[str], typer.Argument(help="Ids of links, from `clients list`.")],
    as_json: Json = False,
) -> None:
    """Stop syncing these clients. Nothing is deleted or changed on either side."""
    show_report(links.stop(CLI, link_ids), "Stopped", as_json)


@app.command()
def retry(
    link_ids: Annotated[list[str], typer.Argument(help="Ids of links, from `clients list --state failing`.")],
    as_json: Json = False,
) -> None:
    """Try again what Xero refused for these clients."""
    show_report(clients.retry(CLI, link_ids), "Retried", as_json)
