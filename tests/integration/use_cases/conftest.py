"""What many tests of the use cases begin with."""

import pytest

from tests.support.practice import add, run_import
from tests.support.xero import Xero


@pytest.fixture
def pair(xero: Xero, connection_id: str) -> tuple[str, str]:
    """A linked pair: the practice's id and Xero's."""
    ours, theirs = add("Ada Archer", "ada@example.com"), xero.create("Ada Archer", "ada@example.com")
    run_import(connection_id)
    return ours, theirs
