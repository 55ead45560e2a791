"""How two contacts differ, in words for a person and as a class to filter by: which questions are safe to answer."""

from collections.abc import Iterable
from dataclasses import dataclass

from services.reconcile.contact import Contact
from services.reconcile.normalise import key
from services.reconcile.score import Part, Traits
from services.reconcile.scoring import names
from services.reconcile.scoring.details import a_letter_apart, domain_of
from services.reconcile.scoring.weights import UNKNOWN

EMAILS = {
    "email_equal": "Same billing email",
    "email_blank": "No billing email on one side",
    "email_letter": "Billing email differs by one letter",
    "email_domain": "Same email domain, another mailbox",
    "email_other": "Another billing email",
}
NAMES = {f"name_{kind}": label for kind, label in names.LABELS.items()} | {"name_blank": "no name on one side"}
BY_LABEL = {label: name for name, label in NAMES.items()}
SAFEST = ("name_equal", "name_form", "name_accents", "name_order", "name_spaces")
"""With the same billing email, names that differ in nothing but this are hardly ever two contacts."""


@dataclass(frozen=True, slots=True)
class Difference:
    """`key` is one of EMAILS and one of NAMES, such as email_equal_name_form; `text` says the same in words."""

    key: str
    text: str

    @property
    def safe(self) -> bool:
        """Whether this is of the safest kind: the same billing email, and names that are one but for their spelling."""
        return self.key in SAFE_KEYS


SAFE_KEYS = frozenset(f"email_equal_{name}" for name in SAFEST)


def difference_in_words(a: Contact, b: Contact) -> Difference:
    """How two contacts differ, such as "Same billing email; name differs only by company suffix"."""
    return _difference(_email(key(a.email), key(b.email)), _name(a.name, b.name))


def difference_of(a: Traits, b: Traits, parts: Iterable[Part]) -> Difference:
    """`difference_in_words` for two contacts whose likeness is known already."""
    label = next((part.label for part in parts if part.about == "name"), "")
    return _difference(_email(a.email, b.email), BY_LABEL.get(label, "name_blank"))


def in_words(difference: str) -> str:
    """The words for the key of a difference; "" for one that is not known."""
    email = next((one for one in EMAILS if difference.startswith(f"{one}_")), "")
    name = NAMES.get(difference.removeprefix(f"{email}_"), "")
    return f"{EMAILS[email]}; {name}" if email and name else ""


def _difference(email: str, name: str) -> Difference:
    return Difference(f"{email}_{name}", f"{EMAILS[email]}; {NAMES[name]}")


def _email(a: str, b: str) -> str:
    if not a or not b:
        return "email_blank"
    if a == b:
        return "email_equal"
    if a_letter_apart(a, b):
        return "email_letter"
    return "email_domain" if domain_of(a) and domain_of(a) == domain_of(b) else "email_other"


def _name(a: str, b: str) -> str:
    found = names.compare(names.parse(a), names.parse(b), UNKNOWN)
    return f"name_{found[1]}" if found else "name_blank"
