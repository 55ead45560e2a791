"""Whether anything has happened since one looked: what an open page asks every few seconds."""

from services.db import database


def version() -> tuple[int, int]:
    """Something that differs after any change, by whomever and from whichever process, and else stays the same."""
    return database().version()
