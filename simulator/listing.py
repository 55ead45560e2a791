"""GET /Contacts: which contacts a query asks for, in which order, and which page of them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from simulator.contact import Contact, fold
from simulator.ledger import Ledger
from simulator.where import FLAGS, BadWhere, parse

DEFAULT_SIZE, MAX_SIZE = 100, 1000
HIGH_VOLUME = 100_000
ORDERS = {"updateddateutc": "updated", "contactid": "id", "name": "name"}
ORDER = re.compile(r"\s*(\w+)(?:\s+(asc|desc|ascending|descending))?\s*", re.IGNORECASE)
ZONE = re.compile(r"\s([+-]\d\d:?\d\d)$")
SEARCHED = ("name", "first_name", "last_name", "number", "company_number", "email")


class HighVolume(Exception):
    """Too much for one answer: more than 100,000 contacts, or an unoptimised filter over as many."""


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed query. `since` is in ms; `page` is None for a list without paging."""

    where: str = ""
    order: str = ""
    ids: tuple[str, ...] = ()
    search: str = ""
    archived: bool = False
    summary: bool = False
    since: int | None = None
    page: int | None = None
    size: int = DEFAULT_SIZE


@dataclass(frozen=True, slots=True)
class Slice:
    """The contacts of one page, and how many there are in all."""

    contacts: list[Contact]
    count: int


def query_of(params: Mapping[str, str], modified_since: str | None) -> Query:
    """Read query parameters, whose names may be in any letter case, and the If-Modified-Since header."""
    given = {key.lower(): value for key, value in params.items()}
    summary = is_true(given.get("summaryonly"))
    return Query(
        where=given.get("where", ""),
        order=given.get("order", ""),
        ids=tuple(part.strip(' "').lower() for part in given.get("ids", "").split(",") if part.strip()),
        search=given.get("searchterm", ""),
        archived=is_true(given.get("includearchived")),
        summary=summary,
        since=since_ms(modified_since),
        page=_page(given.get("page"), summary),
        size=_size(given.get("pagesize")),
    )


def select(ledger: Ledger, query: Query) -> Slice:
    """Answer a query. Raises: where.BadWhere, HighVolume."""
    if query.page and not (query.where.strip() or query.order or query.ids or query.search):
        start, since = (query.page - 1) * query.size, _since(ledger, query)
        return Slice(*ledger.page(query.archived, since, start, query.size))
    key = (query.where, query.order, query.ids, query.search, query.archived, query.since, query.summary)
    found = ledger.listing(key, lambda: _found(ledger, query))
    if query.page is None:
        if len(found) > HIGH_VOLUME:
            raise HighVolume
        return Slice(found, len(found))
    start = (query.page - 1) * query.size
    return Slice(found[start : start + query.size], len(found))


def is_true(value: str | None) -> bool:
    """A boolean parameter, written in any letter case."""
    return (value or "").strip().lower() == "true"


def since_ms(header: str | None) -> int | None:
    """If-Modified-Since to the second: ISO with or without fraction and offset, Ruby's way, or an HTTP date."""
    if not header:
        return None
    try:
        moment = datetime.fromisoformat(ZONE.sub(r"\1", header.strip().replace(" UTC", "Z")))
    except ValueError:
        try:
            moment = parsedate_to_datetime(header)
        except ValueError:
            return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return int(aware.timestamp()) * 1000


def _found(ledger: Ledger, query: Query) -> list[Contact]:
    parsed = parse(query.where) if query.where.strip() else None
    if parsed and not parsed.optimised and len(ledger) > HIGH_VOLUME:
        raise HighVolume
    if parsed and query.summary and parsed.fields & FLAGS.keys():
        raise BadWhere("summaryOnly leaves out a field that is filtered by")
    indexed = _indexed(ledger, query, parsed.fixed if parsed else {})
    contacts = ledger.since(_since(ledger, query)) if indexed is None else indexed
    if parsed:
        contacts = [contact for contact in contacts if parsed.accepts(contact)]
    if not query.archived:
        contacts = [contact for contact in contacts if contact.status != "ARCHIVED"]
    if query.search:
        term = query.search.casefold()
        contacts = [contact for contact in contacts if _mentions(contact, term)]
    return contacts if indexed is None and not query.order else _ordered(contacts, query.order)


def _indexed(ledger: Ledger, query: Query, fixed: Mapping[str, str]) -> list[Contact] | None:
    """The contacts that the query names by id, number or name, in no order; None if it names none."""
    if query.ids:
        found = list({contact.id: contact for contact in map(ledger.get, query.ids) if contact}.values())
    elif fixed.get("number"):
        found = ledger.numbered(fixed["number"])
    elif fixed.get("name"):
        found = ledger.named(fixed["name"])
    else:
        return None
    since = _since(ledger, query)
    return [contact for contact in found if contact.updated > since]


def _since(ledger: Ledger, query: Query) -> int:
    """The moment (ms) after which a contact must have changed."""
    if query.since is None:
        return -1
    return query.since + (999 if ledger.quirks.skips_its_second else 0)


def _mentions(contact: Contact, term: str) -> bool:
    return any(term in getattr(contact, attribute).casefold() for attribute in SEARCHED)


def _ordered(contacts: list[Contact], order: str) -> list[Contact]:
    match = ORDER.fullmatch(order or "UpdatedDateUTC")
    attribute = ORDERS.get(match[1].lower()) if match else None
    if match is None or attribute is None:
        raise BadWhere(f"No property or field '{order}' exists in type 'Contact'")
    descending = (match[2] or "").lower().startswith("desc")
    if attribute == "updated" and not descending:
        return sorted(contacts, key=lambda contact: (contact.updated, contact.id))
    by_id = sorted(contacts, key=lambda contact: contact.id)
    if attribute == "name":
        return sorted(by_id, key=lambda contact: fold(contact.name), reverse=descending)
    return sorted(by_id, key=lambda contact: getattr(contact, attribute), reverse=descending)


def _page(value: str | None, summary: bool) -> int | None:
    if value is None:
        return 1 if summary else None
    return max(1, _number(value, 1))


def _size(value: str | None) -> int:
    return min(MAX_SIZE, max(1, _number(value or "", DEFAULT_SIZE)))


def _number(text: str, otherwise: int) -> int:
    try:
        return int(text)
    except ValueError:
        return otherwise
