"""The judges of a history: what must hold at its end, and at every tick on the way.

Those of the crash sweep are used where they fit. Two are stricter here, because a history knows what people saw. A
value must be kept on a side or in a difference; a line in the activity log is not enough. And what the engine read
from Xero must be what Xero holds.
"""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from services.reconcile.contact import Address, Contact, Field, value_from_json
from simulator.shapes import listed
from tests.soak.ledger import Ledger, token, xero_values
from tests.soak.telling import told_otherwise
from tests.soak.world import World
from tests.support.books import JSON_COLUMNS, Books, practice_contact
from tests.support.oracles import differing_silently, doubled, unfinished

TABLES = ("contact", "xero_contact", "link", "intent", "issue", "difference", "activity", "inbox", "connection")
LINKED = ("link.match", "link.rematch", "link.create_practice", "link.create_xero")
STATUSES = {"ACTIVE": "active", "ARCHIVED": "archived", "GDPRREQUEST": "erased"}


class Wrong(AssertionError):
    """A promise was broken; `complaints` say how."""

    def __init__(self, complaints: list[str]) -> None:
        self.complaints = complaints
        super().__init__("; ".join(complaints))


def read(world: World) -> Books:
    """The books as they are on disk."""
    tables = {table: [_row(row) for row in world.rows(f"SELECT * FROM {table}")] for table in TABLES}
    return Books(tables, [listed(one) for one in world.xero()])


def judge(world: World, ledger: Ledger, start: Books) -> None:
    """The judgement on a history that has come to rest. Raises: Wrong."""
    books = read(world)
    complaints = [
        *(one for part in _by_organisation(world, books) for one in (*doubled(part), *told_otherwise(part))),
        *differing_silently(books),
        *unfinished(books),
        *_lost_updates(books, ledger),
        *_lost_blanks(books, ledger),
        *_miscounted(start, books, ledger),
        *_lost_links(start, books, ledger),
        *_mirror_is_wrong(world, books),
        *_refused_without_cause(books),
        *_linked_wrongly(books),
        *ledger.unseen,
    ]
    if complaints:
        raise Wrong(complaints)


def _by_organisation(world: World, books: Books) -> Iterator[Books]:
    """What the books say of each organisation; the contact book belongs to all."""
    for connection_id, tenant in zip(world.connections, world.tenants, strict=True):
        tables = {
            name: [row for row in rows if _is_of(connection_id, name, row)] for name, rows in books.tables.items()
        }
        yield Books(tables, [listed(one) for one in tenant.ledger])


def _is_of(connection_id: str, table: str, row: dict[str, Any]) -> bool:
    column = "id" if table == "connection" else "connection_id"
    return bool(row.get(column, connection_id) == connection_id)


def stopped_now(world: World) -> dict[str, tuple[str, Any]]:
    """The contacts of ended links, with what they hold: Xero's id → (the practice's id, its row)."""
    query = (
        "SELECT link.xero_id x, contact.id, contact.name, email, phone, street, city FROM link "
        "JOIN contact ON contact.id = link.contact_id WHERE link.state != 'syncing' AND contact.id NOT IN "
        "(SELECT contact_id FROM link WHERE state = 'syncing')"
    )
    return {row["x"]: (row["id"], tuple(row)) for row in world.rows(query)}


def wrote_to_stopped(world: World, stopped: dict[str, tuple[str, Any]], touched: set[str], written: list[str]) -> None:
    """Nothing is written to either side of a stopped link. Raises: Wrong.

    `stopped` are those before the tick, `written` what it wrote to Xero contacts that did not sync at that moment.
    """
    now = stopped_now(world) if stopped else {}
    complaints = [f"stopped {x} was written in Xero" for x in written]
    for xero_id, (contact_id, row) in stopped.items():
        if xero_id in now and contact_id not in touched and now[xero_id] != (contact_id, row):
            complaints.append(f"stopped {contact_id} was written in the practice")
    if complaints:
        raise Wrong(complaints)


def _lost_updates(books: Books, ledger: Ledger) -> list[str]:
    """Every value a person wrote is final, was seen by whoever overwrote it, or is kept in a difference."""
    kept = {
        token(field, values.get(field))
        for values in (
            *map(practice_contact, books.tables["contact"]), *map(_xero_contact, books.xero)
        )
        for field in Field
    }  # fmt: skip
    for row in books.tables["difference"]:
        if row["state"] != "open" and not row["winner"]:
            continue
        field = Field(row["field"])
        kept |= {token(field, value_from_json(field, row["values"][side])) for side in ("practice", "xero")}
    lost = ledger.written.keys() - ledger.seen - kept
    return [f"{value!r}, written to {ledger.written[value]}, is lost" for value in sorted(lost)]


def _lost_blanks(books: Books, ledger: Ledger) -> list[str]:
    """A field that a person emptied stays empty, unless the contact was linked again, in whichever organisation, or a
    difference says so. The contact may have been removed since, by undoing the import that had added it.
    """
    contacts, remote = books.by_id("contact"), books.remote
    complaints = []
    asked = {(row["link_id"], row["field"]) for row in books.tables["difference"]}
    linked = [row for row in books.tables["activity"] if row["action"] in LINKED]
    for (side, at, field), entry in ledger.cleared.items():
        if side == "practice" and at in ledger.unmade:
            continue
        met = {at, *(row["xero_id"] for row in linked if at in (row["contact_id"], row["xero_id"]))}
        ours = {link["contact_id"] for link in books.tables["link"] if met & {link["contact_id"], link["xero_id"]}}
        links = [link for link in books.tables["link"] if link["contact_id"] in ours]
        anew = any(row["id"] > entry and {row["contact_id"], row["xero_id"]} & {at, *ours} for row in linked)
        excused = anew or any((link["id"], field.value) in asked for link in links)
        found = practice_contact(contacts[at]) if side == "practice" else _xero_contact(remote[at])
        if not excused and token(field, found.get(field)):
            complaints.append(f"the {field.value} of {side} {at}, which a person emptied, is back")
    return complaints


