"""/_simulator: what a test or a demonstration does in Xero other than through its API.

Calls here count towards no limit and are not recorded. A request that cannot be understood is answered with 400 and
{"error": sentence}; an edit that Xero would refuse with 400 and {"refused": [...]}.
"""

import inspect
import json
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulator import edits, groups
from simulator.contact import Contact, Membership
from simulator.faults import BadRule
from simulator.quirks import MEANINGS, UnknownQuirk
from simulator.shapes import listed
from simulator.state import State, Tenant
from simulator.webhooks import BadDisorder
from simulator.writes import Refused

RESETTABLE = ("contacts", "seed", "tenants", "per_minute", "per_day", "latency")
Json = dict[str, Any]
Act = Callable[[State, Json], Any]


class Mistake(Exception):
    """A control request that makes no sense; the text says why."""


def tenant_of(state: State, tenant_id: str) -> Tenant:
    """The organisation with this id, or the first if none is named. Raises: Mistake."""
    tenant = state.tenants.get(tenant_id) if tenant_id else state.first_tenant
    if tenant is None:
        raise Mistake("No organisation has this id.")
    return tenant


def read_tenants(state: State, _asked: Json) -> Any:
    """GET tenants."""
    return {
        "tenants": [
            {"id": t.id, "name": t.name, "short_code": t.short_code, "contacts": len(t.ledger),
             "connected": state.connections.has(t.id)}
            for t in state.tenants.values()
        ]
    }  # fmt: skip


def read_contacts(state: State, asked: Json) -> Any:
    """GET contacts: all of an organisation, archived too, or the one named by id or name."""
    ledger = tenant_of(state, asked.get("tenant", "")).ledger
    if "id" in asked:
        found = [contact for contact in [ledger.get(asked["id"])] if contact]
    else:
        found = ledger.named(asked["name"]) if "name" in asked else list(ledger)
    return {"contacts": [listed(contact) for contact in found]}


def edit_contacts(state: State, asked: Json) -> Any:
    """POST contacts: one edit, as a person makes it in Xero."""
    ledger, now = tenant_of(state, asked.get("tenant", "")).ledger, state.clock.ms()
    if "create" in asked:
        return {"contact": listed(edits.create(ledger, _fields(asked["create"]), now))}
    contact = _known(ledger.get(str(asked.get("id", ""))))
    if "change" in asked:
        saved = edits.change(ledger, contact, _fields(asked["change"]), now)
    elif "merge_into" in asked:
        saved = edits.merge(ledger, contact, _known(ledger.get(str(asked["merge_into"]))), now)
    elif asked.get("archive"):
        saved = edits.archive(ledger, contact, now)
    elif asked.get("restore"):
        saved = edits.restore(ledger, contact, now)
    elif asked.get("erase"):
        saved = edits.erase(ledger, contact, now)
    else:
        raise Mistake("Say create, change, archive, restore, merge_into or erase.")
    return {"contact": listed(saved)}


def read_groups(state: State, asked: Json) -> Any:
    """GET groups: their ids, names and members' ids."""
    tenant = tenant_of(state, asked.get("tenant", ""))
    return {
        "groups": [
            {"id": id_, "name": name, "members": [contact.id for contact in groups.members(tenant.ledger, id_)]}
            for id_, name in state.groups.of(tenant.id).items()
        ]
    }


def edit_groups(state: State, asked: Json) -> Any:
    """POST groups: {"create": name}, or {"id", "add": contact} or {"id", "remove": contact}."""
    tenant = tenant_of(state, asked.get("tenant", ""))
    if "create" in asked:
        return {"id": state.groups.add(tenant.id, str(asked["create"]))}
    group_id = str(asked.get("id", ""))
    name = state.groups.of(tenant.id).get(group_id)
    if name is None:
        raise Mistake("No group of this organisation has this id.")
    contact = _known(tenant.ledger.get(str(asked.get("add") or asked.get("remove") or "")))
    if "add" in asked:
        saved = groups.join(tenant.ledger, contact, Membership(group_id, name))
    else:
        saved = groups.leave(tenant.ledger, contact, group_id)
    return {"contact": listed(saved)}


def read_quirks(state: State, asked: Json) -> Any:
    """GET quirks: the switches of an organisation."""
    quirks = tenant_of(state, asked.get("tenant", "")).ledger.quirks
    return {name: getattr(quirks, name) for name in MEANINGS}


def turn_quirks(state: State, asked: Json) -> Any:
    """POST quirks: {name: true or false}, for one organisation."""
    ledger = tenant_of(state, asked.get("tenant", "")).ledger
    ledger.quirks = ledger.quirks.changed(**{name: on for name, on in asked.items() if name != "tenant"})
    return read_quirks(state, asked)


