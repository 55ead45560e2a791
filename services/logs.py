"""What goes to the log, and in which form: the same for the app, its web server and the worker, as LOG_LEVEL says."""

import logging

from services.settings import get_settings

FORM = "%(asctime)s %(levelname)s %(name)s %(message)s"
SERVER = ("uvicorn", "uvicorn.access", "uvicorn.asgi", "uvicorn.error")
"""Loggers to which uvicorn and Streamlit each add a handler of their own, so that all is said twice."""


def start() -> None:
    """Log to standard error from now on. Requests are listed at DEBUG only, since one page makes sixty.

    Nothing else is said at DEBUG: there the server tells every header and every piece of a page, with the cookie of
    whoever is signed in and the names of contacts.
    """
    level = get_settings().log_level
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
