"""Our marker: it names a contact of ours and nothing else, and is short enough for Xero's ContactNumber."""

import pytest

from services.reconcile.marker import created_for, marker

INSTALLATION, CONTACT = "0a1b2c3d", "0123456789abcdef0123456789abcdef"


@pytest.mark.parametrize("time", [1, 2, 17])
def test_a_marker_names_its_contact_however_often_it_was_created(time: int) -> None:
    number = marker(INSTALLATION, CONTACT, time)
    assert created_for(number, INSTALLATION) == CONTACT
    assert len(number) <= 50


@pytest.mark.parametrize(
    "number",
    [
        "",
        "1234",
        CONTACT,
        f"{INSTALLATION}:",
        f"{INSTALLATION}:{CONTACT} (old)",
        f"{INSTALLATION}:{CONTACT}-",
        f"{INSTALLATION}:{CONTACT}-two",
        f"{INSTALLATION}:{CONTACT[:31]}",
        f" {INSTALLATION}:{CONTACT}",
        f"ffffffff:{CONTACT}",
    ],
)
def test_a_number_that_is_none_of_ours_names_nobody(number: str) -> None:
    assert created_for(number, INSTALLATION) == ""
