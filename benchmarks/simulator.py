"""What the simulator itself costs, so that other benchmarks do not measure it: start, memory, pages and writes.

python -m benchmarks.simulator [contacts]

The server runs in a process of its own. A page is timed here, over HTTP, until it has been read completely.
"""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psutil

ROOT = Path(__file__).parent.parent
CONTACTS = 100_000
PAGE = "/api.xro/2.0/Contacts"
TIMES = 30
AMPLE = "1000000"
MB = 1024 * 1024
PLAIN = {"Accept-Encoding": "identity"}


@contextmanager
def started(contacts: int) -> Iterator[tuple[str, float, psutil.Process]]:
    """A simulator of this size: its address, the seconds until it listened, and its process."""
    command = [sys.executable, "-m", "simulator", "--port", "0", "--contacts", str(contacts)]
    limits = ["--minute-limit", AMPLE, "--day-limit", AMPLE]
    begin = time.perf_counter()
    process = subprocess.Popen([*command, *limits], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    try:
        url = process.stdout.readline().split()[-1]
        yield url, time.perf_counter() - begin, psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()


def signed_in(url: str) -> httpx.Client:
    """An HTTP client for the first organisation."""
    form = {"grant_type": "client_credentials", "client_id": "demo", "client_secret": "demo-secret"}
    token = httpx.post(f"{url}/connect/token", data=form).json()["access_token"]
    return httpx.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=60)


def timed(act: Callable[[int], Any], times: int = TIMES) -> tuple[float, float]:
    """The median and the worst of several runs, in ms; `act` is given the number of the run."""
    spent = []
    for number in range(times):
        begin = time.perf_counter()
        act(number)
        spent.append((time.perf_counter() - begin) * 1000)
    return statistics.median(spent), max(spent)


def measures(http: httpx.Client, contacts: int) -> Iterator[tuple[str, float, float]]:
    """What was done, and its median and worst in ms."""
    pages = max(1, contacts // 1000 - 10)

    def page(headers: dict[str, str], **query: Any) -> Callable[[int], Any]:
        return lambda n: http.get(
            PAGE, params={"page": 1 + n * 7 % pages, "pageSize": 1000, **query}, headers=headers
        ).raise_for_status()

    def create(n: int) -> Any:
        return http.put(PAGE, json={"Name": f"Bench {os.getpid()} {n}"}).raise_for_status()

    def create_then_page(n: int) -> Any:
        create(n + TIMES)
        return page(PLAIN)(n)

    yield "page of 1,000", *timed(page(PLAIN))
    yield "page of 1,000, compressed", *timed(page({}))
    yield "page of 1,000, archived ones too", *timed(page(PLAIN, includeArchived="true"))
    yield (
        "first page by name, sorted anew each time",
        *timed(lambda n: page(PLAIN, order="Name", searchTerm=str(n))(0), 5),
    )
    yield "create one contact", *timed(create)
    yield "create one, then a page of 1,000", *timed(create_then_page)


def main(arguments: list[str]) -> None:
    """Measure, and print a table."""
    contacts = int(arguments[0]) if arguments else CONTACTS
    with started(contacts) as (url, seconds, process), signed_in(url) as http:
        print(f"{contacts:,} contacts; Python {sys.version.split()[0]}; {os.cpu_count()} cores")
        print(f"{'started and seeded in':<44}{seconds:>9.2f} s")
        print(f"{'memory after the start':<44}{process.memory_info().rss / MB:>9.0f} MB")
        for what, median, worst in measures(http, contacts):
            print(f"{what:<44}{median:>9.1f} ms{worst:>9.1f} ms at worst")
        print(f"{'memory at the end':<44}{process.memory_info().rss / MB:>9.0f} MB")


if __name__ == "__main__":
    main(sys.argv[1:])
