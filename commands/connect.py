"""Connecting a Xero organisation from a terminal: consent in a browser, set-up as options."""

import time
from typing import Annotated

import typer

from commands.callback import answered
from commands.output import CLI, Json, note, show_one
from commands.set_up import DefaultType, IncludeNeither, NoMatch, TypeFilter, with_options
from services import connection
from services.connection import ConsentItem
from services.errors import UsageError

app = typer.Typer(help="Connect an accounting organisation.", no_args_is_help=True)
POLL_SECONDS = 0.3
CONSENT_MINUTES = 10


@app.callback()
def group() -> None:
    """Connect an accounting organisation."""


@app.command()
def xero(
    organisation: Annotated[
        str, typer.Option(help="Name or id of the organisation. Needed if you allow access to several.")
    ] = "",
    type_filter: TypeFilter = None,
    include_neither: IncludeNeither = None,
    default_type: DefaultType = None,
    no_match: NoMatch = None,
    as_json: Json = False,
) -> None:
    """Connect Xero: open the printed address in a browser and allow access. Options set what is imported."""
    start = connection.begin(CLI)
    with answered():
        note(f"Open this address in a browser and allow access:\n{start.url}")
        consent = _wait(start.consent_id)
    connection_id = _choose(consent, organisation) if consent.outcome == "choosing" else consent.connection_id
    before = connection.get_connection(connection_id or "")
    setup = with_options(before, type_filter, include_neither, default_type, no_match)
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
    if len(found) != 1:
        names = ", ".join(f"{tenant.name} ({tenant.tenant_id})" for tenant in free)
        raise UsageError(f"You allowed access to several organisations; name one with --organisation: {names}")
    return connection.choose(CLI, consent.id, found[0].tenant_id)
