"""The match index: kept in step with the contact book, and asked which contacts share values.

Change numbers alone tell what is out of date: a practice contact whose number is above the highest in the index, an
entry with the number 0 (its contact is gone), a Xero contact whose number is not the one it was looked at with. So
nothing has to be queued, and a crash loses nothing. The statements are plain SQL, because an index of 100,000 contacts
has over a million keys.
"""

from array import array
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any
from zlib import crc32

from sqlalchemy import func, select, update
from sqlmodel import Session, col

from models.contact import ContactRow
from models.match_index import PRACTICE, PRACTICE_SIDE, XERO_SIDE, MatchEntryRow
from services.reconcile.pairing import COMMON, closest
from services.reconcile.score import Traits, blocking_keys, traits_of, weighing_values
from services.reconcile.scoring.weights import Frequencies
from services.records.listing import among, chunks
from services.records.values import contact_of

Item = tuple[str, int, Collection[int]]
"""A contact for the index: its id, its change number and its keys."""

WIDTH = 900
BITS = 32
"""As wide as an entry's number may be where key and entry are written as one number."""

COLUMNS = (
    "id", "rev", "archived_at", "name", "email", "phone", "street", "city", "region", "postal_code", "country",
    "registration",
)  # fmt: skip


def numbers(values: Iterable[str]) -> list[int]:
    """Values as numbers, as the index stores them. Two values may share a number: that does no harm, since the index
    only finds candidates.
    """
    return list({crc32(value.encode()) for value in values})


def index_practice(session: Session, most: int) -> int:
    """Bring the index up to date with up to `most` practice contacts that are gone or changed; returns how many.

    Xero contacts that share a value with one of them, as it was or as it is, are to be looked at again.
    """
    removed = gone(session, most)
    touched = take_out(session, PRACTICE, PRACTICE_SIDE, removed)
    rows = session.execute(
        select(*(getattr(ContactRow, name) for name in COLUMNS))
        .where(col(ContactRow.rev) > indexed_up_to(session))
        .order_by(col(ContactRow.rev))
        .limit(most - len(removed))
    ).all()
    items: list[Item] = []
    for row in rows:
        traits = traits_of(contact_of(row), row.registration)
        keys = numbers(blocking_keys(traits) | weighing_values(traits)) if row.archived_at is None else []
        items.append((row.id, row.rev, keys))
    _look_again(session, touched | put(session, PRACTICE, PRACTICE_SIDE, items))
    return len(removed) + len(rows)


def indexed_up_to(session: Session) -> int:
    """The change number up to which the index knows the contact book."""
    query = select(func.max(col(MatchEntryRow.rev))).where(col(MatchEntryRow.scope) == PRACTICE)
    return int(session.execute(query).scalar_one() or 0)


def put(session: Session, scope: str, side: int, items: Sequence[Item]) -> set[int]:
    """Write contacts to the index over what it knew of them. Returns the keys that they have or had."""
    known = _entries(session, scope, [owner for owner, _, _ in items])
    fresh = int(session.execute(select(func.max(col(MatchEntryRow.id)))).scalar_one() or 0)
    gone: list[int] = []
    come: list[int] = []
    entries: list[tuple[int, str, str, int, bytes]] = []
    touched: set[int] = set()
    for owner, rev, keys in items:
        entry, before = known.get(owner, (0, frozenset[int]()))
        if not entry:
            entry = fresh = fresh + 1
        entries.append((entry, scope, owner, rev, array("I", keys).tobytes()))
        gone += [key << BITS | entry for key in before.difference(keys)]
        come += [key << BITS | entry for key in keys if key not in before]
        touched.update(before, keys)
    _many(session, "INSERT OR REPLACE INTO match_entry (id, scope, owner, rev, keys) VALUES (?, ?, ?, ?, ?)", entries)
    _many(session, f"DELETE FROM match_key WHERE side = {side} AND key = ? AND entry = ?", _in_order(gone))
    _many(session, f"INSERT OR IGNORE INTO match_key (side, key, entry) VALUES ({side}, ?, ?)", _in_order(come))
    return touched


def _in_order(pairs: list[int]) -> list[tuple[int, int]]:
    """Pairs of key and entry, sorted so that the database comes to each of its pages once. They come as one number
    each, key first, since those are sorted in a third of the time.
    """
    return [(pair >> BITS, pair & (1 << BITS) - 1) for pair in sorted(pairs)]


def take_out(session: Session, scope: str, side: int, owners: Sequence[str]) -> set[int]:
    """Forget contacts altogether. Returns the keys that they had."""
    touched = put(session, scope, side, [(owner, 0, ()) for owner in owners])
    _many(session, "DELETE FROM match_entry WHERE scope = ? AND owner = ?", [(scope, owner) for owner in owners])
    return touched


def mark_gone(session: Session, contact_ids: Sequence[str]) -> None:
    """Note that practice contacts are gone: bringing the index up to date takes them out, which may take a while."""
    mine = update(MatchEntryRow).where(col(MatchEntryRow.scope) == PRACTICE)
    for chunk in chunks(contact_ids):
        session.execute(mine.where(among(MatchEntryRow.owner, chunk)).values(rev=0))


