"""Whether anything has changed since the last look: what an open page asks every few seconds."""

from contextlib import AbstractContextManager

from services.db import Version, database


def version() -> Version:
    """A value that differs after any change, by anybody and from any process, and otherwise stays the same."""
    return database().version()


def one_look() -> AbstractContextManager[None]:
    """For the length of the block this thread sees the data of one moment, and besides only what this process commits.

    Remembered answers count for as long.
    """
    return database().one_look()
