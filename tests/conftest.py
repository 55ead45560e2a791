"""What every test may ask for: settings that name no real service, and a database of its own."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from services import db
from services.migrate import upgrade
from services.settings import get_settings
from simulator.server import Running, running
from simulator.state import Options
from tests.support.counting import summary
from tests.support.keeping import Shelf
from tests.support.ordering import spread_browsers
from tests.support.statements import share_statements
from tests.support.xero import Xero, connect

SECRET_KEY = "a key for tests alone, long enough to be one"

share_statements()
hypothesis.settings.register_profile("patient", deadline=None)  # a busy machine fails no test
hypothesis.settings.load_profile("patient")


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file fresh from migrations, to copy: migrating once is quicker than once a test."""
    path = tmp_path_factory.mktemp("database") / "migrated.db"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(autouse=True)
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Settings that reach nothing outside; use it to set others, then `get_settings.cache_clear()`."""
    monkeypatch.setenv("APP_SECRET_KEY", SECRET_KEY)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'app.db'}")
    for name in ("API", "IDENTITY", "LOGIN", "APP"):
        monkeypatch.setenv(f"XERO_{name}_URL", "http://127.0.0.1:9")
    monkeypatch.setattr(db, "PRAGMAS", (*db.PRAGMAS, "synchronous=OFF"))  # no test cuts the power
    get_settings.cache_clear()
    yield monkeypatch
    get_settings.cache_clear()


def use_simulator(settings: pytest.MonkeyPatch, url: str) -> None:
    """Let Xero be what listens there."""
    for name in ("API", "IDENTITY", "LOGIN", "APP"):
        settings.setenv(f"XERO_{name}_URL", url)
    settings.setenv("XERO_CLIENT_ID", "demo")
    settings.setenv("XERO_CLIENT_SECRET", "demo-secret")
    get_settings.cache_clear()


@pytest.fixture
def database(tmp_path: Path, migrated_file: Path) -> Iterator[db.Database]:
    """A migrated SQLite file that is the database of this process during one test."""
    path = tmp_path / "app.db"
    shutil.copy(migrated_file, path)
    fresh = db.Database(f"sqlite:///{path}")
    db.use(fresh)
    yield fresh
    db.use(None)


@pytest.fixture(scope="session")
def server() -> Iterator[Running]:
    """The server behind each test's simulator: resetting one is quicker than starting and stopping one a test."""
    with running() as server:
        yield server


@pytest.fixture
def simulator(server: Running, settings: pytest.MonkeyPatch) -> Running:
    """A Xero simulator with one empty organisation, as fresh for each test as if just started."""
    server.state.options = Options(contacts=0, seed=7)
    server.state.reset()
    use_simulator(settings, server.url)
    return server


@pytest.fixture
def xero(simulator: Running) -> Xero:
    """That organisation, as a person edits it and as Xero counts its calls."""
    return Xero(simulator.url)


@pytest.fixture(scope="module")
def shelf() -> Shelf:
    """Where the tests of a file may keep what all of them begin with."""
    return Shelf()


@pytest.fixture
def connection_id(database: db.Database, xero: Xero) -> str:
    """A connection that is set up for all contacts, with nothing imported yet."""
    return connect()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep all workers busy to the end."""
    items[:] = spread_browsers(items)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what tests counted."""
    for line in summary(terminalreporter.getreports("passed") + terminalreporter.getreports("failed")):
        terminalreporter.write_line(line)
