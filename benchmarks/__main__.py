"""`python -m benchmarks`: measure what is claimed to be fast, and print the ratios."""

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from benchmarks import matching, pages
from benchmarks.book import fill, use_database
from services import clients, contacts, db, imports, issues, overview, previous, sync, worker
from services.access import SYSTEM
from services.clients import ClientFilter
from services.contacts import ContactFilter
from services.issues import IssueFilter
from services.previous import PreviousFilter
from simulator.server import running
from tests.support.xero import Xero, connect

IMPORT_SIZES = (1_000, 5_000)
BOOK_SIZES = (10_000, 100_000)


def main() -> None:
    """Run all measurements, each on a database of its own."""
    print("Import (calls at the floor are one for each thousand contacts)")
    for size in IMPORT_SIZES:
        _import(size)
    print("\nPages, in milliseconds (median of five)")
    for size in BOOK_SIZES:
        _pages(size)
    pages.main()
    print()
    matching.main()


def _import(size: int) -> None:
    with _fresh(size) as xero:
        connection_id = connect()
        xero.forget_calls()
        began = time.perf_counter()
        imports.start_import(SYSTEM, connection_id)
        worker.run_jobs()
        seconds = time.perf_counter() - began
        calls = len(xero.calls())
        xero.forget_calls()
        began = time.perf_counter()
        sync.tick(connection_id)
        quiet = time.perf_counter() - began
        print(
            f"  {size:>7,} contacts: {seconds:6.1f} s, {size / seconds:6.0f} a second, {calls} calls "
            f"(floor {-(-size // 1000)}); a tick with nothing new: {len(xero.calls())} call, {quiet * 1000:.0f} ms"
        )


def _pages(size: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        use_database(Path(folder))
        fill(size, issues=size // 50, ended=size // 5)
        print(f"  {size:,} links, {size // 50:,} match issues")
        _time("Overview", overview.get_overview)
        _time("Client List, first page", lambda: clients.list_clients(ClientFilter()))
        _time("Client List, last page", lambda: clients.list_clients(ClientFilter(), size // 100))
        _time("Client List, searched", lambda: clients.list_clients(ClientFilter(search="4321")))
        _time("Contacts, first page", lambda: contacts.list_contacts(ContactFilter()))
        _time("Match Issues", lambda: issues.list_issues(IssueFilter()))
        _time("Previously Synced", lambda: previous.list_previous(PreviousFilter()))
        db.use(None)


def _time(what: str, ask: Callable[[], object]) -> None:
    ask()
    taken = []
    for _ in range(5):
        with db.write() as session:
            db.next_revs(session)  # so that no remembered answer counts
        began = time.perf_counter()
        ask()
        taken.append(time.perf_counter() - began)
    print(f"    {what:<26}{median(taken) * 1000:8.1f}")


@contextmanager
def _fresh(size: int) -> Iterator[Xero]:
    """A simulator of this size and an empty database, for the length of a block."""
    with tempfile.TemporaryDirectory() as folder, running(contacts=size, seed=7) as simulator:
        for name in ("API", "IDENTITY", "LOGIN", "APP"):
            os.environ[f"XERO_{name}_URL"] = simulator.url
        os.environ["XERO_CLIENT_ID"], os.environ["XERO_CLIENT_SECRET"] = "demo", "demo-secret"
        use_database(Path(folder))
        yield Xero(simulator.url)
        db.use(None)


if __name__ == "__main__":
    main()
