"""Xero as one of the two sides: the store contract over Xero's Contacts endpoint."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from models.base import Json
from services.errors import Gone, Unavailable
from services.gateways.store import IDS_A_CALL, Change, Draft, Outcome, Page, Record
from services.gateways.xero.client import Client
from services.gateways.xero.mapping import (
    changed_contact,
    elements,
    moment,
    new_contact,
    record_of,
    text,
)
from services.gateways.xero.refusals import Refusals, handed_on
from services.gateways.xero.settling import answers_to, settled
from services.reconcile import normalise
from services.reconcile.contact import Field

PAGE_SIZE = 1000
"""`delta_page` counts pages of this size: whoever changes it has to make deltas that were broken off begin anew."""
MOST = 10**9
"""More pages or contacts than any organisation has."""
NEEDS_CURRENT = {Field.PHONE, Field.ADDRESS}


@dataclass(frozen=True, slots=True)
class Organisation:
    """A Xero organisation. `short_code` makes links that open in it; "" if Xero gave none."""

    name: str
    short_code: str


class XeroStore:
    """The contacts of one organisation. A write is one call for all its items; Xero advises 50 at most."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._refusals = Refusals(self)

    def organisation(self) -> Organisation:
        """What Xero calls the organisation."""
        found = elements(self._client.organisations(), "Organisations")
        if not found:
            raise Unavailable("Xero's answer holds no organisation.")
        return Organisation(text(found[0], "Name"), text(found[0], "ShortCode"))

    def page(self, number: int = 1, changed_since: datetime | None = None) -> Page:
        """Up to 1,000 contacts, archived ones included, ordered by id so that edits shift nothing.

        Xero reads `changed_since` to the second and includes that second or not, so overlap.
        """
        since = {} if changed_since is None else {"if_modified_since": _whole_seconds(changed_since)}
        answer = self._client.contacts(
            page=number, page_size=PAGE_SIZE, include_archived="true", order="ContactID", **since
        )
        answered_at = moment(answer.get("DateTimeUTC"))
        if answered_at is None:
            raise Unavailable("Xero's answer does not tell its time.")
        records = _records(answer)
        pages, count = _extent(answer, number, len(records))
        return Page(tuple(records), number, pages, count, answered_at)

    def by_ids(self, ids: Sequence[str]) -> list[Record]:
        """The contacts that exist among `ids`, archived ones included; a call for every 40 ids."""
        return [record for raw in self._raw_by_ids(ids) if (record := record_of(raw))]

    def by_number(self, number: str) -> list[Record]:
        """The contacts with this ContactNumber; never asked by path, where Xero would pick one silently.

        It is found by search, since Xero's filter takes no number in an organisation of more than 100,000 contacts.
        """
        return [record for record in self._found(archived=True, search_term=number) if record.number == number]

    def named(self, name: str) -> list[Record]:
        """Active contacts that have this name, whatever the case of its letters; Xero's filter ignores accents, too.

        A quote breaks the filter, so a name with one is found by search.
        """
        quoted = '"' in name or "\\" in name
        found = self._found(search_term=name) if quoted else self._found(where=f'Name=="{name}"')
        return [record for record in found if normalise.key(record.contact.name) == normalise.key(name)]

    def create(self, drafts: Sequence[Draft], key: str) -> list[Outcome]:
        """Create contacts with PUT, which never overwrites.

        A draft whose number is in Xero already was created before: its outcome is that record.
        """

        def send(part: Sequence[Draft]) -> list[Json]:
            body = [new_contact(draft) for draft in part]
            answer = self._client.put_contacts(body, _key(key, body))
            return answers_to([draft.number for draft in part], answer, "ContactNumber")

        return settled(drafts, send, self._refusals.of_draft)

    def update(self, changes: Sequence[Change]) -> list[Outcome]:
        """Overwrite the named fields with POST, after reading what must go along with a phone or address."""
        needed = {change.id for change in changes if NEEDS_CURRENT & change.values.keys()}
        current = {change.id: source for change in changes if (source := _source(change))}
        unread = sorted(needed - current.keys())
        current |= {text(raw, "ContactID"): raw for raw in self._raw_by_ids(unread)}

        def send(part: Sequence[Change]) -> list[Json]:
            if any(change.id in needed and change.id not in current for change in part):
                raise Gone("The contact is not in Xero any more.")
            body = [changed_contact(change, current.get(change.id, {})) for change in part]
            answer = self._client.post_contacts(body)
            return answers_to([change.id for change in part], answer, "ContactID")

        return handed_on(changes, settled(changes, send, self._refusals.of_change))

    def archive(self, ids: Sequence[str]) -> list[Outcome]:
        """Archive contacts. Xero's API cannot undo this; a person can, in Xero."""

        def send(part: Sequence[str]) -> list[Json]:
            body = [{"ContactID": contact_id, "ContactStatus": "ARCHIVED"} for contact_id in part]
            answer = self._client.post_contacts(body)
            return answers_to(part, answer, "ContactID")

        return settled(ids, send, self._refusals.of_archive)

    def _raw_by_ids(self, ids: Sequence[str]) -> list[Json]:
        distinct = list(dict.fromkeys(ids))
        chunks = (distinct[start : start + IDS_A_CALL] for start in range(0, len(distinct), IDS_A_CALL))
        # Only paged answers are complete: without a page Xero leaves out MergedToContactID.
        read = partial(self._client.contacts, page=1, page_size=PAGE_SIZE, include_archived="true")
        return [raw for chunk in chunks for raw in elements(read(i_ds=chunk), "Contacts")]

    def _found(self, archived: bool = False, **wanted: str) -> list[Record]:
        include = "true" if archived else "false"
        return _records(self._client.contacts(page=1, page_size=PAGE_SIZE, include_archived=include, **wanted))


def _records(answer: Json) -> list[Record]:
    return [record for raw in elements(answer, "Contacts") if (record := record_of(raw))]


def _source(change: Change) -> Json | None:
    """What Xero said about the contact when it was read just now."""
    source = change.current.source if change.current else None
    return source if isinstance(source, dict) else None


def _extent(answer: Json, number: int, found: int) -> tuple[int, int]:
    """Pages and contacts in all, as Xero says; if it does not, or nothing believable, a full page means that there is
    another.
    """
    pagination = answer.get("pagination")
    if isinstance(pagination, dict):
        pages, count = pagination.get("pageCount"), pagination.get("itemCount")
        if isinstance(pages, int) and isinstance(count, int) and 0 <= min(pages, count) <= max(pages, count) < MOST:
            return max(pages, 1), count
    return (number + 1 if found >= PAGE_SIZE else number), (number - 1) * PAGE_SIZE + found


def _whole_seconds(since: datetime) -> str:
    return since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")


def _key(key: str, body: Sequence[Json]) -> str:
    """Xero refuses a key that comes with another body, so the body is part of it."""
    return hashlib.sha256(f"{key}\n{json.dumps(body)}".encode()).hexdigest()