def _miscounted(start: Books, books: Books, ledger: Ledger) -> list[str]:
    """Entities are conserved: contacts appear only by a person or as the other half of a link, and none vanishes."""
    made = [row for row in books.tables["activity"] if row["action"] == "contact.created_from_xero"]
    ours = len(start.tables["contact"]) + ledger.added + len(made) - _made(start) - len(ledger.unmade)
    by_sync = Counter(row["xero_id"] for row in made if row["actor"] == "sync")
    done = {row["id"] for row in books.tables["intent"] if row["kind"] == "create"}
    most = len(start.xero) + ledger.added_in_xero + len(ledger.asked)
    complaints = [f"{x} was created {n} times in the practice" for x, n in by_sync.items() if n > 1]
    if len(books.tables["contact"]) != ours:
        complaints.append(f"the practice has {len(books.tables['contact'])} contacts instead of {ours}")
    if not most - len(ledger.asked) <= len(books.xero) <= most:
        complaints.append(f"Xero has {len(books.xero)} contacts instead of at most {most}")
    return complaints + [f"creation {one} was asked for and is gone" for one in sorted(ledger.asked - done)]


def _made(books: Books) -> int:
    return sum(row["action"] == "contact.created_from_xero" for row in books.tables["activity"])


def _lost_links(start: Books, books: Books, ledger: Ledger) -> list[str]:
    """A link stays for ever and ends only by a person or with a contact. What syncs is active on both sides."""
    now, contacts, remote = books.by_id("link"), books.by_id("contact"), books.remote
    complaints = [f"link {row['id']} is gone" for row in start.tables["link"] if row["id"] not in now]
    ended = {row["xero_id"] for row in books.tables["activity"] if row["action"] in ("link.broken", "link.stopped")}
    for link in now.values():
        active = (
            remote[link["xero_id"]]["ContactStatus"] == "ACTIVE" and not contacts[link["contact_id"]]["archived_at"]
        )
        if link["state"] == "syncing" and not active:
            complaints.append(f"link {link['id']} syncs although a contact of it is gone")
        if link["state"] == "stopped" and link["id"] not in ledger.stopped:
            complaints.append(f"link {link['id']} was stopped by nobody")
        if link["state"] != "syncing" and link["xero_id"] not in ended and link["cause"] != "disconnected":
            complaints.append(f"link {link['id']} ended and nothing tells of it")
    return complaints


def _mirror_is_wrong(world: World, books: Books) -> list[str]:
    """What we believe Xero holds is what it holds."""
    mirror, complaints = books.by_id("xero_contact"), []
    for one in world.xero():
        row, truth = mirror.get(one.id), xero_values(one)
        if row is None:
            complaints.append(f"{one.name} was never read from Xero")
        elif row["status"] != STATUSES[one.status]:
            complaints.append(f"{one.name} is {one.status} in Xero and {row['status']} in the mirror")
        else:
            seen = practice_contact(row)
            wrong = [field.value for field in Field if token(field, seen.get(field)) != token(field, truth.get(field))]
            complaints += [f"{field} of {one.name} is not what Xero says" for field in wrong]
    return complaints


def _refused_without_cause(books: Books) -> list[str]:
    """Xero refuses only names that are taken and contacts that are gone, and we ask again whether to archive where its
    answer was lost; anything else is our mistake.
    """
    held = [row for row in books.tables["intent"] if row["state"] == "held"]
    excused = ("Another active Xero contact has this name.", "The contact ", "Xero's answer was lost,")
    return [f"{row['kind']} was refused: {row['error']}" for row in held if not row["error"].startswith(excused)]


def _linked_wrongly(books: Books) -> list[str]:
    """What was created in Xero for a contact carries its id, is linked with no other, and creates none here."""
    complaints, remote, ours = [], books.remote, books.by_id("contact")
    for row in books.tables["activity"]:
        number = remote[row["xero_id"]].get("ContactNumber", "") if row["xero_id"] in remote else ""
        if row["action"] == "contact.created_from_xero" and row["actor"] == "sync" and number.partition(":")[2] in ours:
            complaints.append(f"{row['xero_id']} was created for one of ours, and became a second contact here")
    for link in books.tables["link"]:
        _, _, rest = remote[link["xero_id"]].get("ContactNumber", "").partition(":")
        if link["origin"] == "create_xero" and rest[:32] != link["contact_id"]:
            complaints.append(f"link {link['id']} pairs {link['contact_id']} with what was created for another")
    return complaints


def _xero_contact(element: dict[str, Any]) -> Contact:
    """An element of Xero's API, read without the product's own mapping."""
    phone = next((one for one in element["Phones"] if one["PhoneType"] == "DEFAULT"), {})
    address = next((one for one in element["Addresses"] if one["AddressType"] == "POBOX"), {})
    parts = (phone.get(f"Phone{part}", "") for part in ("CountryCode", "AreaCode", "Number"))
    where = Address(address.get("AddressLine1", ""), address.get("City", ""))
    return Contact(element["Name"], element.get("EmailAddress", ""), " ".join(parts), where)


def _row(row: Any) -> dict[str, Any]:
    columns = dict(row)
    return columns | {name: json.loads(columns[name] or "{}") for name in JSON_COLUMNS & columns.keys()}
