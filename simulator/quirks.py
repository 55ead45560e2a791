"""What is not established about the real Xero, or differs between organisations, as switches.

Each is off at first. A client that behaves well with each of them on and off need not know the answer.
"""

from dataclasses import dataclass, fields, replace
from typing import Any


class UnknownQuirk(Exception):
    """There is no switch of this name; the text names those there are."""


@dataclass(frozen=True, slots=True)
class Quirks:
    """The switches of one organisation."""

    country_letters: bool = False
    keeps_good: bool = False
    skips_its_second: bool = False
    quiet_merges: bool = False
    offline: bool = False

    def changed(self, **switches: Any) -> "Quirks":
        """With some switches turned. Raises: UnknownQuirk."""
        unknown = sorted(set(switches) - set(MEANINGS))
        if unknown:
            raise UnknownQuirk(f"Unknown: {', '.join(unknown)}. Known: {', '.join(MEANINGS)}.")
        return replace(self, **{name: bool(value) for name, value in switches.items()})


USUAL = Quirks()
MEANINGS = {
    "country_letters": "a country may hold letters A to Z and spaces only, as the specification says [SPEC]",
    "keeps_good": "a summarised 400 has saved the elements that were good",
    "skips_its_second": "If-Modified-Since leaves out changes within the very second it names",
    "quiet_merges": "merging leaves UpdatedDateUTC as it was",
    "offline": "the organisation is offline: every call to it answers 503 [DOC]",
}
assert tuple(MEANINGS) == tuple(field.name for field in fields(Quirks))
