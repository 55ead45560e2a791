"""Xero's own screens, as far as a demonstration needs them: the list of contacts and one contact.

Editing a contact here is like a person's edit in Xero, so that the sync has something to find.
"""

from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from simulator import edits
from simulator.contact import ADDRESS_TYPES, PHONE_TYPES, Contact, Phone
from simulator.html import page
from simulator.listing import Query, select
from simulator.state import State, Tenant
from simulator.writes import Refused

SIZE = 50
DEFAULT = PHONE_TYPES.index("DEFAULT")


async def home(_request: Request) -> Response:
    """GET /: the list is the front page."""
    return RedirectResponse("/contacts", 302)


async def show_contacts(request: Request) -> Response:
    """GET /contacts: the contacts of one organisation, searched and paged."""
    state: State = request.app.state.simulator
    tenant = state.tenants.get(request.query_params.get("tenant", ""), state.first_tenant)
    search, archived = request.query_params.get("search", ""), request.query_params.get("archived") == "true"
    asked = request.query_params.get("page", "1")
    number = max(1, int(asked)) if asked.isdecimal() else 1
    found = select(
        tenant.ledger,
        Query(search=search, archived=archived, order="Name ASC", page=number, size=SIZE),
    )
    return page(
        "contacts.html", tenant=tenant, tenants=list(state.tenants.values()), contacts=found.contacts,
        count=found.count, search=search, archived=archived, number=number,
        pages=max(1, -(-found.count // SIZE)),
    )  # fmt: skip


async def show_contact(request: Request) -> Response:
    """GET /Contacts/View/{id}."""
    found = _find(request)
    return _contact_page(*found) if found else _missing()


async def edit_contact(request: Request) -> Response:
    """POST /Contacts/View/{id}: save the small form, archive or restore."""
    state: State = request.app.state.simulator
    found = _find(request)
    if found is None:
        return _missing()
    tenant, contact = found
    form = {key: str(value) for key, value in (await request.form()).items()}
    try:
        _act(tenant, contact, form, state.clock.ms())
    except Refused as refusal:
        return _contact_page(tenant, contact, str(refusal))
    return RedirectResponse(f"/Contacts/View/{contact.id}", 303)


async def deep_link(request: Request) -> Response:
    """GET /organisationlogin/default.aspx: go on to the page asked for, on this host only."""
    target = request.query_params.get("redirecturl", "/contacts")
    local = target.startswith("/") and not target.startswith(("//", "/\\"))
    return RedirectResponse(target if local else "/contacts", 302)


def _act(tenant: Tenant, contact: Contact, form: dict[str, str], now: int) -> None:
    action = form.get("action")
    if action == "archive":
        edits.archive(tenant.ledger, contact, now)
    elif action == "restore":
        edits.restore(tenant.ledger, contact, now)
    else:
        edits.change(tenant.ledger, contact, _changes(contact, form), now)


def _changes(contact: Contact, form: dict[str, str]) -> dict[str, Any]:
    """What the form says, as it would be sent to the API. An unchanged phone keeps its three parts."""
    texts = {"Name": form.get("name"), "EmailAddress": form.get("email")}
    number = form.get("phone", "")
    if number == _shown(contact.phones[DEFAULT]):
        return texts
    phone = {"PhoneType": "DEFAULT", "PhoneNumber": number, "PhoneAreaCode": "", "PhoneCountryCode": ""}
    return {**texts, "Phones": [phone]}


def _shown(phone: Phone) -> str:
    country = f"+{phone.country}" if phone.country.isdecimal() else phone.country
    return " ".join(filter(None, (country, phone.area, phone.number)))


def _contact_page(tenant: Tenant, contact: Contact, error: str = "") -> Response:
    return page(
        "contact.html",
        200 if not error else 400,
        tenant=tenant,
        contact=contact,
        error=error,
        phone=_shown(contact.phones[DEFAULT]),
        phones=[(kind, _shown(p)) for kind, p in zip(PHONE_TYPES, contact.phones, strict=True) if any(p)],
        addresses=[(kind, a) for kind, a in zip(ADDRESS_TYPES, contact.addresses, strict=True) if any(a)],
        merged_into=tenant.ledger.get(contact.merged_into),
    )


def _find(request: Request) -> tuple[Tenant, Contact] | None:
    state: State = request.app.state.simulator
    for tenant in state.tenants.values():
        if contact := tenant.ledger.get(request.path_params["id"]):
            return tenant, contact
    return None


def _missing() -> Response:
    return page("message.html", 404, title="Not found", message="No organisation here has this contact.")


ROUTES = [
    Route("/", home, methods=["GET"]),
    Route("/contacts", show_contacts, methods=["GET"]),
    Route("/contacts/view/{id}", show_contact, methods=["GET"]),
    Route("/contacts/view/{id}", edit_contact, methods=["POST"]),
    Route("/organisationlogin/default.aspx", deep_link, methods=["GET"]),
]
