"""/api.xro/2.0/Contacts and /Organisation: reading and writing over HTTP."""

import math
from collections.abc import Sequence
from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from simulator import listing, shapes, writes
from simulator.api import (
    BASE,
    INVALID,
    READ_CONTACTS,
    WRITE_CONTACTS,
    Call,
    answer,
    bad_body,
    guarded,
    not_found,
    refusal,
)
from simulator.where import BadWhere
from simulator.writes import Element, Outcome, Save

SETTINGS = ("accounting.settings", "accounting.settings.read")


def list_contacts(call: Call) -> Response:
    """GET /Contacts."""
    query = listing.query_of(dict(call.request.query_params), call.request.headers.get("if-modified-since"))
    try:
        found = listing.select(call.tenant.ledger.listed(bool(query.ids or query.where)), query)
    except BadWhere as error:
        return refusal(16, "QueryParseException", str(error))
    except listing.HighVolume:
        return refusal(0, "HighVolumeException", "Too many contacts: use paging and optimised filters.")
    row = shapes.listed_unpaged if query.page is None else shapes.summary if query.summary else shapes.listed
    rows = [row(contact) for contact in found.contacts]
    if query.page is None:
        return call.answer(Contacts=rows)
    pages = math.ceil(found.count / query.size)
    pagination = {"page": query.page, "pageSize": query.size, "pageCount": pages, "itemCount": found.count}
    return call.answer(pagination=pagination, Contacts=rows)


def get_contact(call: Call) -> Response:
    """GET /Contacts/{ContactID or ContactNumber}; one contact, even if several have the number."""
    contact = call.tenant.ledger.find(call.request.path_params["key"])
    return call.answer(Contacts=[shapes.single(contact)]) if contact else not_found()


def put_contacts(call: Call) -> Response:
    """PUT /Contacts: create only."""
    return _save(call, _elements(call), writes.create)


def post_contacts(call: Call) -> Response:
    """POST /Contacts: create or update, by id, number or name; an unknown id fails the whole request."""
    elements = _elements(call)
    ids = [writes.text(element, "ContactID") for element in elements or ()]
    if any(id_ and call.tenant.ledger.get(id_) is None for id_ in ids):
        return not_found()
    return _save(call, elements, writes.create_or_update)


def post_contact(call: Call) -> Response:
    """POST /Contacts/{ContactID or ContactNumber}: update one."""
    contact = call.tenant.ledger.find(call.request.path_params["key"])
    elements = _elements(call)
    if contact is None:
        return not_found()
    named = [{**element, "ContactID": contact.id} for element in elements[:1]] if elements else elements
    return _save(call, named, writes.create_or_update)


def get_organisation(call: Call) -> Response:
    """GET /Organisation."""
    tenant = call.tenant
    organisation = {
        "Name": tenant.name, "LegalName": tenant.name, "PaysTax": True, "Version": tenant.country,
        "OrganisationType": "COMPANY", "BaseCurrency": tenant.currency, "CountryCode": tenant.country,
        "IsDemoCompany": True, "OrganisationStatus": "ACTIVE", "FinancialYearEndDay": 31,
        "FinancialYearEndMonth": 3, "SalesTaxBasis": "PAYMENTS", "SalesTaxPeriod": "TWOMONTHS",
        "DefaultSalesTax": "Tax Exclusive", "DefaultPurchasesTax": "Tax Exclusive",
        "CreatedDateUTC": "/Date(1455827393000)/", "OrganisationEntityType": "COMPANY",
        "Timezone": "NEWZEALANDSTANDARDTIME", "ShortCode": tenant.short_code, "OrganisationID": tenant.id,
        "Edition": "BUSINESS", "Class": "DEMO", "Addresses": [], "Phones": [], "ExternalLinks": [],
        "PaymentTerms": {},
    }  # fmt: skip
    return call.answer(Organisations=[organisation])


def _elements(call: Call) -> list[dict[str, Any]] | None:
    return writes.elements_of(call.body, "Contacts")


def _save(call: Call, elements: Sequence[Element] | None, save: Save) -> Response:
    if elements is None:
        return bad_body()
    given = {key.lower(): value for key, value in call.request.query_params.items()}
    summarise = given.get("summarizeerrors", "true").lower() != "false"
    all_or_none = summarise and not call.tenant.ledger.quirks.keeps_good
    save_many = writes.save_all_or_none if all_or_none else writes.save_each
    outcomes = save_many(call.tenant.ledger, elements, save, call.state.clock.ms())
    return _summarised(call, outcomes) if summarise else call.answer(Contacts=[_one_of(o) for o in outcomes])


def _summarised(call: Call, outcomes: list[Outcome]) -> Response:
    bad = [shapes.refused(o.sent, o.messages, _sent_id(o)) for o in outcomes if not o.saved]
    if bad:
        return answer({**INVALID, "Elements": bad}, 400)
    return call.answer(Contacts=[shapes.written(o.contact) for o in outcomes if o.contact])


def _one_of(outcome: Outcome) -> dict[str, Any]:
    if outcome.contact is None:
        return shapes.refused_in_batch(outcome.sent, outcome.messages, _sent_id(outcome))
    return {**shapes.written(outcome.contact), "StatusAttributeString": "OK"}


def _sent_id(outcome: Outcome) -> str:
    return writes.text(outcome.sent, "ContactID") or shapes.NO_ID


ROUTES = [
    Route(f"{BASE}/organisation", guarded(SETTINGS, (), get_organisation), methods=["GET"]),
    Route(f"{BASE}/contacts", guarded(READ_CONTACTS, WRITE_CONTACTS, list_contacts), methods=["GET"]),
    Route(f"{BASE}/contacts", guarded(READ_CONTACTS, WRITE_CONTACTS, put_contacts), methods=["PUT"]),
    Route(f"{BASE}/contacts", guarded(READ_CONTACTS, WRITE_CONTACTS, post_contacts), methods=["POST"]),
    Route(f"{BASE}/contacts/{{key:path}}", guarded(READ_CONTACTS, WRITE_CONTACTS, get_contact), methods=["GET"]),
    Route(f"{BASE}/contacts/{{key:path}}", guarded(READ_CONTACTS, WRITE_CONTACTS, post_contact), methods=["POST"]),
]
