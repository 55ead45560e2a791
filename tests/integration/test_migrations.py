"""Migrations build exactly the tables that the code expects, from nothing and again and again."""

import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlmodel import select

from models.base import metadata
from models.counter import CounterRow
from models.installation import InstallationRow
from models.tables import is_described
from services.db import Database, next_revs
from services.errors import SettingsError
from services.migrate import is_current, upgrade


def test_the_migrated_tables_are_the_tables_of_the_code(database: Database) -> None:
    with database.reader.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": is_described})
        assert compare_metadata(context, metadata) == []


def test_a_fresh_database_counts_from_nought_and_has_one_installation(database: Database) -> None:
    with database.write() as session:
        assert session.exec(select(CounterRow.value)).all() == [0]
        assert [len(row.marker) for row in session.exec(select(InstallationRow))] == [8]
        assert list(next_revs(session, 2)) == [1, 2]


def test_migrating_again_changes_nothing(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'folder' / 'app.db'}"
    upgrade(url)
    marker = sqlite3.connect(tmp_path / "folder" / "app.db").execute("select marker from installation").fetchall()
    upgrade(url)
    assert (
        sqlite3.connect(tmp_path / "folder" / "app.db").execute("select marker from installation").fetchall() == marker
    )
    assert is_current(url)


def test_a_folder_made_for_the_database_is_open_to_its_owner_alone(tmp_path: Path) -> None:
    upgrade(f"sqlite:///{tmp_path / 'folder' / 'app.db'}")
    assert stat.S_IMODE((tmp_path / "folder").stat().st_mode) == 0o700


def test_processes_that_migrate_at_once_take_turns(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'app.db'}"
    code = f"from services.migrate import upgrade; upgrade({url!r})"
    processes = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(3)]
    assert [process.wait(60) for process in processes] == [0, 0, 0]
    assert is_current(url)


def test_a_database_that_was_never_migrated_is_not_current(tmp_path: Path) -> None:
    assert not is_current(f"sqlite:///{tmp_path / 'app.db'}")


def test_a_database_of_a_newer_version_is_refused_in_words(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'app.db'}"
    upgrade(url)
    with sqlite3.connect(tmp_path / "app.db") as connection:
        connection.execute("update alembic_version set version_num = '9999'")
    assert not is_current(url)
    with pytest.raises(SettingsError, match="newer version"):
        upgrade(url)
