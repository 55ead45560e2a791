"""/api.xro/2.0/ContactGroups: reading groups and who is in them."""

from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from simulator.api import BASE, READ_CONTACTS, Call, guarded, not_found
from simulator.groups import members


def list_groups(call: Call) -> Response:
    """GET /ContactGroups."""
    groups = call.state.groups.of(call.tenant.id)
    return call.answer(ContactGroups=[_shown(id_, name) for id_, name in groups.items()])


def get_group(call: Call) -> Response:
    """GET /ContactGroups/{ContactGroupID}: with its contacts."""
    key = call.request.path_params["key"].lower()
    name = call.state.groups.of(call.tenant.id).get(key)
    if name is None:
        return not_found()
    inside = [{"ContactID": contact.id, "Name": contact.name} for contact in members(call.tenant.ledger, key)]
    return call.answer(ContactGroups=[{**_shown(key, name), "Contacts": inside}])


def _shown(group_id: str, name: str) -> dict[str, Any]:
    return {"ContactGroupID": group_id, "Name": name, "Status": "ACTIVE"}


ROUTES = [
    Route(f"{BASE}/contactgroups", guarded(READ_CONTACTS, (), list_groups), methods=["GET"]),
    Route(f"{BASE}/contactgroups/{{key}}", guarded(READ_CONTACTS, (), get_group), methods=["GET"]),
]
