"""How a field is to be kept in step, as an admin set it: which ways changes travel, and who wins a difference."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from services.reconcile.contact import Field


class Wins(StrEnum):
    """Who wins when both sides changed a field to different values."""

    ASK = "ask"
    PRACTICE = "practice"
    XERO = "xero"


class Way(StrEnum):
    """Which way changes of a field travel."""

    BOTH = "both"
    TO_XERO = "to_xero"
    TO_PRACTICE = "to_practice"


class Blanks(StrEnum):
    """What becomes of a value that was cleared on one side: cleared on the other too, or kept there."""

    TRAVEL = "travel"
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class Policy:
    """How one field of a link is kept in step; by default changes travel both ways and a person is asked."""

    practice_to_xero: bool = True
    xero_to_practice: bool = True
    wins: Wins = Wins.ASK
    blanks: Blanks = Blanks.TRAVEL


Policies = Mapping[Field, Policy]
"""One policy for each field."""


def policies(stored: Mapping[str, Any], blanks: str = Blanks.TRAVEL, two_way: bool = True) -> dict[Field, Policy]:
    """The policy of each field. `stored` maps field → {"wins": …, "way": …}; what it leaves out has the defaults.

    A link that is not `two_way` takes changes from Xero only.
    """
    return {field: _policy(stored.get(field.value, {}), Blanks(blanks), two_way) for field in Field}


def _policy(stored: Mapping[str, str], blanks: Blanks, two_way: bool) -> Policy:
    way = Way(stored.get("way", Way.BOTH))
    return Policy(
        practice_to_xero=two_way and way is not Way.TO_PRACTICE,
        xero_to_practice=way is not Way.TO_XERO,
        wins=Wins(stored.get("wins", Wins.ASK)),
        blanks=blanks,
    )
