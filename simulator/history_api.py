"""/api.xro/2.0/Contacts/{ContactID}/History: reading a contact's history and adding notes to it."""

from datetime import UTC, datetime
from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from simulator.api import BASE, INVALID, READ_CONTACTS, WRITE_CONTACTS, Call, answer, bad_body, guarded, not_found
from simulator.history import MAX_DETAILS, SYSTEM, Record
from simulator.shapes import xero_date
from simulator.writes import elements_of, text

NO_DETAILS = "Details are required."
LONG_DETAILS = f"The field Details must be a string with a maximum length of {MAX_DETAILS}."


def get_history(call: Call) -> Response:
    """GET: the newest first."""
    contact = call.tenant.ledger.get(call.request.path_params["key"])
    if contact is None:
        return not_found()
    return call.answer(HistoryRecords=[_shown(record) for record in call.state.histories.of(contact)])


def put_history(call: Call) -> Response:
    """PUT: add notes, all or none."""
    contact = call.tenant.ledger.get(call.request.path_params["key"])
    if contact is None:
        return not_found()
    notes = elements_of(call.body, "HistoryRecords")
    if notes is None:
        return bad_body()
    if any(_problem(note) for note in notes):
        refused = [
            {**note, "ValidationErrors": [{"Message": _problem(note)}] if _problem(note) else []} for note in notes
        ]
        return answer({**INVALID, "Elements": refused}, 400)
    now = call.state.clock.ms()
    for note in notes:
        call.state.histories.add(contact.id, Record("Note", now, SYSTEM, text(note, "Details")))
    saved = [{**_when(now), "Details": text(note, "Details"), "ValidationErrors": []} for note in notes]
    return call.answer(HistoryRecords=saved)


def _problem(note: dict[str, Any]) -> str:
    details = text(note, "Details")
    return LONG_DETAILS if len(details) > MAX_DETAILS else "" if details.strip() else NO_DETAILS


def _shown(record: Record) -> dict[str, Any]:
    return {"Changes": record.changes, **_when(record.at), "User": record.user, "Details": record.details}


def _when(ms: int) -> dict[str, str]:
    moment = datetime.fromtimestamp(ms // 1000, UTC)
    return {"DateUTCString": moment.strftime("%Y-%m-%dT%H:%M:%S"), "DateUTC": xero_date(ms)}


PATH = f"{BASE}/contacts/{{key}}/history"
ROUTES = [
    Route(PATH, guarded(READ_CONTACTS, (), get_history), methods=["GET"]),
    Route(PATH, guarded((), WRITE_CONTACTS, put_history), methods=["PUT"]),
]
