"""What the long lists cost in a real browser: script time, bytes sent to the browser, and the first paint.

python -m benchmarks.pages [links]

Before each page view something is committed, so that no cached answer helps. If the machine has several cores, the app
has one to itself and the browser the others, since in use they are on two machines. The views take turns: a machine
that is slow for a minute is then slow for all of them alike.
"""

import os
import re
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import NamedTuple

from playwright.sync_api import Page, WebSocket, expect, sync_playwright

from benchmarks.book import fill, use_database
from scripts import chromium
from scripts.processes import Server, free_port, running
from services import access, db, users
from services.access import Role
from services.steps.suggesting import suggest

ROUNDS = 11
QUIET_MS = 400
PATIENCE_SECONDS = 30
SCRIPT_MS, PAGE_KB, PAINT_MS = 25, 60, 1500
PASSWORD = "a password for measuring"


class Cost(NamedTuple):
    """What one page view took: milliseconds on the clock and of processor, and kB to the browser."""

    clock: float
    busy: float
    size: float


@dataclass(slots=True)
class Office:
    """A running app on a database of its own, and what it has reported so far."""

    url: str
    log: Path
    file: Path
    received: list[int] = field(default_factory=list)

    def listen(self, socket: WebSocket) -> None:
        """Note the size of whatever the server sends to the browser."""
        socket.on("framereceived", lambda frame: self.received.append(len(frame)))

    def runs(self) -> list[tuple[float, float]]:
        """Milliseconds of each run of a script so far: on the clock, and of processor."""
        found = re.findall(r"^run ([\d.]+) ([\d.]+)$", self.log.read_text("utf-8"), re.MULTILINE)
        return [(float(clock), float(busy)) for clock, busy in found]

    def commit(self) -> None:
        """Change something, as a sync would."""
        with sqlite3.connect(self.file, timeout=30) as connection:
            connection.execute("UPDATE counter SET value = value + 1 WHERE name = 'changes'")
        connection.close()


def main(links: int = 100_000) -> None:
    """Measure, and print a table against what is promised."""
    apart()
    with _office(links) as office, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.executable(), args=chromium.FLAGS)
        print(f"\nPages in a browser at {links:,} links (promised: {SCRIPT_MS} ms, {PAGE_KB} kB, {PAINT_MS} ms)")
        page = browser.new_context(viewport={"width": 1440, "height": 960}).new_page()
        page.set_default_timeout(30_000)
        page.on("websocket", lambda socket: office.listen(socket))
        print(f"  {'first paint after sign-in':<34}{_first_paint(office, page):8.0f} ms")
        views = dict(_looks())
        costs = [{what: _cost(office, page, act) for what, act in views.items()} for _ in range(ROUNDS)]
        browser.close()
    print(f"  {'':<34}{'script ms':>11}{'processor':>11}{'kB':>8}")
    for what in views:
        _report(what, [of[what] for of in costs])


def apart() -> None:
    """Leave the first core to the app (see `timed_app`)."""
    cores = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set()
    if len(cores) > 1:
        os.environ["BENCHMARK_CORE"] = str(min(cores))
        os.sched_setaffinity(0, cores - {min(cores)})


def _looks() -> Iterator[tuple[str, Sequence[Callable[[Page], None]]]]:
    """The pages that are measured, and how a person gets there from the Overview."""
    yield "Client List, first page", _go("Client List")
    yield "Client List, last page", _go("Client List", _last_page)
    yield "Client List, the page before", _go("Client List", _last_page, _page_before)
    yield "Client List, searched", _go("Client List", _searched("4321"))
    yield "Client List, one state", _go("Client List", _chosen("State", "Waiting"))
    yield "Client List, synced last", _go("Client List", _chosen("Sort by", "Synced last"))
    yield "Match Issues, first page", _go("Resolve Match Issues")
    yield "Match Issues, last page", _go("Resolve Match Issues", _last_page)
    yield "Match Issues, newest", _go("Resolve Match Issues", _chosen("Sort by", "Newest"))
    previous = _tab("Previously Synced")
    yield "Previously Synced, first page", _go("Resolve Match Issues", previous)
    yield "Previously Synced, last page", _go("Resolve Match Issues", previous, _last_page)
    yield "Previously Synced, has drifted", _go("Resolve Match Issues", previous, _chosen("Drift", "Drifted"))
    yield "Previously Synced, ended last", _go("Resolve Match Issues", previous, _chosen("Sort by", "Ended last"))


