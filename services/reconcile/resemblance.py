"""How much two contacts resemble each other, in words and as a key to filter by: which questions are safe to answer.

This is about two contacts that may or may not be one; a difference is about a field of two that are linked.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from services.reconcile import normalise
from services.reconcile.contact import Contact
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
class Resemblance:
    """`key` is one of EMAILS and one of NAMES, such as email_equal_name_form; `text` says the same in words."""

    key: str
    text: str

    @property
    def safe(self) -> bool:
        """Whether this is of the safest kind: the same billing email, and the same name but for its spelling."""
        return self.key in SAFE_KEYS


SAFE_KEYS = frozenset(f"email_equal_{name}" for name in SAFEST)


def resemblance_between(a: Contact, b: Contact) -> Resemblance:
    """How two contacts resemble each other: "Same billing email; name differs only by company suffix"."""
    return _resemblance(_email(normalise.key(a.email), normalise.key(b.email)), _name(a.name, b.name))


def resemblance_of(a: Traits, b: Traits, parts: Iterable[Part]) -> Resemblance:
    """The same for two contacts whose score has been worked out: `parts` are its parts."""
    label = next((part.label for part in parts if part.about == "name"), "")
    return _resemblance(_email(a.email, b.email), BY_LABEL.get(label, "name_blank"))


def letters(name: str) -> str:
    """What names have in common that differ in nothing but `SAFEST`: the letters of the words that matter, sorted."""
    return "".join(sorted("".join(names.parse(name).main)))


def in_words(key: str) -> str:
    """The words for the key of a resemblance; "" for one that is not known."""
    email = next((one for one in EMAILS if key.startswith(f"{one}_")), "")
    name = NAMES.get(key.removeprefix(f"{email}_"), "")
    return f"{EMAILS[email]}; {name}" if email and name else ""


def _resemblance(email: str, name: str) -> Resemblance:
    return Resemblance(f"{email}_{name}", f"{EMAILS[email]}; {NAMES[name]}")


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
