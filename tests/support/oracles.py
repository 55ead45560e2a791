"""What must be true of both sides, whatever happened: the judges of the crash sweep and of random histories.

They look at the books, never at what the program says of itself. Each oracle returns complaints as sentences; none
means that all is well.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.gateways.xero.mapping import contact_of
from services.reconcile.contact import Field, Value, value_from_json
from services.reconcile.normalise import agree
from tests.support.books import TABLES, Books, Row, practice_contact

SIDES = ("practice", "xero")
RESTLESS = {
    "connection": {
        "next_tick_at", "next_delta_at", "last_sync_at", "cursor", "calls_left_today", "planned_rev", "matched_rev",
        "closed_until", "closed_limit", "full_page", "full_started_at", "full_done_at",
        "delta_page", "delta_began_at", "delta_newest_at",
    },
    "xero_contact": {"compared_at"},
}  # fmt: skip
"""Columns that say when the engine looked; they change even if nothing happened."""


@dataclass(frozen=True, slots=True)
class Written:
    """A value that a person wrote, and the one they saw in its place; `side` is practice or xero, `at` the id there."""

    side: str
    at: str
    field: Field
    value: Value
    saw: Value


def doubled(books: Books) -> list[str]:
    """No ContactNumber and no active name twice, one link per Xero contact, one syncing link per contact."""
    active = (element["Name"].casefold() for element in books.xero if element["ContactStatus"] == "ACTIVE")
    links = books.tables["link"]
    return [
        *_twice("ContactNumber", (e["ContactNumber"] for e in books.xero if e.get("ContactNumber"))),
        *_twice("active name", active),
        *_twice("link of Xero contact", ((link["connection_id"], link["xero_id"]) for link in links)),
        *_twice("syncing link of contact", ((link["connection_id"], link["contact_id"]) for link in books.syncing)),
        *_twice("open intent of contact", ((i["connection_id"], i["contact_id"]) for i in books.open_intents)),
    ]


def miscounted(expected: Books, books: Books) -> list[str]:
    """Entities are conserved: each side has as many as after a run without accidents."""
    counts = (
        ("contacts in the practice", len(books.tables["contact"]), len(expected.tables["contact"])),
        ("contacts in Xero", len(books.xero), len(expected.xero)),
        ("links", len(books.tables["link"]), len(expected.tables["link"])),
    )
    return [f"{what}: {have} instead of {should}" for what, have, should in counts if have != should]


def lost_links(before: Books, after: Books, ended_by_people: frozenset[str] = frozenset()) -> list[str]:
    """A link keeps its pair for ever. It is ended only by people (those link ids) or with one of its contacts."""
    now, complaints = after.by_id("link"), []
    for link in before.tables["link"]:
        kept = now.get(link["id"])
        if kept is None or kept["xero_id"] != link["xero_id"]:
            complaints.append(f"link {link['id']} is gone or names another Xero contact")
        elif link["state"] == "syncing" != kept["state"] and link["id"] not in ended_by_people:
            complaints += [] if _an_end_is_gone(after, kept) else [f"link {link['id']} ended without a reason"]
    return complaints


def lost_updates(written: Sequence[Written], books: Books) -> list[str]:
    """Every value a person wrote is final, kept in a difference or the activity log, or seen by whoever replaced it.

    `written` is in the order of writing.
    """
    return [
        f"{one.field.value} {one.value!r}, written to {one.side} {one.at}, is lost"
        for number, one in enumerate(written)
        if not _kept(one, written[number + 1 :], books)
    ]


def overwritten(written: Sequence[Written], books: Books) -> list[str]:
    """The last value a person wrote is still where they wrote it, unless a policy or choice let the other side win."""
    last = {(one.at, one.field): one for one in written}
    return [
        f"{one.field.value} {one.value!r} was overwritten on the side of {one.side}"
        for one in last.values()
        if not any(agree(one.field, one.value, value) for value in _values_on(one.side, {one.at}, one.field, books))
    ]


def differing_silently(books: Books) -> list[str]:
    """Convergence: both sides of a syncing link agree, or a difference, an error or its direction says why not."""
    asked = {(row["link_id"], row["field"]) for row in books.tables["difference"] if row["state"] == "open"}
    contacts, remote, complaints = books.by_id("contact"), books.remote, []
    held = {id_: _held_back(row) for id_, row in books.by_id("connection").items()}
    for link in books.syncing:
        ours, theirs = practice_contact(contacts[link["contact_id"]]), contact_of(remote[link["xero_id"]])
        for field in Field:
            excused = (link["id"], field.value) in asked or link["error"] or not link["two_way"]
            excused = excused or field.value in held[link["connection_id"]]
            if not excused and not agree(field, ours.get(field), theirs.get(field)):
                complaints.append(f"{field.value} of {ours.name} differs silently")
    return complaints


def _held_back(connection: Row) -> set[str]:
    """The fields that may differ because an admin set it so: those of one direction, or all if blanks are kept."""
    if connection["blank_policy"] == "keep":
        return {field.value for field in Field}
    return {name for name, rule in connection["field_rules"].items() if rule.get("way", "both") != "both"}


def unfinished(books: Books) -> list[str]:
    """Nothing is left to do: no intent to send, no webhook to read, no connection in trouble."""
    connections = books.tables["connection"]
    return [
        *(f"intent {row['kind']} of {row['contact_id']} is {row['state']}" for row in books.open_intents),
        *(f"the inbox holds {row['xero_id']}" for row in books.tables["inbox"]),
        *(f"a connection says: {row['error']}" for row in connections if row["error"]),
        *(f"a connection is {row['state']}" for row in connections if row["state"] != "connected"),
    ]


def touched_though_stopped(before: Books, after: Books, by_people: frozenset[str] = frozenset()) -> list[str]:
    """Both ends of a stopped link stay as they are, except those (ids of either side) that people edited."""
    now, complaints = after.by_id("link"), []
    for link in before.tables["link"]:
        if link["state"] != "stopped" or now.get(link["id"], {}).get("state") != "stopped":
            continue
        ours, theirs = link["contact_id"], link["xero_id"]
        if ours not in by_people and before.by_id("contact")[ours] != after.by_id("contact")[ours]:
            complaints.append(f"the practice contact of stopped link {link['id']} was written")
        if theirs not in by_people and before.remote[theirs] != after.remote.get(theirs):
            complaints.append(f"the Xero contact of stopped link {link['id']} was written")
    return complaints


def restless(before: Books, after: Books, calls: Sequence[Mapping[str, Any]]) -> list[str]:
    """Quiescence: ticks with nothing to do make only GET calls and change no row. `calls` are those they made."""
    return [
        *(f"{call['method']} {call['path']}" for call in calls if call["method"] != "GET" and _is_api(call)),
        *(f"{table} {key} changed" for table in TABLES for key in _changed(table, before, after)),
        *(["Xero changed"] if before.xero != after.xero else []),
    ]


Oracle = Callable[[Books], list[str]]
ALWAYS: tuple[Oracle, ...] = (doubled,)
"""True at every moment, even in the middle of an accident."""

AT_REST: tuple[Oracle, ...] = (doubled, differing_silently, unfinished)
"""True after the engine's last three ticks."""