def read_calls(state: State, _asked: Json) -> Any:
    """GET calls, the oldest first."""
    return {"calls": list(state.calls)}


def turn_lists(state: State, asked: Json) -> Any:
    """POST lists: {"behind": "pages", "all" or ""}: whether lists go on saying what they say now."""
    ledger, behind = tenant_of(state, asked.get("tenant", "")).ledger, asked.get("behind")
    if behind not in ("pages", "all", ""):
        raise Mistake('behind is "pages", "all" or "".')
    if behind:
        ledger.fall_behind(named_too=behind == "all")
    else:
        ledger.catch_up()
    return {"behind": behind}


def clear_calls(state: State, _asked: Json) -> Any:
    """DELETE calls."""
    state.calls.clear()
    return {}


def read_faults(state: State, _asked: Json) -> Any:
    """GET faults: the rules that will still apply."""
    return {"rules": state.faults.listed()}


def add_faults(state: State, asked: Json) -> Any:
    """POST faults: one rule, or {"rules": [...]}."""
    for rule in asked.get("rules", [asked]):
        state.faults.add(rule)
    return read_faults(state, asked)


def clear_faults(state: State, asked: Json) -> Any:
    """DELETE faults."""
    state.faults.rules.clear()
    return read_faults(state, asked)


def read_clock(state: State, _asked: Json) -> Any:
    """GET clock."""
    return {"now": state.clock.now().isoformat()}


def move_clock(state: State, asked: Json) -> Any:
    """POST clock: {"advance": seconds} or {"set": moment}."""
    if "set" in asked:
        state.clock.set(datetime.fromisoformat(str(asked["set"])))
    else:
        state.clock.advance(float(asked.get("advance", 0)))
    return read_clock(state, asked)


def reset(state: State, asked: Json) -> Any:
    """POST reset: as freshly started; options in the body change how."""
    if unknown := set(asked) - set(RESETTABLE):
        raise Mistake(f"Unknown: {', '.join(sorted(unknown))}. Known: {', '.join(RESETTABLE)}.")
    state.reset(**asked)
    return read_tenants(state, asked)


def disconnect(state: State, asked: Json) -> Any:
    """POST disconnect: the user disconnected the app in Xero; refreshing goes on working."""
    return {"disconnected": state.connections.disconnect(tenant_of(state, asked.get("tenant", "")).id)}


def revoke(state: State, _asked: Json) -> Any:
    """POST revoke: every refresh token is void."""
    state.authority.revoke_all()
    return {}


def _fields(given: Any) -> Json:
    if not isinstance(given, dict):
        raise Mistake("create and change take an object of Xero's fields.")
    return given


def _known(contact: Contact | None) -> Contact:
    if contact is None:
        raise Mistake("No contact of this organisation has this id.")
    return contact


def endpoint(act: Act) -> Callable[[Request], Awaitable[Response]]:
    """A route for an action, which may be a coroutine."""

    async def answer(request: Request) -> Response:
        try:
            body = await request.body()
            asked = {**request.query_params, **(json.loads(body) if body else {})}
            result = act(request.app.state.simulator, asked)
            return JSONResponse(await result if inspect.isawaitable(result) else result)
        except Refused as refusal:
            return JSONResponse({"refused": refusal.messages}, 400)
        except (Mistake, BadRule, BadDisorder, UnknownQuirk, ValueError, TypeError) as mistake:
            return JSONResponse({"error": str(mistake)}, 400)

    return answer


ACTS: tuple[tuple[str, str, Act], ...] = (
    ("GET", "tenants", read_tenants),
    ("GET", "contacts", read_contacts),
    ("POST", "contacts", edit_contacts),
    ("GET", "groups", read_groups),
    ("POST", "groups", edit_groups),
    ("GET", "quirks", read_quirks),
    ("POST", "quirks", turn_quirks),
    ("POST", "lists", turn_lists),
    ("GET", "calls", read_calls),
    ("DELETE", "calls", clear_calls),
    ("GET", "faults", read_faults),
    ("POST", "faults", add_faults),
    ("DELETE", "faults", clear_faults),
    ("GET", "clock", read_clock),
    ("POST", "clock", move_clock),
    ("POST", "reset", reset),
    ("POST", "disconnect", disconnect),
    ("POST", "revoke", revoke),
)
ROUTES = [Route(f"/_simulator/{path}", endpoint(act), methods=[method]) for method, path, act in ACTS]
