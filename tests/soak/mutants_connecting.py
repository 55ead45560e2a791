"""Deliberate bugs in matching contacts again: after an organisation was reconnected, or when people changed them."""

import pytest

from models.connection import ConnectionRow
from services.records import markers
from services.steps import matching

Patch = pytest.MonkeyPatch


def markers_say_nothing(patch: Patch) -> None:
    """What was created for a contact is treated as a stranger, whatever its marker says."""
    patch.setattr(markers, "_for_whom", lambda *_: {})


def never_looked_at_again(patch: Patch) -> None:
    """If a contact changed between decision and action, nothing is done, and it is not decided on again."""
    patch.setattr(matching, "look_again", lambda *_: None)


def never_matched_anew(patch: Patch) -> None:
    """A contact that was left alone while it was being created is left alone for good."""
    patch.setattr(ConnectionRow, "match_anew", lambda self: None)
