"""The contacts of one organisation, indexed for every question Xero answers about them.

Names may repeat among archived contacts, and numbers in data that people entered. So both indexes hold all ids that
have the value.
"""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import NamedTuple

from simulator.contact import ARCHIVED, Contact, fold
from simulator.quirks import USUAL, Quirks

CACHED_LISTINGS = 16
Order = list[tuple[int, str]]


class News(NamedTuple):
    """A change of a contact that Xero reports in its history and by webhooks; `at` is in ms."""

    contact_id: str
    created: bool
    at: int


class Ledger:
    """All contacts of an organisation by id, name, number and time of the last change."""

    def __init__(self, contacts: Iterable[Contact] = (), quirks: Quirks = USUAL) -> None:
        self.quirks = quirks
        self.changed: set[str] = set()
        self.news: list[News] = []
        self.revision = 0
        self._contacts: dict[str, Contact] = {}
        self._names: dict[str, list[str]] = {}
        self._numbers: dict[str, list[str]] = {}
        self._listings: dict[object, list[Contact]] = {}
        self._journal: list[tuple[str, Contact | None]] | None = None
        self._behind: Ledger | None = None
        self._named_too = False
        for contact in contacts:
            self._contacts[contact.id] = contact
            self._index(contact)
        self._order = sorted((contact.updated, contact.id) for contact in self._contacts.values())
        self._live = [key for key in self._order if self._contacts[key[1]].status != ARCHIVED]

    def __len__(self) -> int:
        return len(self._contacts)

    def __iter__(self) -> Iterator[Contact]:
        """Every contact, the longest unchanged first; ties by id."""
        return (self._contacts[id_] for _, id_ in self._order)

    def get(self, contact_id: str) -> Contact | None:
        """The contact with this id, in any letter case."""
        return self._contacts.get(contact_id) or self._contacts.get(contact_id.lower())

    def find(self, key: str) -> Contact | None:
        """The contact with this id or number; one of them, if several have the number."""
        return self.get(key) or next(iter(self.numbered(key)), None)

    def named(self, name: str) -> list[Contact]:
        """Contacts with this name, whatever their status; letter case and accents are ignored."""
        return [self._contacts[id_] for id_ in self._names.get(fold(name), ())]

    def active_named(self, name: str) -> list[Contact]:
        """The ACTIVE contacts that own this name; only letter case is ignored."""
        key = name.casefold()
        return [c for c in self.named(name) if c.is_active and c.name.casefold() == key]

    def numbered(self, number: str) -> list[Contact]:
        """Contacts with this ContactNumber, whatever their status."""
        return [self._contacts[id_] for id_ in self._numbers.get(fold(number), ())]

    def since(self, ms: int) -> list[Contact]:
        """Contacts changed after a moment, the longest unchanged first."""
        return [self._contacts[id_] for _, id_ in self._order[_after(self._order, ms) :]]

    def page(self, archived: bool, since: int, start: int, size: int) -> tuple[list[Contact], int]:
        """A page in the default order, and how many contacts there are in all, without going through the others."""
        order = self._order if archived else self._live
        first = _after(order, since)
        found = order[first + start : first + start + size]
        return [self._contacts[id_] for _, id_ in found], len(order) - first

    def fall_behind(self, named_too: bool = False) -> None:
        """From now on lists say what they say at this moment; `named_too` also those that name ids or have a filter."""
        self._behind, self._named_too = Ledger(self, self.quirks), named_too

    @property
    def hides_all(self) -> bool:
        """Whether even lists that name ids are behind."""
        return self._behind is not None and self._named_too

    def catch_up(self) -> None:
        """Lists say again what is so."""
        self._behind = None

    def listed(self, named: bool) -> "Ledger":
        """What a list is made from; `named` if it names ids or has a filter."""
        return self._behind if self._behind is not None and (self._named_too or not named) else self

    def put(self, contact: Contact) -> None:
        """Add a contact or replace the one of the same id."""
        old = self._take(contact.id)
        self._contacts[contact.id] = contact
        self._index(contact)
        key = (contact.updated, contact.id)
        insort(self._order, key)
        if contact.status != ARCHIVED:
            insort(self._live, key)
        if _is_news(old, contact):
            self.news.append(News(contact.id, old is None, contact.updated))

    @contextmanager
    def undoable(self) -> Iterator[Callable[[], None]]:
        """A block whose changes can be undone by calling what it yields."""
        self._journal = []
        told = len(self.news)
        try:
            yield lambda: self._undo(told)
        finally:
            self._journal = None

    def listing(self, key: object, make: Callable[[], list[Contact]]) -> list[Contact]:
        """A filtered and sorted list, remembered until a contact changes: pages are slices of it."""
        if key not in self._listings:
            if len(self._listings) >= CACHED_LISTINGS:
                self._listings.clear()
            self._listings[key] = make()
        return self._listings[key]

    def _index(self, contact: Contact) -> None:
        self._names.setdefault(fold(contact.name), []).append(contact.id)
        if contact.number:
            self._numbers.setdefault(fold(contact.number), []).append(contact.id)

    def _take(self, contact_id: str) -> Contact | None:
        old = self._contacts.pop(contact_id, None)
        if self._journal is not None:
            self._journal.append((contact_id, old))
        self.changed.add(contact_id)
        self.revision += 1
        self._listings.clear()
        if old is None:
            return None
        key = (old.updated, old.id)
        del self._order[bisect_left(self._order, key)]
        if old.status != ARCHIVED:
            del self._live[bisect_left(self._live, key)]
        self._names[fold(old.name)].remove(old.id)
        if old.number:
            self._numbers[fold(old.number)].remove(old.id)
        return old

    def _undo(self, told: int) -> None:
        journal, self._journal = self._journal or [], None
        for contact_id, old in reversed(journal):
            self._take(contact_id)
            if old is not None:
                self.put(old)
        del self.news[told:]


def _after(order: Order, ms: int) -> int:
    return bisect_right(order, (ms, "~"))


def _is_news(old: Contact | None, new: Contact) -> bool:
    """Whether the contact itself changed: roles and groups do not count."""
    if old is None:
        return True
    return old != replace(new, is_customer=old.is_customer, is_supplier=old.is_supplier, groups=old.groups)
