"""Starting, stopping and going on: the command, and the state file."""

import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from simulator.server import running
from simulator.storage import Storage
from tests.simulator.support import CONTACTS, Api, client

pytestmark = pytest.mark.simulated("about the simulator itself")

ROOT = Path(__file__).parents[2]


@contextmanager
def started(*arguments: str) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """The command in a process of its own, and its address."""
    command = [sys.executable, "-m", "simulator", *arguments]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    try:
        yield process, process.stdout.readline().split()[-1]
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


@contextmanager
def kept(folder: Path) -> Iterator[Api]:
    """A simulator that keeps its state in this folder."""
    with (
        closing(Storage(folder / "state.db")) as storage,
        running(storage=storage, contacts=5) as simulator,
        client(simulator) as http,
    ):
        yield Api(simulator, http)


def self_signed(folder: Path) -> tuple[Path, Path]:
    """A certificate for localhost, and its key."""
    key = generate_private_key(SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, SHA256())
    )  # fmt: skip
    paths = folder / "cert.pem", folder / "key.pem"
    paths[0].write_bytes(certificate.public_bytes(Encoding.PEM))
    paths[1].write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return paths


def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([sys.executable, "-m", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)


def test_a_killed_simulator_goes_on_where_it_was(tmp_path: Path) -> None:
    arguments = ("--port", "0", "--contacts", "5", "--state", str(tmp_path / "state.db"))
    edit: dict[str, Any] = {"create": {"Name": "Kept"}}
    with started(*arguments) as (process, url):
        assert httpx.post(f"{url}/_simulator/contacts", json=edit).status_code == 200
        process.kill()
        process.wait()
    with started(*arguments) as (_, url):
        names = [contact["Name"] for contact in httpx.get(f"{url}/_simulator/contacts").json()["contacts"]]
    assert len(names) == 6
    assert "Kept" in names


def test_tokens_connections_limits_and_answers_survive(tmp_path: Path) -> None:
    with kept(tmp_path) as before:
        before.control("POST", "clock", {"advance": 600})
        first = before.put({"Name": "Acme"}, key="k")
    with kept(tmp_path) as after:
        after.token = before.token
        assert after.put({"Name": "Acme"}, key="k").content == first.content
        assert len(after.simulator.state.first_tenant.ledger) == 6
        assert after.get().headers["X-DayLimit-Remaining"] == "997"
        renewed = after.ask(grant_type="refresh_token", refresh_token=before.token["refresh_token"])
        assert renewed.status_code == 200


def test_a_reset_is_kept_too(tmp_path: Path) -> None:
    with kept(tmp_path) as before:
        before.control("POST", "reset", {"contacts": 2})
    with kept(tmp_path) as after:
        assert len(after.simulator.state.first_tenant.ledger) == 2


def test_it_ends_well_when_told_to_end() -> None:
    with started("--port", "0", "--contacts", "5") as (process, url):
        assert httpx.get(f"{url}/_simulator/tenants").status_code == 200
        process.terminate()
        assert process.wait(timeout=10) == 0


def test_a_contact_list_of_xeros_own_export_is_loaded_and_kept(tmp_path: Path) -> None:
    file, state = tmp_path / "contacts.csv", tmp_path / "state.db"
    file.write_text("*ContactName,EmailAddress\nAcme,a@acme.example\n", "utf-8")
    given = ("--port", "0", "--from", str(file), "--state", str(state))
    with started(*given, "--from-role", "supplier", "--quirk", "offline") as (_, url):
        (contact,) = httpx.get(f"{url}/_simulator/contacts").json()["contacts"]
        assert (contact["Name"], contact["IsSupplier"], contact["IsCustomer"]) == ("Acme", True, False)
        assert httpx.get(f"{url}/_simulator/quirks").json()["offline"] is True
    again = run("simulator", *given)
    assert (again.returncode, again.stderr.count("\n")) == (2, 1)
    assert "holds contacts already" in again.stderr
    with started("--port", "0", "--state", str(state)) as (_, url):
        assert httpx.get(f"{url}/_simulator/contacts").json()["contacts"] == [contact]


def test_a_contact_list_that_breaks_a_rule_is_refused_with_its_row_and_column(tmp_path: Path) -> None:
    file = tmp_path / "contacts.csv"
    file.write_text("*ContactName,EmailAddress\nAcme,nonsense\n", "utf-8")
    failed = run("simulator", "--port", "0", "--from", str(file))
    assert failed.returncode == 2
    assert failed.stderr.endswith("Row 2, EmailAddress: Email address must be valid.\n")


def test_groups_history_and_webhooks_survive_too(tmp_path: Path) -> None:
    with kept(tmp_path) as before:
        contact_id = before.create("Acme")["ContactID"]
        group_id = before.control("POST", "groups", {"create": "VIP"}).json()["id"]
        before.control("POST", "groups", {"id": group_id, "add": contact_id})
        before.simulator.state.webhooks.subscribe("http://127.0.0.1:9/", "k")
        before.simulator.state.webhooks.judge(proven=True)
        before.create("Bravo")
    with kept(tmp_path) as after:
        assert after.simulator.state.webhooks.waiting[0].first == 1
        after.token = before.token
        (found,) = after.get(f"/api.xro/2.0/ContactGroups/{group_id}").json()["ContactGroups"]
        assert found["Contacts"] == [{"ContactID": contact_id, "Name": "Acme"}]
        history = after.get(f"{CONTACTS}/{contact_id}/History").json()["HistoryRecords"]
        assert [record["Changes"] for record in history] == ["Created"]


def test_it_speaks_https_with_a_certificate(tmp_path: Path) -> None:
    certificate, key = self_signed(tmp_path)
    with started("--port", "0", "--contacts", "1", "--tls-cert", str(certificate), "--tls-key", str(key)) as (_, url):
        assert url.startswith("https://localhost:")
        trusting = ssl.create_default_context(cafile=str(certificate))
        issuer = httpx.get(f"{url}/.well-known/openid-configuration", verify=trusting).json()["issuer"]
        assert issuer == url


def test_a_taken_port_is_said_in_one_sentence(api: Api) -> None:
    port = api.simulator.url.rpartition(":")[2]
    failed = run("simulator", "--port", port, "--contacts", "1")
    assert failed.returncode == 2
    assert failed.stderr.startswith(f"Port {port} on 127.0.0.1 cannot be used")
    assert failed.stderr.count("\n") == 1


def test_a_state_file_that_is_none_is_said_in_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("These are my notes, and nothing that a simulator wrote. " * 20)
    failed = run("simulator", "--port", "0", "--contacts", "1", "--state", str(path))
    assert failed.returncode == 2
    assert "cannot be used" in failed.stderr
    assert failed.stderr.count("\n") == 1


def test_a_certificate_that_is_none_is_said_in_one_sentence(tmp_path: Path) -> None:
    absent = str(tmp_path / "cert.pem")
    failed = run("simulator", "--port", "0", "--contacts", "1", "--tls-cert", absent, "--tls-key", absent)
    assert (failed.returncode, failed.stderr.count("\n")) == (2, 1)
    assert failed.stderr.startswith("The certificate")


def test_numbers_that_make_no_sense_are_refused() -> None:
    assert run("simulator", "--contacts", "-1").returncode == 2
    assert run("simulator", "--tenants", "0").returncode == 2
