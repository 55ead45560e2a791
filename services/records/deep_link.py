"""Links that open a contact in Xero itself."""

from urllib.parse import quote

from services.settings import get_settings


def contact_url(short_code: str, xero_id: str) -> str:
    """Where a contact opens in Xero's own screens (developer.xero.com, "Deep linking to Xero").

    With a short code it opens in the right organisation even if the person has several; without one, in
    whichever they looked at last.
    """
    site = get_settings().xero_app_url
    page = f"/Contacts/View/{quote(xero_id, safe='')}"
    if not short_code:
        return f"{site}{page}"
    return f"{site}/organisationlogin/default.aspx?shortcode={quote(short_code, safe='')}&redirecturl={quote(page)}"
