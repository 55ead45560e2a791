"""Connecting a Xero organisation from a terminal: consent in a browser, set-up as options."""

import time
from typing import Annotated, Literal

import typer

from commands.callback import answered
from commands.output import CLI, Json, note, show_one
from services import connection
from services.connection import ConsentItem, Setup
from services.errors import UsageError

app = typer.Typer(help="Connect an accounting organisation.", no_args_is_help=True)
POLL_SECONDS = 0.3
CONSENT_MINUTES = 10


@app.callback()
def group() -> None:
    """Connect an accounting organisation."""


@app.command()
def xero(
    organisation: Annotated[str, typer.Option(help="Name or id, when access covers several.")] = "",
    type_filter: Annotated[
        Literal["customers", "suppliers_customers", "all"] | None,
        typer.Option("--filter", help="Which Xero contacts to import; customers at first."),
    ] = None,
    include_neither: Annotated[
        bool | None, typer.Option(help="Also import contacts that are neither customer nor supplier.")
    ] = None,
    default_type: Annotated[
        str | None, typer.Option(help="Contact type of contacts made from Xero; Client at first.")
    ] = None,
    no_match: Annotated[
        Literal["create", "hold"] | None,
        typer.Option(help="What to do with one that matches nobody; create at first."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Connect Xero: open the address printed here in a browser and allow access. Options change the set-up."""
    start = connection.begin(CLI)
    with answered():
        note(f"Open this address in a browser and allow access:\n{start.url}")
        consent = _wait(start.consent_id)
    connection_id = _choose(consent, organisation) if consent.outcome == "choosing" else consent.connection_id
    before = connection.get_connection(connection_id or "")
    setup = Setup(
        type_filter or before.type_filter,
        before.include_neither if include_neither is None else include_neither,
        default_type or before.default_contact_type,
        no_match or before.no_match_policy,
    )
    connection.save_setup(CLI, before.id, setup)
    connected = connection.get_connection(before.id)
    show_one(connected, f"Connected {connected.name}. Next: python manage.py preview", as_json)


def _wait(consent_id: str) -> ConsentItem:
    deadline = time.monotonic() + CONSENT_MINUTES * 60
    consent = connection.get_consent(consent_id)
    while consent.outcome == "waiting":
        if time.monotonic() > deadline:
            raise UsageError(f"Nobody allowed access within {CONSENT_MINUTES} minutes; try again.")
        time.sleep(POLL_SECONDS)
        consent = connection.get_consent(consent_id)
    if consent.outcome == "failed":
        raise UsageError(consent.message)
    return consent


def _choose(consent: ConsentItem, organisation: str) -> str:
    free = [tenant for tenant in consent.tenants if not tenant.already_connected]
    wanted = organisation.casefold()
    found = [tenant for tenant in free if organisation == tenant.tenant_id or wanted == tenant.name.casefold()]
    if not found:
        names = ", ".join(tenant.name for tenant in free)
        raise UsageError(f"Access covers several organisations; name one with --organisation: {names}")
    return connection.choose(CLI, consent.id, found[0].tenant_id)
