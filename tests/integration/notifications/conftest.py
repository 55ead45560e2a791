"""Somebody to tell: a mail server and a receiver of webhooks that really listen, and settings that name them."""

from collections.abc import Iterator

import pytest

from services import notifications
from services.access import SYSTEM
from services.notifications import TargetForm
from services.settings import get_settings
from tests.support.post_office import PostOffice, Receiver, mail_server, receiver
from tests.support.telling import a_connection

ALL = ("sign_in", "brake", "failing", "over")


@pytest.fixture
def office(settings: pytest.MonkeyPatch) -> Iterator[PostOffice]:
    """A mail server that takes everything."""
    with mail_server() as office:
        values = {"HOST": "127.0.0.1", "PORT": str(office.port), "SECURITY": "none", "FROM": "sync@practice.example"}
        for name, value in values.items():
            settings.setenv(f"SMTP_{name}", value)
        get_settings.cache_clear()
        yield office


@pytest.fixture
def hook() -> Iterator[Receiver]:
    """A receiver of webhooks."""
    with receiver() as box:
        yield box


@pytest.fixture
def connection(database: object) -> str:
    """A connection whose name is up to something."""
    return a_connection("Fern & Co\r\n<!here>")


@pytest.fixture
def by_mail(database: object, office: PostOffice) -> str:
    """A target that is told all alerts by email; its id."""
    return notifications.add_target(SYSTEM, TargetForm("email", "Office", "office@practice.example", ALL))


@pytest.fixture
def by_hook(database: object, hook: Receiver) -> str:
    """A target that is told all alerts by webhook; its id."""
    return notifications.add_target(SYSTEM, TargetForm("webhook", "", hook.url, ALL))
