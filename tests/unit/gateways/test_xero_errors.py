"""Every failure of a call to Xero becomes one of our errors, and none of them quotes what was sent."""

import inspect
import json
from typing import Any

import pytest
import urllib3
import urllib3.exceptions as wire
import xero_python.exceptions as sdk
from xero_python.rest import RESTResponse

from services.errors import (
    Gone,
    Invalid,
    NotAllowed,
    RateLimited,
    SignInNeeded,
    SyncError,
    Unavailable,
    Uncertain,
)
from services.gateways.xero.errors import KNOWN, TokenRefused, Unexplained, seconds, translate

SECRET = "Bearer eyJhbGciOi-jane@client.example"


def exceptions_of(module: Any) -> list[type[Exception]]:
    return [found for _, found in inspect.getmembers(module, inspect.isclass) if issubclass(found, Exception)]


def answer(status: int, body: bytes | str = b"", headers: dict[str, str] | None = None) -> RESTResponse:
    raw = body.encode() if isinstance(body, str) else body
    return RESTResponse(urllib3.HTTPResponse(raw, headers={"X-Echo": SECRET, **(headers or {})}, status=status))


def refused(status: int, body: bytes | str = b"", headers: dict[str, str] | None = None) -> Exception:
    kind = sdk.AccountingBadRequestException if status == 400 else sdk.HTTPStatusException
    return kind(http_resp=answer(status, body, headers))


def instance(kind: type[Exception]) -> Exception:
    """Any exception, made without knowing its constructor."""
    if kind is wire.MaxRetryError:
        return wire.MaxRetryError(None, f"/Contacts?{SECRET}", wire.ProtocolError(SECRET))  # type: ignore[arg-type]
    if kind is wire.ProxyError:
        return wire.ProxyError(SECRET, OSError(SECRET))
    if issubclass(kind, sdk.ApiException):
        return kind(http_resp=answer(500, SECRET))
    error = kind.__new__(kind)
    error.args = (SECRET,)
    return error


@pytest.mark.parametrize("kind", [*exceptions_of(wire), *exceptions_of(sdk)], ids=lambda kind: kind.__name__)
def test_each_exception_of_the_sdk_and_of_urllib3_is_mapped(kind: type[Exception]) -> None:
    assert issubclass(kind, KNOWN)
    reading, writing = (translate(instance(kind), writing=writing) for writing in (False, True))
    assert isinstance(reading, Unavailable)
    assert isinstance(writing, Uncertain | Unavailable)
    assert SECRET not in f"{reading}{writing}{reading!r}{writing!r}"


@pytest.mark.parametrize(
    "cause",
    [
        wire.NewConnectionError(None, SECRET),  # type: ignore[arg-type]
        wire.ConnectTimeoutError(SECRET),
        wire.NameResolutionError("api.xero.com", None, OSError(SECRET)),  # type: ignore[arg-type]
        wire.ProxyError(SECRET, wire.ConnectTimeoutError(SECRET)),
    ],
    ids=lambda cause: type(cause).__name__,
)
def test_a_write_over_a_connection_that_was_never_made_took_no_effect(cause: Exception) -> None:
    wrapped = wire.MaxRetryError(None, "/Contacts", cause)  # type: ignore[arg-type]
    assert type(translate(wrapped, writing=True)) is Unavailable


@pytest.mark.parametrize("cause", [wire.ProtocolError(SECRET), wire.SSLError(SECRET), OSError(SECRET)])
def test_a_write_whose_connection_broke_may_have_taken_effect(cause: Exception) -> None:
    assert type(translate(cause, writing=True)) is Uncertain


@pytest.mark.parametrize("status", [500, 501, 502, 503, 504])
def test_a_server_failure_is_uncertain_for_a_write_and_a_pause_for_a_read(status: int) -> None:
    assert type(translate(refused(status, "<html>"), writing=True)) is Uncertain
    read = translate(refused(status, "<html>", {"Retry-After": "30"}), writing=False)
    assert type(read) is Unavailable
    assert read.retry_after == 30.0


