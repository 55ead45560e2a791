"""Deliberate bugs in what becomes of contacts when their organisation is disconnected and connected again."""

import pytest

from models.connection import ConnectionRow
from services.records import markers

Patch = pytest.MonkeyPatch


def markers_say_nothing(patch: Patch) -> None:
    """What was created for a contact is a stranger, whatever its number says."""
    patch.setattr(markers, "_for_whom", lambda *_: {})


def never_matched_anew(patch: Patch) -> None:
    """Who was left alone as they were being created stays so."""
    patch.setattr(ConnectionRow, "match_anew", lambda self: None)
