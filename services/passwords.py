"""Passwords: the rules for new ones, and bcrypt. Nothing here is ever logged or shown."""

import bcrypt

from services.errors import BadInput, Problem

COST = 12
SHORTEST = 12
LONGEST_BYTES = 72  # bcrypt reads no further
NOBODY_HASH = (bcrypt.gensalt(COST) + b"." * 31).decode()
"""A hash that no password has. It is put together, not computed, since every command imports it and hashing is slow."""


def hashed(password: str) -> str:
    """The bcrypt hash to store. Raises: BadInput when the password breaks a rule."""
    problem = _problem(password)
    if problem:
        raise BadInput([Problem("Password", problem)])
    return bcrypt.hashpw(password.encode(), bcrypt.gensalt(COST)).decode()


def matches(password: str, password_hash: str) -> bool:
    """Whether this is the password of that hash; takes about a third of a second either way."""
    secret = password.encode()
    return bcrypt.checkpw(secret[:LONGEST_BYTES], password_hash.encode()) and len(secret) <= LONGEST_BYTES


def waste_time(password: str) -> None:
    """Take as long as a check does, so that the time of an answer does not tell which usernames exist."""
    matches(password, NOBODY_HASH)


def _problem(password: str) -> str:
    if len(password) < SHORTEST:
        return f"needs at least {SHORTEST} characters"
    if len(password.encode()) > LONGEST_BYTES:
        return f"may have at most {LONGEST_BYTES} bytes; a letter with an accent counts as two"
    if password != password.strip():
        return "must not begin or end with a space"
    return ""
