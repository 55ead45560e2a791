"""Every way a call to Xero can fail, as one of our own errors.

Nothing of the request or the answer is quoted, because the SDK's own texts hold headers, bodies and
query strings; its properties are avoided too, since some raise when a body is not JSON. The one
exception is the wording of Xero's refusals of what was written: they are for the person who must decide, reach
them through `Invalid`, and must not be logged, because they may hold a contact's name.
"""

import http.client
import json
from collections.abc import Iterator, Mapping
from typing import Any

import urllib3.exceptions as wire
from xero_python.exceptions import HTTPStatusException, OpenApiException

from services.errors import (
    Gone,
    Invalid,
    NotAllowed,
    RateLimited,
    SignInNeeded,
    SyncError,
    Unavailable,
    Uncertain,
    Unexplained,
)
from services.gateways.xero.mapping import elements, text

KNOWN = (OpenApiException, wire.HTTPError, wire.HTTPWarning, http.client.HTTPException, OSError, ValueError)
"""What the SDK, urllib3 and the socket below them raise; anything else is our own mistake."""

NEVER_SENT = (wire.ConnectTimeoutError, wire.LocationValueError)
"""Failures before a connection was made: refused, unresolved and timed out ones are kinds of these."""

NOTHING_DONE = {405, 410, 411, 414, 415, 422}
"""Statuses by which a server says that it did not even try; others may come from something on the way that has lost
patience while Xero was writing.
"""

LIMITS = {"day": "day", "concurrent": "concurrent"}
LONGEST_WAIT = 86_400.0
LONGEST_MESSAGE = 500


class TokenRefused(SignInNeeded):
    """Xero refused the access token; a new one may still work."""


def translate(error: Exception, writing: bool) -> SyncError:
    """Our error for one of `KNOWN`. `writing` tells whether the call could have changed something."""
    if isinstance(error, HTTPStatusException) and error.http_resp is not None:
        answer = error.http_resp
        return refusal(answer.status, answer.urllib3_response.headers, answer.data, writing)
    if not writing:
        return Unavailable("Xero could not be reached, or its answer was cut off.")
    if isinstance(_cause(error), NEVER_SENT):
        return Unavailable("Xero could not be reached.")
    return Uncertain("Xero's answer to a write was lost.")


def refusal(status: int, headers: Mapping[str, str], body: bytes, writing: bool) -> SyncError:
    """Our error for an answer that is not a success."""
    if status in (401, 403):
        return _sign_in_refusal(status, headers, body)
    if status == 429:
        problem = headers.get("X-Rate-Limit-Problem", "").lower()
        return RateLimited(LIMITS.get(problem, "minute"), seconds(headers.get("Retry-After")))
    if writing and status in (400, 413):
        why = _reason(_object(body))
        return Invalid(why) if why else Unexplained()
    if writing and status == 404:
        return Gone("The contact is not in Xero any more.")
    if writing and status not in NOTHING_DONE:
        return Uncertain(f"Xero failed during a write (status {status}).")
    return Unavailable(f"Xero cannot answer now (status {status}).", seconds(headers.get("Retry-After")))


def seconds(header: str | None) -> float | None:
    """A Retry-After header as seconds, at most a day; None if it is absent or not a whole number."""
    told = (header or "").strip()
    return min(float(told), LONGEST_WAIT) if told.isascii() and told.isdigit() else None


def messages(element: Any) -> Iterator[str]:
    """All validation messages of one element, those of its phones and addresses included."""
    if isinstance(element, list):
        for part in element:
            yield from messages(part)
    elif isinstance(element, dict):
        yield from (text(problem, "Message") for problem in elements(element, "ValidationErrors"))
        for part in ("Elements", "Phones", "Addresses", "ContactPersons"):
            yield from messages(element.get(part))


def first_messages(element: Any) -> str:
    """The validation messages of an element as one text, without repetitions."""
    return " ".join(filter(None, dict.fromkeys(messages(element))))[:LONGEST_MESSAGE]


def _reason(refused: dict[str, Any]) -> str:
    """Why Xero refused a call: its validation messages, or else what it says of the call; "" if it says nothing."""
    return first_messages(refused) or (text(refused, "Message")[:LONGEST_MESSAGE] if text(refused, "Type") else "")


def _sign_in_refusal(status: int, headers: Mapping[str, str], body: bytes) -> SyncError:
    if "insufficient_scope" in headers.get("WWW-Authenticate", ""):
        return NotAllowed("The sign-in at Xero does not cover this. Connect again and allow all that Xero asks for.")
    if status == 401:
        return TokenRefused("Xero no longer accepts the sign-in. Connect again.")
    if _object(body).get("Detail") == "AuthenticationUnsuccessful":
        return SignInNeeded(
            "The organisation was disconnected in Xero, or the person who connected it has lost access. Connect again."
        )
    return NotAllowed(
        "The person who connected the organisation may not do this in Xero. Somebody who may has to connect it again."
    )


def _cause(error: Exception) -> BaseException:
    """The innermost failure: urllib3 wraps it in its own once retries or a proxy are involved."""
    inner = error.reason if isinstance(error, wire.MaxRetryError) else None
    inner = error.original_error if isinstance(error, wire.ProxyError) else inner
    return _cause(inner) if isinstance(inner, Exception) else error


def _object(body: bytes) -> dict[str, Any]:
    try:
        parsed = json.loads(body or b"{}")
    except ValueError:
        return {}
    return parsed if isinstance(parsed, dict) else {}
