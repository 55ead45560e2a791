"""The key that signs tokens, and how a JWT is made with it."""

from functools import lru_cache
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from jwt.algorithms import RSAAlgorithm

KEY_ID = "simulator"


@lru_cache(maxsize=1)
def signing_key() -> RSAPrivateKey:
    """One RSA key a process, made when the first token is."""
    return generate_private_key(public_exponent=65537, key_size=2048)


def sign(claims: dict[str, Any]) -> str:
    """An RS256 JWT."""
    return jwt.encode(claims, signing_key(), algorithm="RS256", headers={"kid": KEY_ID})


def jwks() -> dict[str, Any]:
    """The public key set that clients verify an id_token with."""
    public = RSAAlgorithm.to_jwk(signing_key().public_key(), as_dict=True)
    return {"keys": [{**public, "kid": KEY_ID, "use": "sig", "alg": "RS256"}]}
