"""`make demo`: the whole program with example data against a simulated Xero, in one command.

Everything it keeps is in data/demo, so that it never touches data of your own. A second start goes on where the first
one stopped; `make demo-reset` deletes it all.
"""

import fcntl
import os
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from rich.console import Console
from rich.panel import Panel

from scripts.example import ADMIN, Example, new_admin_password
from scripts.processes import StartError, is_free, running
from services.errors import SettingsError

FOLDER = Path("data/demo")
LOCK_FILE = Path("data/demo.lock")
SHOWN_FILE = FOLDER / "password_shown"
STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
KNOWN = "as shown at the first start; forgotten? `make demo-reset` begins afresh"


def main() -> None:
    """Run the demo until it is stopped, or delete its data with --reset."""
    try:
        with _only_one():
            if "--reset" in sys.argv[1:]:
                _reset()
            else:
                _run(Example(FOLDER, _port("APP_PORT", 8501), _port("SIMULATOR_PORT", 8700)))
    except (StartError, SettingsError) as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        print("Stopped. The data stay for the next `make demo`.")


def _run(example: Example) -> None:
    for number in STOPPING:
        signal.signal(number, _interrupt)
    print("Preparing the example data, a Xero simulator and the app…", flush=True)
    settings = example.prepare()
    password = None if SHOWN_FILE.exists() else new_admin_password()
    servers = example.servers()
    with running(servers, settings) as children:
        _welcome(example, password)
        while all(child.poll() is None for child in children):
            time.sleep(0.5)
        fallen = next(server for server, child in zip(servers, children, strict=True) if child.poll() is not None)
        raise StartError(f"The {fallen.name} stopped by itself; {fallen.log} may say why.")


def _reset() -> None:
    shutil.rmtree(FOLDER, ignore_errors=True)
    print("The demo's data are gone; `make demo` begins afresh.")


@contextmanager
def _only_one() -> Iterator[None]:
    """Hold a lock that the system releases when this process ends, however it ends."""
    LOCK_FILE.parent.mkdir(exist_ok=True)
    with LOCK_FILE.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise StartError("The demo is running in this folder; stop it first, with Ctrl-C where it runs.") from None
        yield


def _port(variable: str, default: int) -> int:
    text = os.environ.get(variable) or str(default)
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise StartError(f"{variable} must be a port number, not {text}.")
    if not is_free(int(text)):
        raise StartError(f"Port {text} is taken; choose another one: make demo {variable}={int(text) + 100}")
    return int(text)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    """Begin to stop. Further signals must not interrupt the stopping."""
    for number in STOPPING:
        signal.signal(number, signal.SIG_IGN)
    print("\nStopping…", flush=True)
    raise KeyboardInterrupt


def _welcome(example: Example, password: str | None) -> None:
    text = f"""\
Open        {example.app_url}
Username    {ADMIN}
Password    {f"{password}   (shown only this once)" if password else KNOWN}

What to try first
 1  Sign in. Open Connected Apps, press Connect, and go on to Xero.
 2  The simulator asks for consent, as Xero would: allow access.
 3  Choose what to import, press Save and preview, look, then Start import.
 4  Open the Client List, then answer some questions under Resolve Match Issues.
 5  Change a contact in the app, or at {example.simulator_url} (the simulated Xero),
    and see it arrive on the other side within 15 seconds.

Ctrl-C stops everything and keeps the data. `make demo-reset` forgets them.
Logs are in {FOLDER}."""
    panel = Panel(text, title="Contact Sync for Xero is running", padding=(1, 2), expand=False)
    Console(markup=False, highlight=False, width=100).print(panel)
    SHOWN_FILE.touch()


if __name__ == "__main__":
    main()
