"""Changing what is taken in from a Xero organisation, from a terminal, and seeing first what that would bring in."""

from typing import Annotated, Literal

import typer

from commands.choose import chosen_connection
from commands.output import CLI, Json, Organisation, note, show, show_one
from services import connection as connections
from services import setup_preview
from services.connection import ConnectionItem, Setup

TypeFilter = Annotated[
    Literal["customers", "suppliers_customers", "all"] | None,
    typer.Option("--filter", help="Which Xero contacts to import; customers at first."),
]
IncludeNeither = Annotated[
    bool | None, typer.Option(help="Also import contacts that are neither customer nor supplier.")
]
DefaultType = Annotated[str | None, typer.Option(help="Contact type of contacts made from Xero; Client at first.")]
NoMatch = Annotated[
    Literal["create", "hold"] | None,
    typer.Option(help="What to do with one that matches nobody; create at first."),
]


def with_options(
    now: ConnectionItem,
    type_filter: str | None,
    include_neither: bool | None,
    default_type: str | None,
    no_match: str | None,
) -> Setup:
    """The set-up of a connection, with the options named on the command line in place of what is set."""
    return Setup(
        type_filter or now.type_filter,
        now.include_neither if include_neither is None else include_neither,
        default_type or now.default_contact_type,
        no_match or now.no_match_policy,
    )


def set_up(
    connection: Organisation = "",
    type_filter: TypeFilter = None,
    include_neither: IncludeNeither = None,
    default_type: DefaultType = None,
    no_match: NoMatch = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only list what it would bring in.")] = False,
    as_json: Json = False,
) -> None:
    """Change what is taken in from Xero; the next sync goes by it. Contacts that sync keep syncing."""
    chosen = chosen_connection(connection)
    setup = with_options(chosen, type_filter, include_neither, default_type, no_match)
    if dry_run:
        groups = setup_preview.preview_setup(chosen.id, setup).groups
        show(groups, ("outcome", "count", "names"), as_json)
        note("skip are those taken in no more." if groups else "It would change nothing for the contacts in Xero now.")
        return
    connections.save_setup(CLI, chosen.id, setup)
    show_one(setup, f"Saved. The next sync with {chosen.name} goes by it.", as_json)
