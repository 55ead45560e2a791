"""The whole way from a terminal against a Xero that answers over HTTP: connect, preview, sync, decide."""

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
import urllib3

from scripts.processes import free_port
from services import connection
from services.access import SYSTEM
from services.settings import get_settings
from simulator.contact import Contact
from simulator.server import Running
from tests.integration.cli.conftest import Run
from tests.support.keeping import Shelf
from tests.support.practice import add, edit
from tests.support.xero import Xero

ROOT = Path(__file__).parents[3]


@pytest.fixture
def xero(simulator: Running, settings: pytest.MonkeyPatch) -> Running:
    """Two organisations with contacts."""
    simulator.state.reset(contacts=40, tenants=2)
    settings.setenv("PUBLIC_URL", f"http://localhost:{free_port()}")
    get_settings.cache_clear()
    return simulator


@pytest.fixture
def customers(xero: Running) -> list[Contact]:
    """Two Xero customers whose names and addresses nobody shares."""
    everybody = list(xero.state.first_tenant.ledger)
    names = [contact.name.casefold() for contact in everybody]
    emails = [contact.email.casefold() for contact in everybody]
    alone = [
        contact
        for contact in everybody
        if contact.is_customer
        and contact.is_active
        and contact.email
        and names.count(contact.name.casefold()) == emails.count(contact.email.casefold()) == 1
    ]
    return alone[:2]


@pytest.fixture
def connected(run: Run, xero: Running, customers: list[Contact], tmp_path: Path, shelf: Shelf) -> None:
    """A contact book that shares one contact fully and one by name alone with a connected, imported Xero."""
    shelf.begin_with(lambda: import_all(run, xero, customers, tmp_path), tmp_path / "app.db", xero.state)


def import_all(run: Run, xero: Running, customers: list[Contact], tmp_path: Path) -> None:
    """Import that contact book, connect Xero, and sync."""
    book = io.StringIO()
    rows = csv.writer(book)
    rows.writerow(["id", "name", "billing_email"])
    rows.writerow(["full", customers[0].name, customers[0].email])
    rows.writerow(["partial", customers[1].name, "somebody@else.example"])
    (tmp_path / "book.csv").write_text(book.getvalue(), "utf-8")
    assert run("contacts", "import", str(tmp_path / "book.csv")).code == 0
    assert connect(consent={"decision": "allow", "tenant": xero.tenant_id}).returncode == 0
    assert run("sync").code == 0


