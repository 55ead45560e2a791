"""Whether anything has changed since the last look: what an open page asks every few seconds."""

from contextlib import AbstractContextManager

from services.db import Version, database


def version() -> Version:
    """A value that differs after any change, by anybody and from any process, and otherwise stays the same."""
    return database().version()


def one_look() -> AbstractContextManager[None]:
    """For the length of the block this thread sees one moment, apart from its own changes.

    More exactly: answers that are remembered count until this process commits, or the block ends.
    """
    return database().one_look()
