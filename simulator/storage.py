"""The state file: what the simulator remembers, saved before each answer leaves.

A small SQLite database: saving costs only what changed, and a killed process loses nothing that it answered. Faults and
the record of calls are not kept.
"""

import json
import sqlite3
from dataclasses import replace
from pathlib import Path

from simulator.contact import Contact, from_row, to_row
from simulator.ledger import Ledger
from simulator.state import Options, State

SCHEMA = """
PRAGMA journal_mode=WAL;
PRAGMA synchronous=OFF;
CREATE TABLE IF NOT EXISTS contacts (tenant TEXT, id TEXT, row TEXT, PRIMARY KEY (tenant, id)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS parts (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
"""
OPTIONS = "options"
KEPT_OPTIONS = ("contacts", "seed", "tenants")


class Storage:
    """One state file. Raises sqlite3.Error when the file cannot be used."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._db.executescript(SCHEMA)
        self._generation = -1
        self._revisions: dict[str, int] = {}

    @property
    def is_used(self) -> bool:
        """Whether something was saved here before."""
        return self._db.execute("SELECT 1 FROM parts WHERE name=?", (OPTIONS,)).fetchone() is not None

    def open(self, options: Options) -> State:
        """The state as it was saved, or a fresh one; a saved one keeps its own contacts, seed and tenants."""
        stored = dict(self._db.execute("SELECT name, value FROM parts"))
        if not self.is_used:
            state = State(options)
            self.save(state)
            return state
        kept = replace(options, **json.loads(stored[OPTIONS]))
        state = State(replace(kept, contacts=0, given=()))
        state.options = kept
        state.tenants = {id_: replace(t, ledger=self._ledger(id_, options)) for id_, t in state.tenants.items()}
        for name, part in state.parts.items():
            if name in stored:
                part.load(json.loads(stored[name]))
        self._generation = state.generation
        self._revisions = {name: part.revision for name, part in state.parts.items()}
        return state

    def save(self, state: State) -> None:
        """Write what changed since the last time; everything after a reset."""
        if state.generation != self._generation:
            self._save_anew(state)
        due = {n: part for n, part in state.parts.items() if self._revisions.get(n) != part.revision}
        changed = [t for t in state.tenants.values() if t.ledger.changed]
        if not due and not changed:
            return
        self._db.execute("BEGIN")
        for name, part in due.items():
            self._keep(name, part.dump())
            self._revisions[name] = part.revision
        for tenant in changed:
            self._keep_changed(tenant.id, tenant.ledger)
        self._db.execute("COMMIT")

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def _save_anew(self, state: State) -> None:
        self._db.execute("BEGIN")
        self._db.execute("DELETE FROM contacts")
        for tenant in state.tenants.values():
            self._put(tenant.id, list(tenant.ledger))
        self._keep(OPTIONS, {name: getattr(state.options, name) for name in KEPT_OPTIONS})
        self._db.execute("COMMIT")
        self._generation = state.generation
        self._revisions = {}

    def _keep(self, name: str, value: object) -> None:
        self._db.execute("INSERT OR REPLACE INTO parts VALUES (?, ?)", (name, json.dumps(value)))

    def _keep_changed(self, tenant_id: str, ledger: Ledger) -> None:
        known = [contact for contact in map(ledger.get, ledger.changed) if contact]
        gone = ledger.changed - {contact.id for contact in known}
        self._put(tenant_id, known)
        keys = [(tenant_id, id_) for id_ in gone]
        self._db.executemany("DELETE FROM contacts WHERE tenant=? AND id=?", keys)
        ledger.changed.clear()

    def _put(self, tenant_id: str, contacts: list[Contact]) -> None:
        rows = ((tenant_id, contact.id, json.dumps(to_row(contact))) for contact in contacts)
        self._db.executemany("INSERT OR REPLACE INTO contacts VALUES (?, ?, ?)", rows)

    def _ledger(self, tenant_id: str, options: Options) -> Ledger:
        rows = self._db.execute("SELECT row FROM contacts WHERE tenant=?", (tenant_id,))
        return Ledger((from_row(json.loads(row)) for (row,) in rows), options.quirks)
