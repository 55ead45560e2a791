"""Start the simulator: python -m simulator"""

import argparse
import gc
import sqlite3
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from simulator.server import PortTaken, listen, server_of
from simulator.state import Options, State
from simulator.storage import Storage

USAGE_ERROR = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until interrupted; the exit code."""
    asked = _parser().parse_args(arguments)
    options = Options(
        contacts=asked.contacts, seed=asked.seed, tenants=asked.tenants, client_id=asked.client_id,
        client_secret=asked.client_secret, per_minute=asked.minute_limit, per_day=asked.day_limit,
        latency=asked.latency,
    )  # fmt: skip
    try:
        listener = listen(asked.host, asked.port)
        storage = Storage(asked.state) if asked.state else None
        state = storage.open(options) if storage else State(options)
    except PortTaken as error:
        return _fail(str(error))
    except sqlite3.Error as error:
        return _fail(f"The state file {asked.state} cannot be used: {error}.")
    print(_greeting(state, listener.getsockname()[1]), flush=True)
    gc.freeze()  # the contacts stay: looking through them for garbage would stall answers
    with suppress(KeyboardInterrupt):
        server_of(state, storage).run(sockets=[listener])
    return 0


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
    add("--state", type=Path, metavar="FILE", help="keep everything in this file and go on from it")
    add("--client-id", default="demo", help="client id of the one app it knows")
    add("--client-secret", default="demo-secret", help="client secret of that app")
    add("--day-limit", type=_positive, default=1000, help="calls a day for each organisation")
    add("--minute-limit", type=_positive, default=60, help="calls a minute for each organisation")
    add("--latency", type=float, default=0.0, metavar="SECONDS", help="time each API call takes on top")
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


def _greeting(state: State, port: int) -> str:
    names = ", ".join(f"{tenant.name} ({len(tenant.ledger)} contacts)" for tenant in state.tenants.values())
    return f"Xero simulator on http://localhost:{port}\nOrganisations: {names}\nStop it with Ctrl+C."


def _fail(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return USAGE_ERROR


if __name__ == "__main__":
    sys.exit(main())
