"""What keeps the program from starting is one sentence that names the setting, wherever it is started."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from services.errors import SettingsError
from services.migrate import is_current, upgrade

ROOT = Path(__file__).parents[2]
UNUSABLE = {"folder": "unable to open", "text": "not a database", "text/app.db": "File exists"}


@pytest.fixture
def places(tmp_path: Path) -> Path:
    """A folder with what is no database."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "text").write_text(
        "Minutes of the meeting, and more of them than a header has room for.\n" * 20, "utf-8"
    )
    return tmp_path


@pytest.mark.parametrize(("path", "why"), UNUSABLE.items())
def test_a_place_where_no_database_can_be_is_named_with_the_reason(places: Path, path: str, why: str) -> None:
    for use in (upgrade, is_current):
        with pytest.raises(SettingsError, match=f"DATABASE_URL.*{why}"):
            use(f"sqlite:///{places / path}")


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///", "sqlite:///:memory:", "postgresql://localhost/app"])
def test_a_database_that_would_be_forgotten_or_is_no_file_is_refused(url: str) -> None:
    with pytest.raises(SettingsError, match="DATABASE_URL must name a SQLite file"):
        upgrade(url)


@pytest.mark.parametrize("started", [("-c", "import app"), ("-m", "services.worker"), ("manage.py", "user", "list")])
@pytest.mark.parametrize("wrong", ["DATABASE_URL", "PUBLIC_URL"])
def test_what_is_wrong_is_said_in_one_line_by_the_app_the_worker_and_commands(
    places: Path, started: tuple[str, ...], wrong: str
) -> None:
    settings = {wrong: f"sqlite:///{places / 'folder'}"}
    command = [sys.executable, *started]
    ended = subprocess.run(command, cwd=ROOT, env=os.environ | settings, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr.count("\n")) == (1, 1), ended.stderr
    assert wrong in ended.stderr
