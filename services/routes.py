"""What the web server answers besides the screens: Xero's redirect, and whether all is well.

The redirect's query holds a code and a state. Both are single-use and short-lived, and even so they
are kept out of logs, caches and the address that the browser ends on.
"""

import logging
from typing import Any
from urllib.parse import quote

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from services import connection
from services.db import read
from services.settings import get_settings

PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
UNKNOWN = "unknown"


async def oauth_callback(request: Request) -> Response:
    """Where Xero sends the browser back to; on to the page that shows how it went."""
    if request.method == "HEAD":
        return Response(headers=PRIVATE)
    query = (request.query_params.get(name, "") for name in ("state", "code", "error", "error_description"))
    consent = await run_in_threadpool(connection.finish, *query)
    page = f"{get_settings().public_url}/connected_apps?consent={quote(consent.id or UNKNOWN)}"
    return RedirectResponse(page, status_code=303, headers=PRIVATE)


async def healthz(_request: Request) -> Response:
    """Whether the database answers."""
    healthy = await run_in_threadpool(_database_answers)
    body = {"status": "ok" if healthy else "the database does not answer"}
    return JSONResponse(body, 200 if healthy else 503, headers={"Cache-Control": "no-store"})


def _database_answers() -> bool:
    try:
        with read() as session:
            session.execute(text("SELECT value FROM counter"))
    except SQLAlchemyError:
        return False
    return True


class WithoutQueries(logging.Filter):
    """Shortens the addresses in a server's access log, whose queries may hold a code."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Cut every address in the record's values; the record itself always passes."""
        if isinstance(record.args, tuple):
            record.args = tuple(_path(value) for value in record.args)
        return True


def _path(value: Any) -> Any:
    return value.partition("?")[0] if isinstance(value, str) and value.startswith("/") else value


logging.getLogger("uvicorn.access").addFilter(WithoutQueries())

routes: list[Route] = [
    Route("/oauth/callback", oauth_callback, methods=["GET"]),
    Route("/healthz", healthz, methods=["GET"]),
]
