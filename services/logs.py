"""What goes to the log, and in which form: the same for the app, its web server and the worker, as LOG_LEVEL says."""

import logging

from services.settings import get_settings

FORM = "%(asctime)s %(levelname)s %(name)s %(message)s"
SERVER = ("uvicorn", "uvicorn.access", "uvicorn.asgi", "uvicorn.error")
"""Loggers to which uvicorn and Streamlit each add a handler of their own, so that all is said twice."""


def start() -> None:
    """Log to standard error from now on. Requests are listed at DEBUG only, since one page makes sixty."""
    level = get_settings().log_level
    logging.basicConfig(level=level, format=FORM)
    for name in SERVER:
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
        logger.setLevel(level)
    if level != "DEBUG":
        logging.getLogger("uvicorn.access").setLevel(logging.WARNING)
    logging.getLogger("alembic").setLevel(logging.WARNING)
