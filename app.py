"""The web app: screens, routes and the sync in one process.

Start it with `streamlit run app.py`, or behind a proxy with `uvicorn app:app`; always one process.
"""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pandas  # noqa: F401  imported here so that the first visitor does not wait for it
import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pages.components import broken
from services import first_run, logs, memory, migrate
from services.errors import SettingsError
from services.routes import routes
from services.settings import Settings, get_settings
from services.worker import Worker

CONTENT_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' ws: wss: data:; worker-src 'self' blob:; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
}
HTTPS_HEADERS = {"Strict-Transport-Security": "max-age=31536000"}


class SecurityHeaders:
    """Adds headers that keep other sites and injected markup out to every answer."""

    def __init__(self, app: ASGIApp, https: bool) -> None:
        self.app = app
        self.headers = HEADERS | (HTTPS_HEADERS if https else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and the answer back with the headers."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(self.headers)
            await send(message)

        await self.app(scope, receive, send_with_headers if scope["type"] == "http" else send)


class NoDeeperPages:
    """Redirects an address below a page, such as /contacts/new, to one that does not exist, where Streamlit says so.

    Left alone, Streamlit would answer it with its own page, which then looks for its server below that address and
    waits for ever.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; if the answer to such an address is a page, redirect instead."""
        path = scope.get("path", "").strip("/")
        if scope["type"] != "http" or "/" not in path or "." in path.rpartition("/")[2]:
            await self.app(scope, receive, send)
            return
        led_away = False

        async def send_or_lead_away(message: Message) -> None:
            nonlocal led_away
            if message["type"] == "http.response.start":
                led_away = Headers(raw=message["headers"]).get("content-type", "").startswith("text/html")
                if led_away:
                    await RedirectResponse(f"/{path.replace('/', '-')}")(scope, receive, send)
            if not led_away:
                await send(message)

        await self.app(scope, receive, send_or_lead_away)


def settings_or_exit() -> Settings:
    """The settings, once the database is up to date. If either fails, the program ends with a sentence saying why."""
    try:
        migrate.upgrade(get_settings().database_url)
        return get_settings()
    except SettingsError as error:
        sys.exit(str(error))


def announce_first_run(public_url: str) -> None:
    """While there are no users, print the code with which the first administrator is set up."""
    code = first_run.new_code()
    if code:
        print(f"\n  Set up the first administrator at {public_url} with this code: {code}\n", flush=True)  # noqa: T201


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[dict[str, Any]]:
    """Say how the first administrator is set up; run the sync while the app runs."""
    settings = get_settings()
    logs.start()
    await run_in_threadpool(announce_first_run, settings.public_url)
    memory.settle()
    worker = Worker() if settings.worker_in_app else None
    if worker:
        worker.start()
    yield {}
    if worker:
        await run_in_threadpool(worker.stop)


app = st.App(
    Path(__file__).parent / "pages" / "main.py",
    lifespan=lifespan,
    routes=routes,
    on_script_error=broken.tell,
    middleware=[
        Middleware(SecurityHeaders, https=settings_or_exit().public_url.startswith("https:")),
        Middleware(NoDeeperPages),
    ],
)

if __name__ == "__main__":
    app.run()
