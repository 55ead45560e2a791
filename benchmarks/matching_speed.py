"""How long it takes to work out candidates: all of them once, then after one contact changed."""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from statistics import median

from sqlalchemy import insert, select
from sqlmodel import col

from benchmarks import made_up
from benchmarks.book import use_database
from benchmarks.made_up import Made
from models.base import new_id
from models.connection import CONNECTED, ConnectionRow
from models.contact import ContactRow
from models.issue import IssueRow
from models.xero_contact import XeroContactRow
from services import candidates, db, duplicates, memory
from services.db import next_revs, write
from services.records.match_index import index_practice
from services.records.values import columns_of
from services.steps import suggesting

CONTACTS, ISSUES = 100_000, 10_000


def main(contacts: int = CONTACTS, issues: int = ISSUES) -> None:
    """Measure on a database of its own."""
    with tempfile.TemporaryDirectory() as folder:
        use_database(Path(folder))
        connection_id = fill(contacts, issues)
        memory.settle()  # as every worker does
        print(f"\nCandidates for {issues:,} open issues among {contacts:,} contacts")
        _time("bringing all contacts into the index", _index)
        _time("working out candidates of all issues", lambda: _everything(connection_id))
        _time("with nothing new", lambda: _everything(connection_id))
        _change_one()
        _time("after one contact changed", lambda: _everything(connection_id))
        ids = [f"{number:032x}" for number in range(0, issues, max(1, issues // 50))]
        spent = [_seconds(lambda xero_id=xero_id: candidates.candidates(connection_id, xero_id)) for xero_id in ids]
        print(f"  {'a page reads five candidates in':<40}{median(seconds for seconds, _ in spent) * 1000:8.1f} ms")
        _time("duplicates among the contacts", lambda: duplicates.list_duplicates("practice"))
        db.use(None)


def fill(contacts: int, issues: int) -> str:
    """A contact book, and as many open issues about Xero contacts that are someone in it. Returns the connection."""
    random = Random(5)
    pairs = list(made_up.pairs(random, issues))
    ours = [one for one, _ in pairs] + list(made_up.unrelated(random, contacts - issues))
    with write() as session:
        connection = ConnectionRow(tenant_id=new_id(), name="Example Organisation", state=CONNECTED)
        session.add(connection)
        session.flush()
        revs = next_revs(session, contacts + issues)
        session.execute(insert(ContactRow), [{"id": f"{n:032x}", **_row(one, revs[n])} for n, one in enumerate(ours)])
        key = {"connection_id": connection.id}
        xero = [{"xero_id": f"{n:032x}", **key, **_row(one, revs[contacts + n])} for n, (_, one) in enumerate(pairs)]
        session.execute(insert(XeroContactRow), xero)
        asked = [{"xero_id": row["xero_id"], "reason": "no_match", "candidates": {}, **key} for row in xero]
        session.execute(insert(IssueRow), asked)
        return connection.id


def _row(made: Made, rev: int) -> dict[str, object]:
    return {**columns_of(made.contact), "registration": made.registration, "is_person": made.is_person, "rev": rev}


def _everything(connection_id: str) -> None:
    while suggesting.suggest(connection_id):
        pass


def _index() -> None:
    indexed = 1
    while indexed:
        with write() as session:
            indexed = index_practice(session, suggesting.INDEX_BATCH)


def _change_one() -> None:
    with write() as session:
        row = session.scalars(select(ContactRow).order_by(col(ContactRow.id)).limit(1)).one()
        row.phone, row.rev = "+44 113 4960000", next_revs(session)[0]


def _time(what: str, act: Callable[[], object]) -> None:
    seconds, busy = _seconds(act)
    print(f"  {what:<40}{seconds:8.2f} s ({busy:.2f} s of one core)")


def _seconds(act: Callable[[], object]) -> tuple[float, float]:
    """Seconds on the clock, and seconds of a core. Other work on the machine adds only to the first."""
    began, busy = time.perf_counter(), time.process_time()
    act()
    return time.perf_counter() - began, time.process_time() - busy


if __name__ == "__main__":
    main()
