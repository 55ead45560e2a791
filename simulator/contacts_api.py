"""/api.xro/2.0/Contacts and /Organisation: reading and writing over HTTP."""

import json
import math
from collections.abc import Sequence
from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from simulator import listing, shapes, writes
from simulator.api import Call, answer, guarded, refusal
from simulator.where import BadWhere
from simulator.writes import Element, Outcome, Save

READ = ("accounting.contacts", "accounting.contacts.read")
WRITE = ("accounting.contacts",)
SETTINGS = ("accounting.settings", "accounting.settings.read")
INVALID = {
    "ErrorNumber": 10,
    "Type": "ValidationException",
    "Message": "A validation exception occurred",
}
NOT_FOUND = "<html><body>The resource you're looking for cannot be found</body></html>"


def list_contacts(call: Call) -> Response:
    """GET /Contacts."""
    query = listing.query_of(dict(call.request.query_params), call.request.headers.get("if-modified-since"))
    try:
        found = listing.select(call.tenant.ledger, query)
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
    """GET /Contacts/{ContactID or ContactNumber}; of several with one number, one."""
    key = call.request.path_params["key"]
    contact = call.tenant.ledger.get(key) or next(iter(call.tenant.ledger.numbered(key)), None)
    return call.answer(Contacts=[shapes.single(contact)]) if contact else _not_found()


def put_contacts(call: Call) -> Response:
    """PUT /Contacts: create only."""
    return _save(call, _elements(call.body), writes.create)


def post_contacts(call: Call) -> Response:
    """POST /Contacts: create or update, by id, number or name; an unknown id fails the whole request."""
    elements = _elements(call.body)
    ids = [writes.text(element, "ContactID") for element in elements or ()]
    if any(id_ and call.tenant.ledger.get(id_) is None for id_ in ids):
        return _not_found()
    return _save(call, elements, writes.create_or_update)


def post_contact(call: Call) -> Response:
    """POST /Contacts/{ContactID}: update one."""
    contact = call.tenant.ledger.get(call.request.path_params["key"])
    elements = _elements(call.body)
    if contact is None:
        return _not_found()
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


def _elements(body: bytes) -> list[dict[str, Any]] | None:
    """The contacts of a request: {"Contacts": [...]}, a bare list, or one alone; None if none of these."""
    try:
        sent = json.loads(body)
        json.dumps(sent, ensure_ascii=False).encode()  # half a surrogate pair is no text
    except ValueError:
        return None
    if isinstance(sent, dict):
        sent = sent.get("Contacts", [sent])
    valid = isinstance(sent, list) and bool(sent) and all(isinstance(item, dict) for item in sent)
    return sent if valid else None


def _save(call: Call, elements: Sequence[Element] | None, save: Save) -> Response:
    if elements is None:
        return refusal(14, "PostDataInvalidException", "JSON for post data was invalid")
    given = {key.lower(): value for key, value in call.request.query_params.items()}
    summarise = given.get("summarizeerrors", "true").lower() != "false"
    save_many = writes.save_all_or_none if summarise else writes.save_each
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


def _not_found() -> Response:
    return Response(NOT_FOUND, 404, media_type="text/html")


BASE = "/api.xro/2.0"
ROUTES = [
    Route(f"{BASE}/organisation", guarded(SETTINGS, (), get_organisation), methods=["GET"]),
    Route(f"{BASE}/contacts", guarded(READ, WRITE, list_contacts), methods=["GET"]),
    Route(f"{BASE}/contacts", guarded(READ, WRITE, put_contacts), methods=["PUT"]),
    Route(f"{BASE}/contacts", guarded(READ, WRITE, post_contacts), methods=["POST"]),
    Route(f"{BASE}/contacts/{{key:path}}", guarded(READ, WRITE, get_contact), methods=["GET"]),
    Route(f"{BASE}/contacts/{{key:path}}", guarded(READ, WRITE, post_contact), methods=["POST"]),
]
