"""The signed cookie of a sign-in: whose it is, its id, and until when it lasts.

streamlit-authenticator makes it and hands it to the browser; the id of the sign-in is added on the way.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import streamlit as st
import streamlit_authenticator as stauth

from services import vault
from services.settings import get_settings

NAME = "contact_sync"
SIGNED = "HS256"


@dataclass(frozen=True, slots=True)
class Cookie:
    """What a cookie that is signed by us and not over says. All tabs of its browser share the id `sign_in`."""

    username: str
    sign_in: str
    begun: datetime


def library(given: dict[str, Any], sign_in_key: str) -> stauth.Authenticate:
    """The library over the credentials in `given`; the id of a sign-in it takes from the session by `sign_in_key`."""
    settings = get_settings()
    made = stauth.Authenticate(given, NAME, key(), float(settings.sign_in_days), auto_hash=False, login_sleep_time=0)
    manager = made.cookie_controller.cookie_model.cookie_manager
    set_cookie = manager.set

    def set_safely(name: str, value: str, expires_at: datetime) -> None:
        """Only over https where there is https; with a time zone, or browsers take their own; and with its id."""
        secure = settings.public_url.startswith("https:")
        named = _with_id(value, st.session_state[sign_in_key])
        set_cookie(name, named, expires_at=expires_at.astimezone(UTC), secure=secure, same_site="lax")

    manager.set = set_safely
    return made


def read() -> Cookie | None:
    """The cookie that came with the page, if it is ours and not over."""
    try:
        claims = _claims(st.context.cookies.get(NAME) or "")
        ends = float(claims["exp_date"])
        found = Cookie(str(claims["username"]), str(claims["id"]), _begun(ends))
    except (jwt.PyJWTError, KeyError, ValueError, OverflowError):
        return None
    return found if ends > datetime.now(UTC).timestamp() else None


def key() -> str:
    """The days are part of the key: a cookie tells its age only by its end and the days it was given."""
    return f"{vault.cookie_key()}.{get_settings().sign_in_days}"


def _with_id(token: str, sign_in: str) -> str:
    """The library's own has no place for it."""
    return jwt.encode(_claims(token) | {"id": sign_in}, key(), algorithm=SIGNED)


def _claims(token: str) -> dict[str, Any]:
    claims: dict[str, Any] = jwt.decode(token, key(), algorithms=[SIGNED])
    return claims


def _begun(ends: float) -> datetime:
    """When a cookie was made; the library adds the days to the local clock, across its changes of hour."""
    local = datetime.fromtimestamp(ends) - timedelta(days=get_settings().sign_in_days)  # noqa: DTZ006
    return local.astimezone(UTC)
