"""Encryption of what must never be readable in the database, such as Xero's tokens and half-finished consents.

Both keys are derived from one setting by HKDF (RFC 5869), each for its own purpose, so that neither
tells anything about the other.
"""

import base64
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from services.errors import SettingsError
from services.settings import get_settings


def seal(text: str) -> str:
    """Encrypt and sign a text; the result is safe to store."""
    return _fernet(_secret()).encrypt(text.encode()).decode()


def open_sealed(sealed: str) -> str:
    """The text that was sealed. Raises: SettingsError when it was sealed under another APP_SECRET_KEY."""
    try:
        return _fernet(_secret()).decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise SettingsError(
            "The setting APP_SECRET_KEY is not the one that encrypted the sign-in at Xero. "
            "Restore it, or connect Xero again."
        ) from None


def cookie_key() -> str:
    """The key that signs sign-in cookies: 64 characters."""
    return _derived(_secret(), "sign-in cookie").hex()


@lru_cache
def _fernet(secret: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(_derived(secret, "sealed text")))


def _derived(secret: str, purpose: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode()).derive(secret.encode())


def _secret() -> str:
    return get_settings().app_secret_key.get_secret_value()