def judge(oracles: Iterable[Oracle], books: Books) -> list[str]:
    """The complaints of several oracles about one moment."""
    return [complaint for oracle in oracles for complaint in oracle(books)]


def _kept(one: Written, later: Sequence[Written], books: Books) -> bool:
    ids = _linked_with(one.at, books)
    if any(agree(one.field, one.value, value) for value in _values_at(ids, one.field, books)):
        return True
    replacing = (other for other in later if other.field is one.field and other.at in ids)
    return any(agree(one.field, one.value, other.saw) for other in replacing)


def _linked_with(at: str, books: Books) -> set[str]:
    """The ids of a contact and of every contact it was ever linked with."""
    pairs = [(link["contact_id"], link["xero_id"]) for link in books.tables["link"]]
    return {at}.union(*(pair for pair in pairs if at in pair))


def _values_at(ids: set[str], field: Field, books: Books) -> Iterator[Value]:
    """Every place where a value is kept permanently."""
    links = {row["id"] for row in books.tables["link"] if {row["contact_id"], row["xero_id"]} & ids}
    yield from (value for side in SIDES for value in _values_on(side, ids, field, books))
    for row in books.tables["difference"]:
        if row["link_id"] in links and row["field"] == field.value:
            yield from (value_from_json(field, row["values"][side]) for side in SIDES)
    for row in books.tables["activity"]:
        if {row["contact_id"], row["xero_id"]} & ids and field.value in row["before"]:
            yield value_from_json(field, row["before"][field.value])


def _values_on(side: str, ids: set[str], field: Field, books: Books) -> Iterator[Value]:
    """The value that a side has now."""
    if side == "practice":
        yield from (practice_contact(row).get(field) for row in books.tables["contact"] if row["id"] in ids)
    else:
        yield from (contact_of(element).get(field) for element in books.xero if element["ContactID"] in ids)


def _an_end_is_gone(books: Books, link: Row) -> bool:
    element, contact = books.remote.get(link["xero_id"]), books.by_id("contact")[link["contact_id"]]
    return element is None or element["ContactStatus"] != "ACTIVE" or contact["archived_at"] is not None


def _twice(what: str, values: Iterable[object]) -> list[str]:
    return [f"{what} {value} is there {times} times" for value, times in Counter(values).items() if times > 1]


def _is_api(call: Mapping[str, Any]) -> bool:
    return str(call["path"]).lower().startswith("/api.xro/")


def _changed(table: str, before: Books, after: Books) -> list[Any]:
    moving = RESTLESS.get(table, set())
    was, now = (
        {key: {n: v for n, v in row.items() if n not in moving} for key, row in books.by_id(table).items()}
        for books in (before, after)
    )
    return [key for key in was.keys() | now.keys() if was.get(key) != now.get(key)]
