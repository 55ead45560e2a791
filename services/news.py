"""Whether anything has happened since one looked: what an open page asks every few seconds."""

from contextlib import AbstractContextManager

from services.db import Version, database


def version() -> Version:
    """Something that differs after any change, by whomever and from whichever process, and else stays the same."""
    return database().version()


def one_look() -> AbstractContextManager[None]:
    """For the length of the block all questions of this thread are about the same moment, but for what it does itself.

    More exactly: answers that are remembered count until this process commits, or the block ends.
    """
    return database().one_look()
