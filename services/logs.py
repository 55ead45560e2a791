"""What goes to the log, and in which form: the same for the app, its web server and the worker, as LOG_LEVEL says."""

import errno
import logging
import traceback
from typing import Any

from services.settings import get_settings

FORM = "%(asctime)s %(levelname)s %(name)s %(message)s"
SERVER = ("uvicorn", "uvicorn.access", "uvicorn.asgi", "uvicorn.error")
"""Loggers to which both uvicorn and Streamlit add a handler, so that everything would be logged twice."""


def start() -> None:
    """Log to standard error from now on. Requests are listed at DEBUG only, since one page makes sixty.

    Nothing else is logged at DEBUG: the server would log every header and every piece of a page, with the cookies of
    people who are signed in and the names of contacts.
    """
    level = get_settings().log_level
    logging.setLogRecordFactory(_record)
    shown = "INFO" if level == "DEBUG" else level
    logging.basicConfig(level=shown, format=FORM)
    for name in SERVER:
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
        logger.setLevel(shown)
    if level != "DEBUG":
        logging.getLogger("uvicorn.access").setLevel(logging.WARNING)
    logging.getLogger("alembic").setLevel(logging.WARNING)


def _record(*details: Any, **more: Any) -> logging.LogRecord:
    """A record with our wording of its error, before any handler, Streamlit's own included, adds the error's text."""
    record = logging.LogRecord(*details, **more)
    if record.exc_info and record.exc_info[1]:
        record.exc_text = _types_and_places(record.exc_info[1])
    return record


def _types_and_places(error: BaseException) -> str:
    """An error, after its causes, by type and place. Their texts are left out, which may hold a contact's name or what
    was typed.
    """
    chain: list[BaseException] = []
    latest: BaseException | None = error
    while latest is not None and latest not in chain:
        chain.insert(0, latest)
        latest = latest.__cause__ or (None if latest.__suppress_context__ else latest.__context__)
    told = ("".join((*traceback.format_tb(one.__traceback__), type_of(one))) for one in chain)
    return "Traceback (most recent call last):\n" + "\nwhich led to\n".join(told)


def type_of(error: BaseException) -> str:
    """The name of an error's type, with the code that SQLite or the system gives it: SQLITE_FULL, ENOSPC."""
    told = getattr(error, "orig", None) or error
    code = getattr(told, "sqlite_errorname", "") or errno.errorcode.get(getattr(told, "errno", None) or 0, "")
    return f"{type(error).__module__}.{type(error).__qualname__}{f' ({code})' if code else ''}"