def gone(session: Session, most: int) -> list[str]:
    """Up to `most` practice contacts that are gone and still in the index."""
    marked = col(MatchEntryRow.scope) == PRACTICE, col(MatchEntryRow.rev) == 0
    return list(session.scalars(select(col(MatchEntryRow.owner)).where(*marked).limit(most)))


class Lookup:
    """Questions to the practice's part of the index within one session; answers are remembered."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._counts: dict[int, int] = {}
        query = select(func.count()).where(col(MatchEntryRow.scope) == PRACTICE)
        self.total = int(session.execute(query.select_from(MatchEntryRow)).scalar_one())
        self.frequencies = Frequencies(self._count, self.total)

    def pools(self, wanted: Mapping[str, Traits]) -> dict[str, list[str]]:
        """For each Xero contact the ids of practice contacts that may be it; those sharing the rarest values first."""
        keys = {xero_id: blocking_keys(traits) for xero_id, traits in wanted.items()}
        weighed = {value for traits in wanted.values() for value in weighing_values(traits)}
        self._learn(numbers(weighed.union(*keys.values())))
        holders = self._holders(numbers(set[str]().union(*keys.values())))
        bits = self.frequencies.bits
        chosen = {
            xero_id: closest(values, lambda value: holders.get(crc32(value.encode()), ()), bits)
            for xero_id, values in keys.items()
        }
        owners = self._owners({entry for entries in chosen.values() for entry in entries})
        return {xero_id: [owners[entry] for entry in entries] for xero_id, entries in chosen.items()}

    def _count(self, value: str) -> int:
        number = crc32(value.encode())
        known = self._counts.get(number)
        if known is None:
            self._learn([number])
            known = self._counts[number]
        return known

    def _learn(self, keys: Iterable[int]) -> None:
        missing = [key for key in keys if key not in self._counts]
        self._counts.update(dict.fromkeys(missing, 0))
        sql = f"SELECT key, count(*) FROM match_key WHERE side = {PRACTICE_SIDE} AND key IN ({{}}) GROUP BY key"
        self._counts.update((key, count) for key, count in _ask(self.session, sql, missing))

    def _holders(self, keys: Iterable[int]) -> dict[int, list[int]]:
        rare = [key for key in keys if 0 < self._counts[key] <= COMMON]
        sql = f"SELECT key, entry FROM match_key WHERE side = {PRACTICE_SIDE} AND key IN ({{}})"
        found: dict[int, list[int]] = defaultdict(list)
        for key, entry in _ask(self.session, sql, rare):
            found[key].append(entry)
        return found

    def _owners(self, entries: Iterable[int]) -> dict[int, str]:
        return dict(_ask(self.session, "SELECT id, owner FROM match_entry WHERE id IN ({})", sorted(entries)))


def _look_again(session: Session, touched: Iterable[int]) -> None:
    """Have Xero contacts of all connections looked at again if they have one of these keys, common ones aside."""
    sql = f"SELECT DISTINCT key FROM match_key WHERE side = {XERO_SIDE} AND key IN ({{}})"
    shared = [key for (key,) in _ask(session, sql, sorted(touched))]
    sql = f"SELECT key FROM match_key WHERE side = {PRACTICE_SIDE} AND key IN ({{}}) GROUP BY key HAVING count(*) > ?"
    common = {key for (key,) in _ask(session, sql, shared, COMMON)}
    rare = [key for key in shared if key not in common]
    sql = f"SELECT DISTINCT entry FROM match_key WHERE side = {XERO_SIDE} AND key IN ({{}})"
    stale = sorted({entry for (entry,) in _ask(session, sql, rare)})
    _many(session, "UPDATE match_entry SET rev = 0 WHERE id = ?", [(entry,) for entry in stale])


def _entries(session: Session, scope: str, owners: Sequence[str]) -> dict[str, tuple[int, frozenset[int]]]:
    sql = "SELECT owner, id, keys FROM match_entry WHERE owner IN ({}) AND scope = ?"
    return {owner: (entry, frozenset(_unpacked(keys))) for owner, entry, keys in _ask(session, sql, owners, scope)}


def _unpacked(stored: bytes) -> list[int]:
    keys = array("I")
    keys.frombytes(stored)
    return keys.tolist()


def _ask(session: Session, sql: str, values: Sequence[object], *more: object) -> Iterator[tuple[Any, ...]]:
    """The rows of a statement whose `{}` takes a list of values, asked for in pieces.

    The driver is asked directly, within the session's transaction: there are millions of rows, of two numbers each.
    """
    driver: Any = session.connection().connection.driver_connection
    for start in range(0, len(values), WIDTH):
        piece = tuple(values[start : start + WIDTH])
        yield from driver.execute(sql.format(",".join("?" * len(piece))), piece + more).fetchall()


def _many(session: Session, sql: str, rows: Sequence[tuple[object, ...]]) -> None:
    if rows:
        session.connection().exec_driver_sql(sql, list(rows))
