"""Start the simulator: python -m simulator"""

import argparse
import gc
import signal
import sqlite3
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from simulator import contacts_file
from simulator.contacts_file import ROLES, BadFile
from simulator.quirks import MEANINGS, Quirks
from simulator.server import PortTaken, listen, server_of
from simulator.state import Options, State
from simulator.storage import Storage

USAGE_ERROR = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until interrupted or terminated; the exit code."""
    asked = _parser().parse_args(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        options = _options(asked)
        listener = listen(asked.host, asked.port)
        storage = Storage(asked.state) if asked.state else None
        if storage and options.given and storage.is_used:
            return _fail(f"{asked.state} holds contacts already. Leave out --from, or choose another file.")
        state = storage.open(options) if storage else State(options)
        server = server_of(state, storage, asked.tls_cert, asked.tls_key)
    except (BadFile, PortTaken) as error:
        return _fail(str(error))
    except sqlite3.Error as error:
        return _fail(f"The state file {asked.state} cannot be used: {error}.")
    except OSError as error:
        return _fail(f"The certificate {asked.tls_cert} cannot be used with the key {asked.tls_key}: {error.strerror}.")
    scheme = "https" if asked.tls_cert else "http"
    print(_greeting(state, f"{scheme}://localhost:{listener.getsockname()[1]}"), flush=True)
    gc.freeze()  # the contacts stay, and searching them for garbage would delay answers
    with suppress(KeyboardInterrupt):
        server.run(sockets=[listener])
    return 0


def _options(asked: argparse.Namespace) -> Options:
    now = int(time.time() * 1000)
    return Options(
        contacts=asked.contacts, seed=asked.seed, tenants=asked.tenants, client_id=asked.client_id,
        client_secret=asked.client_secret, per_minute=asked.minute_limit, per_day=asked.day_limit,
        latency=asked.latency, quirks=Quirks(**dict.fromkeys(asked.quirk, True)),
        given=contacts_file.read(asked.file, asked.role, now) if asked.file else (),
    )  # fmt: skip


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m simulator",
        description="A double of Xero over HTTP, with made-up contacts, limits and failures on request.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = parser.add_argument
    add("--host", default="127.0.0.1", help="address to listen on")
    add("--port", type=int, default=8700, help="port to listen on; 0 picks a free one")
    add("--contacts", type=_count, default=500, help="contacts to make up for each organisation")
    add("--seed", type=int, default=7, help="the same number makes the same contacts")
    add("--tenants", type=_positive, default=1, help="organisations to make up")
    add(
        "--from",
        type=Path,
        metavar="FILE.csv",
        dest="file",
        help="contacts of the first organisation, as Xero exports them",
    )
    add("--from-role", choices=sorted(ROLES), default="customer", dest="role", help="the role of those contacts")
    add("--state", type=Path, metavar="FILE", help="keep everything in this file, and go on from it next time")
    add("--client-id", default="demo", help="client id of the one app it knows")
    add("--client-secret", default="demo-secret", help="client secret of that app")
    add("--day-limit", type=_positive, default=1000, help="calls a day for each organisation")
    add("--minute-limit", type=_positive, default=60, help="calls a minute for each organisation")
    add("--latency", type=float, default=0.0, metavar="SECONDS", help="time to add to each API call")
    add("--quirk", choices=list(MEANINGS), action="append", default=[], help="switch on a quirk; see docs/simulator.md")
    add("--tls-cert", type=Path, metavar="FILE", help="speak https with this certificate")
    add("--tls-key", type=Path, metavar="FILE", help="the key of that certificate")
    return parser


def _count(text: str) -> int:
    number = int(text)
    if number < 0:
        raise argparse.ArgumentTypeError("must not be negative")
    return number


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number


def _greeting(state: State, url: str) -> str:
    names = ", ".join(f"{tenant.name} ({len(tenant.ledger)} contacts)" for tenant in state.tenants.values())
    return f"Xero simulator on {url}\nOrganisations: {names}\nStop it with Ctrl+C."


def _fail(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return USAGE_ERROR


if __name__ == "__main__":
    sys.exit(main())
