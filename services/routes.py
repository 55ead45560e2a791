"""What the web server answers besides the screens: Xero's redirect and webhooks, pictures, and whether all is well.

The redirect's query holds a code and a state. Both are single-use and short-lived, and even so they
are kept out of logs, caches and the address that the browser ends on.
"""

import logging
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from services import connection, webhooks
from services.db import read
from services.records.stalling import any_overdue
from services.settings import get_settings

PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
UNKNOWN = "unknown"
LARGEST_BODY = 1_000_000
WELL = "ok"
PICTURES = "/guide/pictures"
"""Below this address are the pictures of the user guide, of made-up contacts, for everybody."""
PICTURE_FILES = Path(__file__).parent.parent / "docs" / "images"


async def oauth_callback(request: Request) -> Response:
    """Where Xero sends the browser back to; on to the page that shows how it went.

    The `error_description` that may come along is not even read: anyone could write it.
    """
    if request.method == "HEAD":
        return Response(headers=PRIVATE)
    query = (request.query_params.get(name, "") for name in ("state", "code", "error"))
    consent = await run_in_threadpool(connection.finish, *query)
    page = f"{get_settings().public_url}/connected_apps?consent={quote(consent.id or UNKNOWN)}"
    return RedirectResponse(page, status_code=303, headers=PRIVATE)


async def xero_webhook(request: Request) -> Response:
    """Where Xero says that contacts changed. Answers 200 if the signature is right, else 401, and never with a body.

    A 500, when the events cannot be stored, makes Xero send them again.
    """
    raw = await _body(request)
    if raw is None:
        return Response(status_code=413)
    if not webhooks.signed(raw, request.headers.get("x-xero-signature", "")):
        return Response(status_code=401)
    await run_in_threadpool(webhooks.receive, raw)
    return Response()


async def _body(request: Request) -> bytes | None:
    """The raw body, or None as soon as it is too large to come from Xero."""
    raw = bytearray()
    async for part in request.stream():
        raw += part
        if len(raw) > LARGEST_BODY:
            return None
    return bytes(raw)


async def healthz(_request: Request) -> Response:
    """Whether the database answers, and the worker gets round to the organisations that are due."""
    status = await run_in_threadpool(_status)
    return JSONResponse({"status": status}, 200 if status == WELL else 503, headers={"Cache-Control": "no-store"})


def _status() -> str:
    try:
        with read() as session:
            session.execute(text("SELECT value FROM counter"))
            return "no sync has run for hours" if any_overdue(session) else WELL
    except SQLAlchemyError:
        return "the database does not answer"


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

routes: list[BaseRoute] = [
    Route("/oauth/callback", oauth_callback, methods=["GET"]),
    Route("/webhooks/xero", xero_webhook, methods=["POST"]),
    Route("/healthz", healthz, methods=["GET"]),
    Mount(PICTURES, StaticFiles(directory=PICTURE_FILES, check_dir=False)),
]
