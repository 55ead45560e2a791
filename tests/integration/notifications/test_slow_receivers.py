"""Mail servers and webhooks that answer byte by byte, without end: they hold up no other notice for long."""

import time
from collections.abc import Iterator

import pytest

from services import notifications
from services.access import SYSTEM
from services.gateways import mail
from services.notifications import TargetForm
from services.settings import get_settings
from tests.support.dripping import ENOUGH, dripping


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """Where such a server listens."""
    monkeypatch.setattr(mail, "LONGEST_SECONDS", 1.0)
    with dripping() as port:
        yield port


def seconds_to_give_up(target: str) -> float:
    """How long a test takes that is not taken."""
    begun = time.monotonic()
    assert notifications.send_test(SYSTEM, target) != ""
    return time.monotonic() - begun


def test_a_webhook_that_answers_byte_by_byte_is_given_up(database: object, port: int) -> None:
    form = TargetForm("webhook", "", f"http://127.0.0.1:{port}/hook", ("sign_in",))
    assert seconds_to_give_up(notifications.add_target(SYSTEM, form)) < ENOUGH / 3


def test_a_mail_server_that_answers_byte_by_byte_is_given_up(
    database: object, port: int, settings: pytest.MonkeyPatch
) -> None:
    values = {"HOST": "127.0.0.1", "PORT": str(port), "SECURITY": "none", "FROM": "sync@practice.example"}
    for name, value in values.items():
        settings.setenv(f"SMTP_{name}", value)
    get_settings.cache_clear()
    target = notifications.add_target(SYSTEM, TargetForm("email", "", "office@practice.example", ("sign_in",)))
    assert seconds_to_give_up(target) < ENOUGH / 3
