"""Starting, stopping and going on: the command, and the state file."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import httpx

from simulator.server import running
from simulator.storage import Storage
from tests.simulator.support import Api, client

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


def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )


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


def test_numbers_that_make_no_sense_are_refused() -> None:
    assert run("simulator", "--contacts", "-1").returncode == 2
    assert run("simulator", "--tenants", "0").returncode == 2
