"""What is imported from a Xero organisation, from a terminal: see what another set-up would do, and change it."""

from typing import Annotated, Literal

import typer

from commands.choose import chosen_connection
from commands.output import CLI, Json, Organisation, note, show, show_one
from services import connection as connections
from services import setup_preview
from services.connection import ConnectionItem, Setup

TypeFilter = Annotated[
    Literal["customers", "suppliers_customers", "all"] | None,
    typer.Option("--filter", help="Which Xero contacts to import. Initially customers."),
]
IncludeNeither = Annotated[
    bool | None, typer.Option(help="Also import contacts that are neither customer nor supplier.")
]
DefaultType = Annotated[
    str | None, typer.Option(help="Contact type of contacts created here from Xero. Initially Client.")
]
NoMatch = Annotated[
    Literal["create", "hold"] | None,
    typer.Option(help="What to do with a Xero contact that matches none of yours. Initially create."),
]


def with_options(
    now: ConnectionItem,
    type_filter: str | None,
    include_neither: bool | None,
    default_type: str | None,
    no_match: str | None,
) -> Setup:
    """The set-up of a connection, with what was named on the command line changed."""
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
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only list what would change.")] = False,
    as_json: Json = False,
) -> None:
    """Change what is imported from Xero, from the next sync on. Contacts that sync already keep syncing."""
    chosen = chosen_connection(connection)
    setup = with_options(chosen, type_filter, include_neither, default_type, no_match)
    if dry_run:
        groups = setup_preview.preview_setup(chosen.id, setup).groups
        show(groups, ("outcome", "count", "names"), as_json)
        note(
            "skip: these would no longer take part." if groups else "Nothing would change for the contacts now in Xero."
        )
        return
    connections.save_setup(CLI, chosen.id, setup)
    show_one(setup, f"Saved. It applies from the next sync with {chosen.name}.", as_json)
