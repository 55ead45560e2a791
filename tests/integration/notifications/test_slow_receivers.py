"""Mail servers and webhooks that answer byte by byte, without end: they hold up no other notice for long."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest

from services import notifications
from services.access import SYSTEM
from services.gateways import mail
from services.notifications import TargetForm
from services.settings import get_settings

ENOUGH = 15.0


@pytest.fixture
def dripping(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The port of a server that says one letter ten times a second, to each who calls."""
    monkeypatch.setattr(mail, "LONGEST_SECONDS", 1.0)
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=_drip, args=[server], daemon=True).start()
        yield server.getsockname()[1]


def _drip(server: socket.socket) -> None:
    with suppress(OSError):
        while True:
            caller, _ = server.accept()
            with suppress(OSError):
                for _ in range(int(ENOUGH * 10)):
                    caller.sendall(b"2")
                    time.sleep(0.1)


def seconds_to_give_up(target: str) -> float:
    """How long a test takes that is not taken."""
    begun = time.monotonic()
    assert notifications.send_test(SYSTEM, target) != ""
    return time.monotonic() - begun


def test_a_webhook_that_answers_byte_by_byte_is_given_up(database: object, dripping: int) -> None:
    form = TargetForm("webhook", "", f"http://127.0.0.1:{dripping}/hook", ("sign_in",))
    assert seconds_to_give_up(notifications.add_target(SYSTEM, form)) < ENOUGH / 3


def test_a_mail_server_that_answers_byte_by_byte_is_given_up(
    database: object, dripping: int, settings: pytest.MonkeyPatch
) -> None:
    values = {"HOST": "127.0.0.1", "PORT": str(dripping), "SECURITY": "none", "FROM": "sync@practice.example"}
    for name, value in values.items():
        settings.setenv(f"SMTP_{name}", value)
    get_settings.cache_clear()
    target = notifications.add_target(SYSTEM, TargetForm("email", "", "office@practice.example", ("sign_in",)))
    assert seconds_to_give_up(target) < ENOUGH / 3
