"""The contract of a side: what the engine may ask of Xero and of the practice's contact book alike.

Terms. A *record* is one contact as a side holds it, with the side's own id. A *page* is a slice of a
listing. A *draft* is a contact to create, marked so that it can be found again. A *change* names the
fields of one record to overwrite.

Writes settle one by one: `create` and `update` return an outcome per item, in the order given, each
either the record as the side now holds it or the `Rejected` error for that item alone. A failure of
the whole call raises: `Unavailable` (nothing took effect), `Uncertain` (it may have), `Rejected` (several
items were refused together, and nothing took effect), `SignInNeeded` or `NotAllowed` (the connection).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from services.errors import Rejected, Unavailable
from services.reconcile.contact import Contact, Field, Value


class Status(StrEnum):
    """Where a contact stands on its own side."""

    ACTIVE = "active"
    ARCHIVED = "archived"
    ERASED = "erased"


@dataclass(frozen=True, slots=True)
class Record:
    """One contact as a side holds it. Times are aware and in UTC.

    `source` is the side's own answer, which only that side uses, when it changes the record.
    """

    id: str
    contact: Contact
    status: Status = Status.ACTIVE
    is_customer: bool = False
    is_supplier: bool = False
    is_person: bool = False
    number: str = ""
    registration: str = ""
    merged_into: str | None = None
    updated_at: datetime | None = None
    source: object = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Page:
    """A slice of a listing. `count` is of all pages; `answered_at` is the side's own clock."""

    records: tuple[Record, ...]
    number: int
    pages: int
    count: int
    answered_at: datetime


@dataclass(frozen=True, slots=True)
class Draft:
    """A contact to create; `number` is our marker, unique for ever, by which it is found again.

    `contact_type` is the practice's own word and means nothing to Xero.
    """

    contact: Contact
    number: str = ""
    is_person: bool = False
    contact_type: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """The fields of one record to overwrite; fields not named stay as they are.

    `current` is the record as it was just read, if it was: it saves the side from reading it again.
    """

    id: str
    values: Mapping[Field, Value]
    current: Record | None = None


IDS_A_CALL = 40
"""How many records are asked for by id in one call: their ids fit into one address."""
WRITES_A_CALL = 50
"""How many contacts are written in one call, as Xero's documentation advises."""

Outcome = Record | Rejected | Unavailable
"""What became of one item of a write: the record as it is now, a refusal, or nothing yet, to be sent again later."""


class Store(Protocol):
    """One side. Implemented by `contact_book.ContactBook` and `xero.XeroStore`; one test suite holds both."""

    def page(self, number: int = 1, changed_since: datetime | None = None) -> Page:
        """One page, archived contacts included, in an order that edits during paging cannot shift."""

    def by_ids(self, ids: Sequence[str]) -> list[Record]:
        """The records that exist among `ids`, in no order; missing ones are simply absent."""

    def by_number(self, number: str) -> list[Record]:
        """The records that carry this marker: none or one, unless people made duplicates."""

    def create(self, drafts: Sequence[Draft], key: str) -> list[Outcome]:
        """Create contacts, never overwrite. `key` makes a prompt repetition of the call harmless.

        A draft whose number is there already was created before: its outcome is that record.
        """

    def update(self, changes: Sequence[Change]) -> list[Outcome]:
        """Overwrite the named fields of existing records. An archived or missing one is `Gone`."""

    def archive(self, ids: Sequence[str]) -> list[Outcome]:
        """Archive records. Archiving an archived one is `Gone`."""
