"""The way back from Xero's consent page: the app answers it if it runs, otherwise this process while it waits."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import urllib3
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from services.errors import UsageError
from services.routes import routes
from services.settings import get_settings

START_SECONDS = 5.0
GOODBYE_SECONDS = 2.0
"""Seconds for the browser to fetch the page it is sent on to, before this process stops answering."""


@contextmanager
def answered() -> Iterator[None]:
    """For the length of the block, `PUBLIC_URL/oauth/callback` is answered by the app or by this process.

    Raises: UsageError when neither is possible.
    """
    if _app_answers():
        yield
        return
    goodbye = threading.Event()

    async def go_back(_request: Request) -> PlainTextResponse:
        goodbye.set()
        return PlainTextResponse("Xero has answered. Close this window and go back to the terminal.")

    server = uvicorn.Server(
        uvicorn.Config(
            Starlette(routes=[*routes, Route("/{path:path}", go_back)]),
            host="localhost",
            port=_local_port(),
            log_level="critical",
        )
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        _wait_until_started(server, thread)
        yield
        goodbye.wait(GOODBYE_SECONDS)
    finally:
        server.should_exit = True
        thread.join(START_SECONDS)


def _app_answers() -> bool:
    """Whether the app is there, even if it answers 503 because no sync has run for long."""
    try:
        answer = urllib3.request("GET", f"{get_settings().public_url}/healthz", retries=False, timeout=3)
    except urllib3.exceptions.HTTPError:
        return False
    return b'"status"' in answer.data


def _local_port() -> int:
    address = urlsplit(get_settings().public_url)
    if address.scheme != "http" or address.hostname not in ("localhost", "127.0.0.1"):
        raise UsageError(f"The app does not answer at {get_settings().public_url}; start it, then connect again.")
    return address.port or 80


def _wait_until_started(server: uvicorn.Server, thread: threading.Thread) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not server.started:
        if not thread.is_alive() or time.monotonic() > deadline:
            raise UsageError(f"Port {_local_port()} is taken by another program; stop it, or change PUBLIC_URL.")
        time.sleep(0.05)
