"""The log of a process: every line once, in one form, and as much of it as LOG_LEVEL says."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SAYING = """
import logging, logging.config
import streamlit.logger, uvicorn.config
logging.config.dictConfig(uvicorn.config.LOGGING_CONFIG)
streamlit.logger.init_uvicorn_logs()
from services import logs
logs.start()
logging.getLogger("uvicorn.access").info('%s - "%s %s HTTP/%s" %d', "::1", "GET", "/a-page", "1.1", 200)
logging.getLogger("uvicorn.error").info("The server is up.")
for name in ("uvicorn.error", "websockets.server", "asyncio"):
    logging.getLogger(name).debug("< cookie: a secret")
logging.getLogger("services.worker").info("A job is done.")
logging.getLogger("services.worker").warning("A job failed.")
"""
FAILING = """
import logging, sqlite3
from services import logs
logs.start()
from streamlit.logger import get_logger
def ask():
    sqlite3.connect(":memory:").execute("SELECT * FROM amy_adams")
def give_up():
    try:
        ask()
    except sqlite3.Error as error:
        raise ValueError("Amy Adams <amy@example.com>") from error
for logger in (logging.getLogger("services.worker"), logging.getLogger("uvicorn.error"), get_logger("streamlit.later")):
    try:
        give_up()
    except ValueError:
        logger.exception("A turn failed.")
try:
    open("/nowhere/Amy Adams.csv")
except OSError:
    logging.getLogger("services.worker").exception("A file failed.")
"""
PAGE_FAILING = """
from services import logs
logs.start()
from streamlit.error_util import handle_uncaught_app_exception
try:
    raise ValueError("Amy Adams <amy@example.com>")
except ValueError as error:
    handle_uncaught_app_exception(error)
"""
LINE = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} ([A-Z]+) ([\w.]+) (.+)")


def lines(level: str) -> list[str]:
    """What a process says at a level, each line without its time; one in another form is a failure."""
    found = [LINE.fullmatch(line) for line in told(SAYING, level).splitlines()]
    return [" ".join(one.groups()) if one else "in another form" for one in found]


def told(code: str, level: str) -> str:
    """What a process that runs this code says, there being nothing that belongs on standard output."""
    settings = {"APP_SECRET_KEY": "a key for logs, and it is long enough", "LOG_LEVEL": level}
    command = [sys.executable, "-c", code]
    ended = subprocess.run(command, cwd=ROOT, env=os.environ | settings, text=True, capture_output=True, check=True)
    return ended.stdout + ended.stderr


@pytest.mark.parametrize(
    ("level", "said"),
    [
        ("WARNING", []),
        ("INFO", ["INFO uvicorn.error The server is up.", "INFO services.worker A job is done."]),
    ],
)
def test_every_line_is_said_once_and_in_one_form(level: str, said: list[str]) -> None:
    assert lines(level) == [*said, "WARNING services.worker A job failed."]


def test_requests_are_listed_where_all_is() -> None:
    assert 'INFO uvicorn.access ::1 - "GET /a-page HTTP/1.1" 200' in lines("DEBUG")


def test_what_servers_say_of_cookies_and_of_pages_is_never_logged() -> None:
    assert not [line for line in lines("DEBUG") if "a secret" in line]


@pytest.mark.parametrize("level", ["DEBUG", "INFO"])
def test_an_unexpected_error_is_logged_by_its_types_and_places_without_its_text(level: str) -> None:
    said = told(FAILING, level)
    assert "amy" not in said.lower()
    assert said.count("in give_up\nbuiltins.ValueError\n") == 3
    assert said.count("in ask\nsqlite3.OperationalError (SQLITE_ERROR)\nwhich led to\n") == 3
    assert "builtins.FileNotFoundError (ENOENT)" in said


def test_an_unexpected_error_of_a_page_is_logged_without_its_text_as_well() -> None:
    said = told(PAGE_FAILING, "INFO")
    assert "amy" not in said.lower()
    assert "builtins.ValueError" in said
