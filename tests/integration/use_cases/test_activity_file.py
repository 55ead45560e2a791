"""The activity log as a file, for people who keep it for years."""

import csv
import io
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import time_machine

from services.activity import ActivityFilter, export_csv
from services.db import Database
from tests.support.practice import add, edit


def test_it_names_fields_in_words_and_gives_times_of_the_practice(database: Database) -> None:
    with time_machine.travel(datetime(2026, 1, 31, 20, 15, tzinfo=UTC), tick=False):
        ada = add("Ada Archer", "ada@example.com", "+64 9 300 1000")
        edit(ada, phone="", email="=1+1@example.com")
    [edited, _] = csv.DictReader(
        io.StringIO(export_csv(ActivityFilter(), ZoneInfo("Pacific/Auckland")).decode("utf-8-sig"))
    )
    assert edited["When (Pacific/Auckland)"] == "2026-02-01 09:15:00"
    assert edited["Before"] == "Billing email: ada@example.com, Primary phone: +64 9 300 1000"
    assert edited["After"] == "Billing email: =1+1@example.com, Primary phone: "
