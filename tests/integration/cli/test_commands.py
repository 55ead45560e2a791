"""Commands that need no Xero: how they answer, how they fail, users, files and backups."""

import csv
import io
import sqlite3
import stat
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from commands.callback import answered
from services import db
from services.settings import get_settings
from tests.integration.cli.conftest import Run

ROOT = Path(__file__).parents[3]
GOOD = "id,name,billing_email\nA1,Amy Adams,amy@example.com\nB2,Bell Ltd,\n"
BAD = "id,name,billing_email\nA1,Amy Adams,amy@example.com\nB2,,nobody\n"


@pytest.fixture
def amy(run: Run, tmp_path: Path) -> None:
    (tmp_path / "good.csv").write_text(GOOD, "utf-8")
    assert run("contacts", "import", str(tmp_path / "good.csv")).code == 0


@pytest.mark.parametrize(
    "typed", [("contcts",), ("user", "add"), ("user", "role", "amy", "queen"), ("clients", "list", "--page", "0")]
)
def test_a_command_typed_wrongly_is_told_so_in_one_line(run: Run, typed: tuple[str, ...]) -> None:
    answer = run(*typed)
    assert (answer.code, answer.out, answer.err.count("\n")) == (2, "", 1)


def test_a_missing_setting_is_named(run: Run, settings: pytest.MonkeyPatch) -> None:
    settings.delenv("APP_SECRET_KEY")
    get_settings.cache_clear()
    answer = run("user", "list")
    assert (answer.code, answer.out) == (1, "")
    assert "APP_SECRET_KEY is missing" in answer.err


@pytest.mark.parametrize("asked", [("--help",), ("user", "--help"), ("connect", "xero", "--help")])
def test_help_is_given_before_there_are_settings_or_a_database(
    run: Run, settings: pytest.MonkeyPatch, asked: tuple[str, ...]
) -> None:
    settings.delenv("APP_SECRET_KEY")
    get_settings.cache_clear()
    answer = run(*asked)
    assert (answer.code, "Usage: manage.py" in answer.out, answer.err) == (0, True, "")


def test_a_database_that_is_not_up_to_date_is_left_alone(
    run: Run, settings: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'new.db'}")
    get_settings.cache_clear()
    answer = run("user", "list")
    assert (answer.code, answer.err) == (1, "The database is not up to date; run: python manage.py migrate\n")
    assert run("migrate").code == 0


def test_the_program_runs_from_a_shell(tmp_path: Path) -> None:
    environment = {"APP_SECRET_KEY": "k" * 40, "DATABASE_URL": f"sqlite:///{tmp_path / 'app.db'}"}

    def shell(command: str) -> subprocess.CompletedProcess[str]:
        arguments = [sys.executable, "manage.py", command]
        return subprocess.run(arguments, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)

    assert shell("migrate").stdout == "The database is up to date.\n"
    failed = shell("preview")
    assert (failed.returncode, failed.stdout) == (1, "")
    assert failed.stderr == "No Xero organisation is connected; run: python manage.py connect xero\n"


def test_a_new_user_gets_a_password_that_is_printed_once(run: Run) -> None:
    added = run("user", "add", "amy", "--name", "Amy Adams", "--role", "admin", "--json")
    assert len(added.data["password"]) >= 16
    listed = run("user", "list", "--json")
    assert [(user["username"], user["role"]) for user in listed.data] == [("amy", "admin")]
    assert added.data["password"] not in listed.out


def test_a_password_can_be_given_on_standard_input(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("correct horse battery staple\n"))
    answer = run("user", "add", "bob", "--password-stdin")
    assert answer.code == 0
    assert "horse" not in answer.out + answer.err


def test_the_last_admin_cannot_be_disabled(run: Run) -> None:
    run("user", "add", "amy", "--role", "admin")
    answer = run("user", "disable", "amy")
    assert (answer.code, answer.out, answer.err.count("\n")) == (1, "", 1)
    assert not run("user", "list", "--json").data[0]["disabled"]


def test_a_user_is_disabled_and_enabled(run: Run) -> None:
    run("user", "add", "bob")
    assert run("user", "disable", "bob").code == 0
    assert run("user", "list", "--json").data[0]["disabled"]
    assert run("user", "enable", "bob").code == 0
    assert not run("user", "list", "--json").data[0]["disabled"]


def test_a_file_with_a_bad_row_is_refused_by_row_and_nothing_is_written(run: Run, tmp_path: Path) -> None:
    (tmp_path / "bad.csv").write_text(BAD, "utf-8")
    answer = run("contacts", "import", str(tmp_path / "bad.csv"))
    assert (answer.code, answer.out, answer.err.count("\n")) == (1, "", 1)
    assert "Row 3" in answer.err
    assert run("contacts", "export").out.count("\n") == 1


def test_bad_rows_can_be_left_out(run: Run, tmp_path: Path) -> None:
    (tmp_path / "bad.csv").write_text(BAD, "utf-8")
    answer = run("contacts", "import", str(tmp_path / "bad.csv"), "--skip-bad", "--json")
    assert (answer.code, answer.data["added"], answer.data["rejected"]) == (0, 1, 1)


