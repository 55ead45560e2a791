"""A linked pair; where webhooks arrive, and two linked pairs that they may name."""

from collections.abc import Iterator

import pytest

from services.settings import get_settings
from tests.support.practice import add, run_import
from tests.support.site import serving
from tests.support.webhooks import KEY
from tests.support.xero import Xero


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Where the program takes webhooks."""
    with serving() as site:
        yield f"{site}/webhooks/xero"


@pytest.fixture
def key(settings: pytest.MonkeyPatch) -> str:
    """The key that signs, as the settings have it."""
    settings.setenv("XERO_WEBHOOK_KEY", KEY)
    get_settings.cache_clear()
    return KEY


@pytest.fixture
def people(xero: Xero, connection_id: str, address: str, key: str) -> dict[str, str]:
    """Two linked pairs, Xero's id by the practice's, and a webhook that Xero has accepted."""
    ours = [add("Ada Archer", "ada@example.com"), add("Ben Baker", "ben@example.com")]
    theirs = [xero.create("Ada Archer", "ada@example.com"), xero.create("Ben Baker", "ben@example.com")]
    run_import(connection_id)
    assert xero.control("webhooks", url=address, key=key)["status"] == "ok"
    xero.forget_calls()
    return dict(zip(ours, theirs, strict=True))


@pytest.fixture
def pair(xero: Xero, connection_id: str) -> tuple[str, str]:
    """A linked pair: the practice's id and Xero's."""
    ours, theirs = add("Ada Archer", "ada@example.com"), xero.create("Ada Archer", "ada@example.com")
    run_import(connection_id)
    return ours, theirs
