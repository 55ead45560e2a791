"""The web application: every route of Xero's that the program uses, on one origin, and the control routes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp

from simulator import (
    absent,
    consent,
    contacts_api,
    control,
    groups_api,
    history_api,
    oauth,
    screens,
    webhook_control,
)
from simulator.delivery import deliver_for_ever
from simulator.front import Front
from simulator.state import State
from simulator.storage import Storage


def create_app(state: State, storage: Storage | None = None) -> ASGIApp:
    """The simulator as an ASGI application around `state`; with `storage`, saved as it changes."""
    behind = (*control.ROUTES, *webhook_control.ROUTES)
    api = (*groups_api.ROUTES, *history_api.ROUTES, *contacts_api.ROUTES, *absent.ROUTES)
    routes = [*behind, *api, *oauth.ROUTES, *consent.ROUTES, *screens.ROUTES]
    gzip = Middleware(GZipMiddleware, minimum_size=2000, compresslevel=1)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        postman = asyncio.create_task(deliver_for_ever(state))
        yield
        postman.cancel()
        with suppress(asyncio.CancelledError):
            await postman

    app = Starlette(routes=routes, middleware=[gzip], lifespan=lifespan)
    app.state.simulator = state
    return Front(app, state, storage)