def test_checking_a_file_writes_nothing(run: Run, tmp_path: Path) -> None:
    (tmp_path / "good.csv").write_text(GOOD, "utf-8")
    assert run("contacts", "import", str(tmp_path / "good.csv"), "--check", "--json").data["new"] == 2
    assert run("contacts", "export").out.count("\n") == 1


@pytest.mark.usefixtures("amy")
def test_an_exported_file_can_be_imported_again(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    assert run("contacts", "export", "--out", str(out)).code == 0
    rows = list(csv.DictReader(io.StringIO(out.read_text("utf-8-sig"))))
    assert [row["name"] for row in rows] == ["Amy Adams", "Bell Ltd"]
    again = run("contacts", "import", str(out), "--json").data
    assert (again["added"], again["changed"], again["unchanged"]) == (0, 0, 2)


@pytest.mark.usefixtures("amy")
def test_values_are_cleared_only_when_it_is_said_and_it_says_how_many(run: Run, tmp_path: Path) -> None:
    (tmp_path / "blank.csv").write_text(GOOD.replace("amy@example.com", ""), "utf-8")
    blank = "contacts", "import", str(tmp_path / "blank.csv")
    answer = run(*blank)
    assert (answer.code, answer.out, answer.err.count("\n")) == (1, "", 1)
    assert "their cells are blank: 1. Add --yes" in answer.err
    assert run(*blank, "--leave-blanks", "--json").data["cleared"] == 0
    assert "amy@example.com" in run("contacts", "export").out
    assert run(*blank, "--yes", "--json").data["cleared"] == 1
    assert "amy@example.com" not in run("contacts", "export").out


def test_a_file_that_is_not_there_is_named(run: Run) -> None:
    answer = run("contacts", "import", "nowhere.csv")
    assert (answer.code, answer.err) == (1, "nowhere.csv cannot be read: No such file or directory.\n")


def test_a_full_disk_is_told_by_its_name(
    run: Run, tmp_path: Path, database: db.Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "many.csv").write_text("id,name\n" + "\n".join(f",Contact {n}" for n in range(3000)), "utf-8")
    monkeypatch.setattr(db, "PRAGMAS", (*db.PRAGMAS, "max_page_count=1"))  # which means: no larger than it is
    db.use(db.Database(database.url))
    answer = run("contacts", "import", str(tmp_path / "many.csv"))
    assert (answer.code, answer.err.count("\n")) == (1, 1)
    assert "SQLITE_FULL" in answer.err


@pytest.mark.usefixtures("amy")
def test_a_backup_is_a_whole_database_that_only_its_owner_reads(run: Run, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    assert run("backup", str(copy), "--json").data["bytes"] == copy.stat().st_size
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    with sqlite3.connect(copy) as connection:
        assert connection.execute("select name from contact order by name").fetchall() == [
            ("Amy Adams",),
            ("Bell Ltd",),
        ]
    assert [path.name for path in tmp_path.glob("*unfinished*")] == []


def test_a_backup_never_overwrites(run: Run, tmp_path: Path) -> None:
    (tmp_path / "copy.db").write_text("precious", "utf-8")
    answer = run("backup", str(tmp_path / "copy.db"))
    assert (answer.code, "already exists" in answer.err) == (1, True)
    assert (tmp_path / "copy.db").read_text("utf-8") == "precious"


def test_the_practices_time_zone_and_region_are_shown_and_changed(run: Run) -> None:
    assert "Time zone: UTC. Region: as each person's browser says." in run("practice").out
    assert run("practice", "--time-zone", "Pacific/Auckland", "--region", "en-NZ").code == 0
    assert run("practice", "--json").data == {"time_zone": "Pacific/Auckland", "locale": "en-NZ"}
    assert run("practice", "--region", "").code == 0
    assert run("practice", "--json").data["locale"] == ""
    assert "such as Pacific/Auckland" in run("practice", "--time-zone", "Nowhere/Land").err
    assert "such as en-NZ" in run("practice", "--region", "mars").err


class Unwell(BaseHTTPRequestHandler):
    """The app, while no sync has run for hours."""

    def do_GET(self) -> None:
        """Answer as /healthz does then."""
        self.send_response(503)
        self.end_headers()
        self.wfile.write(b'{"status":"no sync has run for hours"}')

    def log_message(self, *said: object) -> None:
        """Say nothing."""


def test_an_app_that_runs_without_its_sync_answers_xero_s_redirect_all_the_same(settings: pytest.MonkeyPatch) -> None:
    with HTTPServer(("localhost", 0), Unwell) as app:
        threading.Thread(target=app.serve_forever, daemon=True).start()
        settings.setenv("PUBLIC_URL", f"http://localhost:{app.server_port}")
        get_settings.cache_clear()
        with answered():
            pass
        app.shutdown()
