"""Switches for what is not established about the real Xero, or differs between organisations.

Each is off by default. A client that works with each of them on and off need not know the answer.
"""

from dataclasses import dataclass, fields, replace
from typing import Any


class UnknownQuirk(Exception):
    """There is no switch of this name; the text lists the names."""


@dataclass(frozen=True, slots=True)
class Quirks:
    """The switches of one organisation."""

    country_letters: bool = False
    keeps_good: bool = False
    skips_its_second: bool = False
    quiet_merges: bool = False
    offline: bool = False

    def changed(self, **switches: Any) -> "Quirks":
        """The same with some switches set. Raises: UnknownQuirk."""
        unknown = sorted(set(switches) - set(MEANINGS))
        if unknown:
            raise UnknownQuirk(f"Unknown: {', '.join(unknown)}. Known: {', '.join(MEANINGS)}.")
        return replace(self, **{name: bool(value) for name, value in switches.items()})


USUAL = Quirks()
MEANINGS = {
    "country_letters": "a country may have only the letters A to Z and spaces, as the specification says [SPEC]",
    "keeps_good": "a summarised batch that gets a 400 still saves its good elements",
    "skips_its_second": "If-Modified-Since leaves out changes within the second it names",
    "quiet_merges": "merging does not change UpdatedDateUTC",
    "offline": "the organisation is offline: every call to it answers 503 [DOC]",
}
assert tuple(MEANINGS) == tuple(field.name for field in fields(Quirks))
