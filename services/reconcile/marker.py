"""Our marker: a contact that we create in Xero carries a number there that names the practice contact it was made for.

It reads `<installation>:<contact>`, counted on from the second time a contact is created (`…-2`), since a number stands
in Xero for ever, archived contacts included.
"""

import re
from collections.abc import Mapping

from services.reconcile.contact import Agreed, Contact, Field, Value
from services.reconcile.normalise import same

MARKER = re.compile(r"(?P<installation>[0-9a-f]{8}):(?P<contact>[0-9a-f]{32})(-[1-9][0-9]*)?")


def marker(installation: str, contact_id: str, time: int = 1) -> str:
    """The number of a contact that is created in Xero for the first time, or the time given."""
    return f"{installation}:{contact_id}" + (f"-{time}" if time > 1 else "")


def created_for(number: str, installation: str) -> str:
    """The practice contact that a number names; "" for one that this installation did not give."""
    found = MARKER.fullmatch(number)
    return found["contact"] if found and found["installation"] == installation else ""


def agreed_on(sent: Mapping[Field, Value], there: Contact) -> dict[Field, Agreed]:
    """What the sides agreed on when the answer to a creation was lost: a field in which Xero says something else has
    changed there since.
    """
    found = {field: there.get(field) for field in sent}
    return {
        field: Agreed(value, found[field] if same(field, value, found[field]) else value)
        for field, value in sent.items()
    }
