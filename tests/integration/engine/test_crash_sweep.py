"""A thin slice of the crash sweep; `make soak` has all of it: see tests/soak/sweep."""

import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

import pytest

from tests.soak.sweep.cases import Case, Sweeper
from tests.soak.sweep.faults import FAULTS
from tests.soak.sweep.stage import staged
from tests.soak.sweep.sweeping import attempt, calls_of, kills, pairs, spread
from tests.support import oracles
from tests.support.books import Books

Row = dict[str, Any]
DEATHS, ACCIDENTS, BOTH = 10, 10, 3
PATIENT = pytest.mark.timeout(600)
Count = Callable[[str, object], None]


@pytest.fixture(scope="module")
def sweeper() -> Iterator[Sweeper]:
    """A simulator and a database on the day on which everything happens at once."""
    with staged() as stage:
        yield Sweeper(stage)


def test_a_day_without_accidents_ends_in_step_and_at_rest(sweeper: Sweeper) -> None:
    assert sweeper.complaints == []


@PATIENT
def test_a_worker_killed_anywhere_is_finished_by_the_next(sweeper: Sweeper, record_property: Count) -> None:
    results = [attempt(sweeper, case) for case in spread(kills(sweeper), DEATHS)]
    record_property("counted", f"{len(results)} of {sweeper.dry.ends[0]} kill points")
    assert [str(result.case) for result in results if not result.died] == []
    assert [(str(result.case), result.complaints) for result in results if result.complaints] == []


@PATIENT
def test_a_failed_call_and_a_death_after_it_double_and_lose_nothing(sweeper: Sweeper, record_property: Count) -> None:
    accidents = [
        Case(fault.name, number % calls_of(sweeper), late=bool(number % 2)) for number, fault in enumerate(FAULTS)
    ]
    failed = [attempt(sweeper, case) for case in spread(accidents, ACCIDENTS)]
    both = [attempt(sweeper, case) for case in pairs(failed, str(BOTH))]
    record_property("counted", f"{len(failed)} of {calls_of(sweeper) * len(FAULTS)} faults, {len(both)} pairs")
    assert [(str(result.case), result.complaints) for result in [*failed, *both] if result.complaints] == []


def named(rows: list[Row], name: str, key: str = "name") -> Row:
    return next(row for row in rows if row[key] == name)


def create_twice(books: Books) -> None:
    books.xero.append(named(books.xero, "Maple", "Name") | {"ContactID": "another"})


def change_silently(books: Books) -> None:
    named(books.xero, "Amber", "Name")["EmailAddress"] = "nobody@example.com"


def lose_what_was_written(books: Books) -> None:
    for row in (named(books.tables["contact"], "Ivy"), named(books.xero, "Ivy", "Name")):
        row["email" if "email" in row else "EmailAddress"] = "ivy@example.com"


def overwrite(books: Books) -> None:
    named(books.xero, "Fern", "Name")["EmailAddress"] = "fern.practice@example.com"


def write_to_a_stopped_one(books: Books) -> None:
    named(books.tables["contact"], "Heath")["phone"] = "555 1111"


def unlink(books: Books) -> None:
    books.tables["link"].pop()


def leave_something_unsent(books: Books) -> None:
    books.tables["intent"][0]["state"] = "sent"


@pytest.mark.parametrize(
    ("damage", "complaint"),
    [
        (create_twice, "ContactNumber .* is there 2 times"),
        (create_twice, "contacts in Xero: 17 instead of 16"),
        (change_silently, "email of Amber differs silently"),
        (lose_what_was_written, "'ivy.xero@example.com'.* is lost"),
        (overwrite, "email 'fern.xero@example.com' was overwritten on the side of xero"),
        (write_to_a_stopped_one, "the practice contact of stopped link .* was written"),
        (unlink, "links: 13 instead of 14"),
        (leave_something_unsent, "intent .* is sent"),
    ],
)
def test_the_judges_see(sweeper: Sweeper, damage: Callable[[Books], None], complaint: str) -> None:
    books = deepcopy(sweeper.expected)
    damage(books)
    found = [
        *oracles.judge(oracles.AT_REST, books),
        *oracles.miscounted(sweeper.expected, books),
        *oracles.lost_updates(sweeper.stage.scenario.written, books),
        *oracles.overwritten(sweeper.stage.scenario.written, books),
        *oracles.touched_though_stopped(sweeper.stage.before, books),
    ]
    assert [one for one in found if re.search(complaint, one)], found