def connect(*options: str, consent: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """`connect xero`, with a person who answers the consent page as `consent` says."""
    process = subprocess.Popen(
        [sys.executable, "manage.py", "connect", "xero", "--json", *options],
        cwd=ROOT, env=os.environ, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    try:
        assert process.stderr is not None
        address = next(line.strip() for line in process.stderr if line.startswith("http"))
        browser = urllib3.PoolManager()  # a new one: the server may be about to close what an earlier one left open
        answer = browser.request("POST", address, fields=consent, redirect=False)
        back = browser.request("GET", answer.headers["Location"])
        assert b"go back to the terminal" in back.data
        out, err = process.communicate(timeout=60)
    finally:
        process.kill()
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)


def ids(rows: Sequence[dict[str, str]], key: str) -> list[str]:
    return [row[key] for row in rows]


@pytest.mark.usefixtures("database", "xero")
def test_a_person_who_refuses_consent_is_told_so() -> None:
    answer = connect(consent={"decision": "cancel"})
    assert (answer.returncode, answer.stdout, answer.stderr.count("\n")) == (1, "", 1)


def test_one_of_several_organisations_is_chosen_by_name(run: Run, xero: Running) -> None:
    unsaid = connect(consent={"decision": "allow", "tenant": "all"})
    assert unsaid.returncode == 1
    second = list(xero.state.tenants.values())[1].name
    assert second in unsaid.stderr
    assert connect("--organisation", second, consent={"decision": "allow", "tenant": "all"}).returncode == 0
    assert second in run("preview", "--connection", "nobody").err


def test_of_two_organisations_of_one_name_neither_is_taken_unless_its_id_is_given(run: Run, xero: Running) -> None:
    for tenant_id, tenant in xero.state.tenants.items():
        xero.state.tenants[tenant_id] = replace(tenant, name="Same Name Ltd")
    tenant_ids = list(xero.state.tenants)
    unsaid = connect("--organisation", "Same Name Ltd", consent={"decision": "allow", "tenant": "all"})
    assert unsaid.returncode == 1
    assert all(f"Same Name Ltd ({tenant_id})" in unsaid.stderr for tenant_id in tenant_ids)
    chosen = connect("--organisation", tenant_ids[1], consent={"decision": "allow", "tenant": "all"})
    assert json.loads(chosen.stdout)["tenant_id"] == tenant_ids[1]


def test_a_preview_counts_and_writes_nothing(run: Run, xero: Running) -> None:
    connect("--filter", "all", "--no-match", "hold", consent={"decision": "allow", "tenant": xero.tenant_id})
    counts = run("preview", "--json").data
    assert counts["total"] == len(xero.state.first_tenant.ledger)
    assert counts["link"] == counts["create"] == 0
    assert counts["hold"] > 0
    assert run("contacts", "export").out.count("\n") == 1
    assert {call["method"] for call in xero.state.calls if "Contacts" in call["path"]} == {"GET"}


@pytest.mark.usefixtures("connected")
def test_what_matches_is_linked_and_listed(run: Run, customers: list[Contact]) -> None:
    listed = run("clients", "list", "--search", customers[0].name, "--json").data
    assert ids(listed["rows"], "xero_id") == [customers[0].id]
    table = run("clients", "list", "--search", customers[0].name)
    assert customers[0].email in table.out


@pytest.mark.usefixtures("connected")
def test_a_stopped_client_can_be_rematched(run: Run, customers: list[Contact]) -> None:
    [link_id] = ids(run("clients", "list", "--search", customers[0].name, "--json").data["rows"], "link_id")
    assert run("clients", "stop", link_id, "--json").data["done"] == 1
    assert run("clients", "stop", link_id).code == 1
    assert ids(run("previous", "list", "--json").data["rows"], "link_id") == [link_id]
    assert run("previous", "rematch", link_id, "--json").data[0]["linked"]
    assert run("previous", "list", "--json").data["total"] == 0


@pytest.mark.usefixtures("connected")
def test_what_ended_with_its_organisation_is_listed(run: Run) -> None:
    synced = run("clients", "list", "--json").data["total"]
    [one] = connection.list_connections()
    connection.disconnect(SYSTEM, one.id)
    assert run("previous", "list", "--json").data["total"] == synced > 0
    assert run("previous", "list", "--connection", one.name, "--json").data["total"] == synced


@pytest.mark.usefixtures("connected")
def test_a_stopped_client_without_a_match_is_linked_with_a_candidate(run: Run, customers: list[Contact]) -> None:
    [link_id] = ids(run("clients", "list", "--search", customers[0].name, "--json").data["rows"], "link_id")
    run("clients", "stop", link_id)
    [contact_id] = ids(run("contacts", "list", "--search", customers[0].name, "--json").data["rows"], "id")
    edit(contact_id, email="elsewhere@example.com")
    assert run("previous", "rematch", link_id).code == 1
    assert contact_id in ids(run("previous", "candidates", link_id, "--json").data, "contact_id")
    assert customers[0].name in run("previous", "candidates", link_id).out
    assert run("previous", "link", link_id, contact_id).code == 0
    assert run("previous", "candidates", link_id).code == 1


@pytest.mark.usefixtures("connected")
def test_another_set_up_is_previewed_and_changed(run: Run) -> None:
    groups = run("set-up", "--filter", "all", "--no-match", "hold", "--dry-run", "--json").data
    [held] = [group for group in groups if group["outcome"] == "hold"]
    assert held["count"] > 0
    saved = run("set-up", "--filter", "all", "--no-match", "hold", "--json").data
    assert (saved["type_filter"], saved["default_contact_type"]) == ("all", "Client")
    run("sync")
    assert run("issues", "list", "--json", "--size", "999").data["total"] >= held["count"]


@pytest.mark.usefixtures("connected")
def test_a_match_issue_is_shown_and_confirmed(run: Run, customers: list[Contact]) -> None:
    [issue_id] = ids(run("issues", "list", "--search", customers[1].name, "--json").data["rows"], "issue_id")
    shown = run("issues", "show", issue_id, "--json").data
    candidate = shown["candidates"][0]["contact_id"]
    assert run("issues", "confirm", issue_id, candidate).code == 0
    assert run("clients", "list", "--search", customers[1].name, "--json").data["total"] == 1
    assert run("issues", "confirm", issue_id, candidate).code == 1


@pytest.mark.usefixtures("connected")
def test_a_match_issue_is_ignored_and_asked_again(run: Run, customers: list[Contact]) -> None:
    [issue_id] = ids(run("issues", "list", "--search", customers[1].name, "--json").data["rows"], "issue_id")
    assert run("issues", "ignore", issue_id).code == 0
    assert ids(run("issues", "list", "--state", "ignored", "--json").data["rows"], "issue_id") == [issue_id]
    assert run("issues", "unignore", issue_id).code == 0
    assert run("issues", "create-contact", issue_id, "--json").data["done"] == 1


@pytest.mark.usefixtures("connected")
def test_a_practice_contact_is_created_in_xero(run: Run, xero: Running, tmp_path: Path) -> None:
    (tmp_path / "new.csv").write_text("id,name,billing_email\nnew,Quite New Ltd,new@example.com\n", "utf-8")
    run("contacts", "import", str(tmp_path / "new.csv"))
    [contact_id] = ids(run("contacts", "list", "--search", "Quite New", "--json").data["rows"], "id")
    assert run("contacts", "create-in-xero", contact_id).code == 0
    assert run("sync").code == 0
    assert len(xero.state.first_tenant.ledger.active_named("Quite New Ltd")) == 1


@pytest.mark.usefixtures("connected")
def test_one_contact_that_cannot_be_created_in_xero_stops_none_of_the_others(run: Run, xero: Running) -> None:
    first, last = add("First Ltd"), add("Last Ltd")
    answer = run("contacts", "create-in-xero", first, "nobody", last, "--json")
    assert (answer.code, answer.data["done"], len(answer.data["skipped"])) == (1, 2, 1)
    assert "1 skipped" in answer.err
    assert run("sync").code == 0
    assert all(xero.state.first_tenant.ledger.active_named(name) for name in ("First Ltd", "Last Ltd"))


@pytest.mark.usefixtures("connected")
def test_what_the_brake_holds_back_is_listed_and_released(run: Run, xero: Running) -> None:
    office = Xero(xero.url)
    ids_in_xero = [office.create(f"Mass {number:02}", f"m{number}@example.com") for number in range(30)]
    assert run("sync").code == 0
    for xero_id in ids_in_xero:
        office.archive(xero_id)
    assert run("sync").code == 0
    held = run("brake", "--each", "--json").data
    assert {(one["name"][:4], one["what"]) for one in held} == {("Mass", "Stops syncing")}
    assert run("brake", "--each", "--release").code == 1
    assert run("brake", "--release").code == 0
    assert run("brake", "--json").data == {"on": False}


@pytest.mark.usefixtures("connected")
def test_when_it_is_synced_is_shown_and_changed(run: Run) -> None:
    assert "at all hours" in run("schedule").out
    assert run("schedule", "--every", "5", "--hours", "08:00-18:00", "--days", "mon,wed").code == 0
    assert "every 5 min; to Xero 08:00-18:00 on mon,wed." in run("schedule").out
    for wrong in (
        ("--hours", "8 to 6"),
        ("--hours", "08:00-18:00-19:00"),
        ("--hours", "08:00-18:00+02:00"),
        ("--days", "someday"),
        ("--every", "100000"),
    ):
        assert run("schedule", *wrong).code == 1
    assert run("schedule", "--hours", "always", "--json").data["opens"] is None
