"""Entries of the activity log, with what was before and after."""

from collections.abc import Mapping
from typing import Any

from pages.components import table
from services.access import SYSTEM
from services.activity import field_label, field_value


def actor(username: str) -> str:
    """Who did something, in words."""
    return "The sync" if username == SYSTEM.username else username


def values(before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """A small table of the values that changed."""
    names = list(dict.fromkeys([*before, *after]))
    rows = [
        {
            "Field": field_label(name),
            "Before": field_value(name, before.get(name)),
            "After": field_value(name, after.get(name)),
        }
        for name in names
    ]
    table.small(rows, "Values before and after")
