"""An installation with example data beside a simulated Xero: what the demo and the pictures show."""

import os
import secrets
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from scripts.processes import Server, StartError
from services import access, contact_files, contacts, migrate, users
from services.access import Principal, Role

CONTACTS, SEED = "500", "7"
CALLS_PER_DAY = "20000"  # a sync every 15 seconds would use up Xero's own limit within hours
DEMO = Principal("demo", "Demo", Role.ADMIN)
ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Example:
    """Everything is in `folder`; the two ports are where it answers."""

    folder: Path
    app_port: int
    simulator_port: int

    @property
    def app_url(self) -> str:
        """Where the app answers."""
        return f"http://localhost:{self.app_port}"

    @property
    def simulator_url(self) -> str:
        """Where the simulated Xero answers."""
        return f"http://localhost:{self.simulator_port}"

    def prepare(self) -> dict[str, str]:
        """Prepare the settings of this process, the database and the contact book. Returns the settings.

        What exists already is kept. Raises: StartError when the example data cannot be made.
        """
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        settings = self._settings()
        os.environ.update(settings)
        migrate.upgrade(settings["DATABASE_URL"])
        if not contacts.list_contacts(contacts.ContactFilter(), size=1).total:
            contact_files.import_file(DEMO, self._sample_book())
        return settings

    def servers(self) -> list[Server]:
        """The simulator and the app, to be started in this order."""
        made_up = ["--contacts", CONTACTS, "--seed", SEED, "--day-limit", CALLS_PER_DAY]
        state = ["--state", str(self.folder / "simulator.db")]
        simulator = ["simulator", "--port", str(self.simulator_port), *made_up, *state]
        app = ["streamlit", "run", "app.py", "--server.address", "localhost", "--server.port", str(self.app_port)]
        return [
            Server(
                "Xero simulator", _python(*simulator), f"{self.simulator_url}/contacts", self.folder / "simulator.log"
            ),
            Server("app", _python(*app), f"{self.app_url}/healthz", self.folder / "app.log"),
        ]

    def _settings(self) -> dict[str, str]:
        return {
            "APP_SECRET_KEY": self._secret_key(),
            "DATABASE_URL": f"sqlite:///{self.folder / 'app.db'}",
            "PUBLIC_URL": self.app_url,
            "SYNC_EVERY_SECONDS": "15",
            "XERO_API_URL": self.simulator_url,
            "XERO_APP_URL": self.simulator_url,
            "XERO_CALLS_PER_DAY": CALLS_PER_DAY,
            "XERO_CLIENT_ID": "demo",
            "XERO_CLIENT_SECRET": "demo-secret",
            "XERO_IDENTITY_URL": self.simulator_url,
            "XERO_LOGIN_URL": self.simulator_url,
        }

    def _secret_key(self) -> str:
        """A secret, made once and readable only by its owner."""
        file = self.folder / "demo.env"
        if not file.exists():
            with os.fdopen(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as new:
                new.write(f"APP_SECRET_KEY={secrets.token_urlsafe(48)}\n")
        return file.read_text("utf-8").strip().partition("=")[2]

    def _sample_book(self) -> bytes:
        file = self.folder / "sample_book.csv"
        command = _python("simulator.sample_book", "--contacts", CONTACTS, "--seed", SEED, "--out", str(file))
        made = subprocess.run(command, capture_output=True, text=True, check=False)
        if made.returncode:
            raise StartError(f"The example data could not be made:\n{made.stderr}")
        return file.read_bytes()


def new_admin_password() -> str:
    """Give the admin a new password; the admin is added if missing."""
    password = secrets.token_urlsafe(12)
    if access.has_users():
        users.set_password(DEMO, ADMIN, password)
    else:
        users.add_user(DEMO, ADMIN, "Demo Admin", "admin@example.com", password, Role.ADMIN)
    return password


def _python(module: str, *arguments: str) -> list[str]:
    return [sys.executable, "-m", module, *arguments]
