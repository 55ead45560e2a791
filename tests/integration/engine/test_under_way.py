"""What happens while a tick or a job is under way: an admin signs in again, another worker is quicker or slower."""

from datetime import timedelta

import pytest

from models.connection import CONNECTED
from services import sync
from services.errors import SignInNeeded
from services.gateways.xero import oauth, tokens
from services.gateways.xero.oauth import TokenPair
from tests.support.organisations import Organisation, connected, consented, several
from tests.support.practice import add, edit
from tests.support.xero import Xero


@pytest.fixture
def practice(database: object, xero: Xero) -> Organisation:
    """A connected organisation of two, with one linked person."""
    first = several(xero, 2)[0]
    xero.control("contacts", tenant=first, create={"Name": "Ada Archer", "EmailAddress": "ada@example.com"})
    return connected(xero, first)


def test_a_tick_goes_on_with_the_sign_in_that_an_admin_renews_meanwhile(practice: Organisation) -> None:
    ben = add("Ben Baker", "ben@example.com")
    practice.create("Ben Baker", "ben@example.com")
    sync.tick(practice.connection_id)
    edit(ben, email="new@example.com")
    renewed = []

    def progress(_stage: str, _done: int, _total: int) -> None:
        if not renewed:
            renewed.append(consented(practice.tenant_id).connection_id)

    sync.tick(practice.connection_id, progress)
    assert renewed == [practice.connection_id]
    assert (practice.item.state, practice.item.error) == (CONNECTED, "")
    assert practice.email("Ben Baker") == "new@example.com"


def test_an_earlier_sign_in_that_xero_ends_does_not_end_the_one_that_an_admin_renewed_meanwhile(
    practice: Organisation,
) -> None:
    with pytest.MonkeyPatch.context() as patched:

        def refused_after_an_admin_signed_in(_pair: TokenPair) -> TokenPair:
            patched.undo()
            consented(practice.tenant_id)
            raise SignInNeeded("Xero ended the sign-in. Connect again.")

        patched.setattr(tokens, "MARGIN", timedelta(hours=1))  # as if the token had run out
        patched.setattr(oauth, "refresh", refused_after_an_admin_signed_in)
        sync.tick(practice.connection_id)
    assert (practice.item.state, practice.item.error) == (CONNECTED, "")
