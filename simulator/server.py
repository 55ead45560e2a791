"""Serving the simulator: for a command, or on a free port in a thread for the length of a test."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from simulator.app import create_app
from simulator.state import Options, State
from simulator.storage import Storage

ALL_SCOPES = ("openid", "offline_access", "accounting.contacts", "accounting.settings.read")
BACKLOG = 128


class PortTaken(Exception):
    """Another program listens on this port; the text is for the person at the terminal."""


class _Protocol(H11Protocol):
    """HTTP whose requests can reach their own transport, so that a fault can cut the connection."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.app_state = {**self.app_state, "transport": transport}


@dataclass(frozen=True, slots=True)
class Running:
    """A simulator that runs in a thread: its address and its state."""

    url: str
    state: State

    def sign_in(self, *scopes: str, tenants: int = 1) -> dict[str, Any]:
        """Connect the first organisations without the consent page; the body of a token answer."""
        code, auth_event = self.state.authority.grant_code(scopes or ALL_SCOPES, "", "", "")
        for tenant in list(self.state.tenants.values())[:tenants]:
            self.state.connections.connect(tenant.id, auth_event)
        return self.state.authority.exchange(code, "", "", self.url)

    @property
    def tenant_id(self) -> str:
        """The id of the first organisation."""
        return self.state.first_tenant.id


def listen(host: str, port: int) -> socket.socket:
    """A listening socket on this port; 0 picks a free one. Raises: PortTaken."""
    listener = socket.socket(proto=socket.IPPROTO_TCP)  # without naming TCP, asyncio leaves Nagle's delay on
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        reason = f"Port {port} on {host} cannot be used: {error.strerror}. Choose another with --port."
        raise PortTaken(reason) from None
    return listener


def server_of(
    state: State, storage: Storage | None = None, certificate: Path | None = None, key: Path | None = None
) -> uvicorn.Server:
    """A server that is not yet running; with a certificate and its key it speaks https.

    Raises: OSError, when these cannot be used.
    """
    config = uvicorn.Config(
        create_app(state, storage), http=_Protocol, log_level="warning", access_log=False, lifespan="on",
        timeout_graceful_shutdown=2, ssl_certfile=certificate, ssl_keyfile=key,
    )  # fmt: skip
    config.load()
    return uvicorn.Server(config)


@contextmanager
def running(port: int = 0, storage: Storage | None = None, **options: Any) -> Iterator[Running]:
    """A simulator for the length of the block; `options` are those of `state.Options`."""
    state = storage.open(Options(**options)) if storage else State(Options(**options))
    listener = listen("127.0.0.1", port)
    server = server_of(state, storage)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield Running(f"http://127.0.0.1:{listener.getsockname()[1]}", state)
    finally:
        server.should_exit = True
        thread.join(timeout=5)
        listener.close()