def _cost(office: Office, page: Page, act: Sequence[Callable[[Page], None]]) -> Cost:
    """Of the last step of `act`; those before lead there."""
    page.goto(office.url)
    page.get_by_role("heading", name="Overview").wait_for()
    _rest(office, page)
    for number, step in enumerate(act, 1):
        if number == len(act):
            office.commit()
            office.received.clear()
        before = len(office.runs())
        step(page)
        _rest(office, page, before)
    clock, busy = max(office.runs()[before:])
    return Cost(clock, busy, sum(office.received) / 1000)


def _report(what: str, costs: Sequence[Cost]) -> None:
    clock, busy = median(cost.clock for cost in costs), median(cost.busy for cost in costs)
    size = max(cost.size for cost in costs)
    late = "" if clock <= SCRIPT_MS and size <= PAGE_KB else "  over"
    print(f"  {what:<34}{clock:11.1f}{busy:11.1f}{size:8.1f}{late}", flush=True)


def _first_paint(office: Office, page: Page) -> float:
    """Milliseconds from the click on Sign in to the heading of the first page, in a browser that has been here."""
    taken = []
    for _ in range(3):
        page.goto(office.url)
        page.get_by_label("Username").fill("ada")
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.wait_for_timeout(1000)
        began = time.perf_counter()
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("heading", name="Overview").wait_for()
        taken.append((time.perf_counter() - began) * 1000)
        page.wait_for_function("document.cookie.includes('contact_sync')")
        if len(taken) < 3:
            page.goto("about:blank")  # an open page may set the browser's cookie once more
            page.context.clear_cookies()
    return median(taken)


def _go(name: str, *steps: Callable[[Page], None]) -> list[Callable[[Page], None]]:
    return [lambda page: page.get_by_role("link", name=name).first.click(), *steps]


def _tab(name: str) -> Callable[[Page], None]:
    return lambda page: page.get_by_role("tab", name=name).click()


def _searched(text: str) -> Callable[[Page], None]:
    return lambda page: page.get_by_placeholder("Name").first.fill(text)


def _chosen(label: str, option: str) -> Callable[[Page], None]:
    def choose(page: Page) -> None:
        page.get_by_role("combobox", name=label).first.click()
        page.get_by_role("option", name=option, exact=True).click()

    return choose


def _last_page(page: Page) -> None:
    page.get_by_test_id("stPagination").get_by_role("button").filter(has_text=re.compile(r"\d")).last.click()


def _page_before(page: Page) -> None:
    page.get_by_test_id("stPagination").get_by_role("button").first.click()


def _rest(office: Office, page: Page, runs: int = 0) -> None:
    """Wait until there were more than `runs` runs of a script, and for a while no further run or message."""
    heard, deadline = None, time.monotonic() + PATIENCE_SECONDS
    while heard != (heard := (len(office.runs()), len(office.received))) or heard[0] <= runs:
        page.wait_for_timeout(QUIET_MS)
        if time.monotonic() > deadline:
            raise TimeoutError("What was done on the page led to nothing.")
        expect(page.get_by_test_id("stStatusWidget")).to_have_count(0)


@contextmanager
def _office(links: int) -> Iterator[Office]:
    """The app in a process of its own, without a worker, for the length of a block."""
    with tempfile.TemporaryDirectory() as folder:
        log, port = Path(folder) / "app.log", free_port()
        url = f"http://localhost:{port}"
        os.environ |= {"WORKER_IN_APP": "false", "PUBLIC_URL": url}
        file = use_database(Path(folder))
        connection_id = fill(links, issues=links // 50, ended=links // 5)
        while suggest(connection_id):  # as the worker does before anybody opens a page
            pass
        users.add_user(access.SYSTEM, "ada", "Ada", "ada@example.com", PASSWORD, Role.ADMIN)
        db.use(None)
        options = ["--no-access-log", "--ws-per-message-deflate", "false"]  # as in docs/deploy.md
        command = [sys.executable, "-m", "uvicorn", "benchmarks.timed_app:app", "--port", str(port), *options]
        with running([Server("app", command, f"{url}/_stcore/health", log)], {}):
            yield Office(url, log, file)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
