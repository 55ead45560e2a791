"""History and notes of contacts: who changed what and when, and what an app wrote there."""

from typing import Any, NamedTuple

from simulator.contact import Contact

SYSTEM, PERSON = "System Generated", "Demo User"
MAX_DETAILS = 450


class Record(NamedTuple):
    """One line of a contact's history; `at` is in ms."""

    changes: str
    at: int
    user: str
    details: str


class Histories:
    """The records of all contacts. A made-up contact that was never touched has none here."""

    def __init__(self) -> None:
        self.revision = 0
        self._records: dict[str, list[Record]] = {}

    def add(self, contact_id: str, record: Record) -> None:
        """Store one line."""
        self._records.setdefault(contact_id, []).append(record)
        self.revision += 1

    def of(self, contact: Contact) -> list[Record]:
        """A contact's history, the newest first; it always begins with the creation."""
        known = self._records.get(contact.id, [])
        if any(record.changes == "Created" for record in known):
            return known[::-1]
        oldest = min([contact.updated, *(record.at for record in known)])
        return [*known[::-1], Record("Created", oldest, PERSON, "")]

    def dump(self) -> dict[str, list[Record]]:
        """What a state file keeps."""
        return self._records

    def load(self, stored: dict[str, list[list[Any]]]) -> None:
        """The inverse of `dump`."""
        self._records = {id_: [Record(*row) for row in rows] for id_, rows in stored.items()}
        self.revision += 1
