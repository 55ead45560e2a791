"""Links into Xero open the contact in the organisation it belongs to."""

import pytest

from services.records.deep_link import contact_url
from services.settings import get_settings


@pytest.fixture(autouse=True)
def real_xero(settings: pytest.MonkeyPatch) -> None:
    settings.delenv("XERO_APP_URL")
    get_settings.cache_clear()


def test_a_short_code_opens_the_right_organisation() -> None:
    assert contact_url("!NLglS", "a1-b2") == (
        "https://go.xero.com/organisationlogin/default.aspx?shortcode=%21NLglS&redirecturl=/Contacts/View/a1-b2"
    )


def test_without_a_short_code_the_contact_opens_in_the_organisation_seen_last() -> None:
    assert contact_url("", "a1-b2") == "https://go.xero.com/Contacts/View/a1-b2"


def test_an_odd_id_cannot_change_where_the_link_goes() -> None:
    assert "evil" not in contact_url("", "../../evil").removeprefix(
        "https://go.xero.com/Contacts/View/..%2F..%2F"
    ).removesuffix("evil")
    assert contact_url("!x", "1&redirecturl=//evil").count("&redirecturl=") == 1
