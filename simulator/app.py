"""The web application: every route of Xero's that the program uses, on one origin, and the control routes."""

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp

from simulator import consent, contacts_api, control, oauth, screens
from simulator.front import Front
from simulator.state import State
from simulator.storage import Storage


def create_app(state: State, storage: Storage | None = None) -> ASGIApp:
    """The simulator as an ASGI application around `state`; with `storage`, saved as it changes."""
    routes = [*control.ROUTES, *contacts_api.ROUTES, *oauth.ROUTES, *consent.ROUTES, *screens.ROUTES]
    gzip = Middleware(GZipMiddleware, minimum_size=2000, compresslevel=1)
    app = Starlette(routes=routes, middleware=[gzip])
    app.state.simulator = state
    return Front(app, state, storage)
