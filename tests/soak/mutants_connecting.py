"""Deliberate bugs in who is matched once more: after an organisation was connected again, or as people changed them."""

import pytest

from models.connection import ConnectionRow
from services.records import markers
from services.steps import matching

Patch = pytest.MonkeyPatch


def markers_say_nothing(patch: Patch) -> None:
    """What was created for a contact is a stranger, whatever its number says."""
    patch.setattr(markers, "_for_whom", lambda *_: {})


def never_looked_at_again(patch: Patch) -> None:
    """Whose ground moved between deciding and acting is not acted on, and not decided about again."""
    patch.setattr(matching, "_look_again", lambda *_: None)


def never_matched_anew(patch: Patch) -> None:
    """Who was left alone as they were being created stays so."""
    patch.setattr(ConnectionRow, "match_anew", lambda self: None)
