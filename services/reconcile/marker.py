"""Our marker: a contact that we create in Xero carries a number there that names the practice contact it was made for.

It reads `<installation>:<contact>`. When a contact is created again, `-2` and so on follows, because Xero never frees a
number, not even that of an archived contact.
"""

import re
from collections.abc import Mapping

from services.reconcile.contact import Agreed, Contact, Field, Value
from services.reconcile.normalise import same

MARKER = re.compile(r"(?P<installation>[0-9a-f]{8}):(?P<contact>[0-9a-f]{32})(-[1-9][0-9]*)?")


def marker(installation: str, contact_id: str, time: int = 1) -> str:
    """The number for a contact; `time` is 1 when it is created in Xero for the first time, 2 for the second."""
    return f"{installation}:{contact_id}" + (f"-{time}" if time > 1 else "")


def created_for(number: str, installation: str) -> str:
    """The id of the practice contact that a number names; "" if this installation did not give the number."""
    found = MARKER.fullmatch(number)
    return found["contact"] if found and found["installation"] == installation else ""


def agreed_on(sent: Mapping[Field, Value], there: Contact) -> dict[Field, Agreed]:
    """The base of a link whose creation had a lost answer: the values that were sent, so that a field in which Xero
    says something else counts as changed there since. Where only the wording differs, Xero's is kept for its side.
    """
    found = {field: there.get(field) for field in sent}
    return {
        field: Agreed(value, found[field] if same(field, value, found[field]) else value)
        for field, value in sent.items()
    }