@pytest.mark.parametrize("writing", [False, True])
@pytest.mark.parametrize(
    ("problem", "limit"),
    [
        ("minute", "minute"),
        ("Day", "day"),
        ("concurrent", "concurrent"),
        ("appminute", "minute"),
        ("", "minute"),
    ],
)
def test_a_used_up_limit_is_named_and_nothing_took_effect(problem: str, limit: str, writing: bool) -> None:
    headers = {"X-Rate-Limit-Problem": problem, "Retry-After": "26"}
    error = translate(refused(429, b"", headers), writing)
    assert isinstance(error, RateLimited)
    assert (error.limit, error.retry_after) == (limit, 26.0)


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        (None, None), ("", None), ("soon", None), ("-5", None), ("²", None), ("nan", None), ("0", 0.0),
        ("26", 26.0), (" 7 ", 7.0), ("999999999999999999999999", 86_400.0),
        ("Wed, 21 Oct 2026 07:28:00 GMT", None),
    ],
)  # fmt: skip
def test_a_retry_after_header_of_any_kind_gives_a_bearable_wait(header: str | None, wait: float | None) -> None:
    assert seconds(header) == wait


def test_a_refused_token_may_be_replaced() -> None:
    assert type(translate(refused(401, '{"Detail": "TokenExpired"}'), writing=True)) is TokenRefused


@pytest.mark.parametrize("status", [401, 403])
def test_a_missing_scope_is_not_cured_by_signing_in_again(status: int) -> None:
    headers = {"WWW-Authenticate": "Bearer error=insufficient_scope"}
    assert type(translate(refused(status, "", headers), writing=False)) is NotAllowed


def test_a_disconnected_organisation_needs_a_new_sign_in() -> None:
    body = json.dumps({"Type": None, "Title": "Forbidden", "Status": 403, "Detail": "AuthenticationUnsuccessful"})
    assert type(translate(refused(403, body), writing=False)) is SignInNeeded
    assert type(translate(refused(403, "<html>"), writing=False)) is NotAllowed


@pytest.mark.parametrize("status", [400, 413])
@pytest.mark.parametrize("body", ["", "<html>Bad</html>", "[]", '{"Message": "Bad"}', '{"Type": "Odd"}'])
def test_a_refused_write_that_is_not_refused_in_xeros_own_words_is_not_explained(status: int, body: str) -> None:
    assert type(translate(refused(status, body), writing=True)) is Unexplained
    assert type(translate(refused(status, body), writing=False)) is Unavailable


def test_what_xero_says_of_a_whole_call_is_told_if_it_says_nothing_of_its_elements() -> None:
    said = {"ErrorNumber": 17, "Type": "PostDataInvalidException", "Message": "JSON is invalid.", "Elements": []}
    error = translate(refused(400, json.dumps(said)), writing=True)
    assert (type(error), str(error)) == (Invalid, "JSON is invalid.")


def test_the_messages_of_every_element_are_told_not_only_of_the_first() -> None:
    elements = [
        {"ValidationErrors": []},
        {"ValidationErrors": [{"Message": "Email address must be valid."}, {"Message": None}, "odd"]},
        {"Phones": [{"ValidationErrors": [{"Message": "Too long."}, {"Message": "Too long."}]}]},
    ]
    error = translate(refused(400, json.dumps({"Type": "ValidationException", "Elements": elements})), True)
    assert str(error) == "Email address must be valid. Too long."


def test_a_write_to_an_unknown_contact_finds_it_gone() -> None:
    assert type(translate(refused(404, "<html>The resource you're looking for cannot be found</html>"), True)) is Gone


@pytest.mark.parametrize("status", [402, 404, 405, 409, 412, 418])
def test_any_other_answer_to_a_read_is_a_pause(status: int) -> None:
    error = translate(refused(status, SECRET), writing=False)
    assert type(error) is Unavailable
    assert isinstance(error, SyncError)
    assert SECRET not in str(error)
