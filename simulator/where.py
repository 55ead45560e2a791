"""The `where` filter of a list: comparisons joined by AND and OR, in the forms Xero documents.

Text is compared without regard to case or accents. A quote inside a value is written twice; anything
else that does not parse is answered with the QueryParseException of the real API.
"""

import operator
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from simulator.contact import Contact, fold

Predicate = Callable[[Contact], bool]
TOKEN = re.compile(
    r"""\s*(?:
        (?P<both>AND\b|&&)
      | (?P<either>OR\b|\|\|)
      | (?P<guid>GUID\s*\(\s*"(?P<id>[0-9a-f-]{36})"\s*\))
      | (?P<date>DateTime\s*\(\s*(?P<parts>\d+(?:\s*,\s*\d+){2,5})\s*\))
      | (?P<call>(?P<of>[A-Za-z]+)(?:\.To(?:Lower|Upper)\(\))?\.(?P<method>Contains|StartsWith|EndsWith))
          \s*\(\s*"(?P<part>(?:[^"\\]|"")*)"\s*\)
      | (?P<op>==|!=|>=|<=|=|>|<)
      | "(?P<text>(?:[^"\\]|"")*)"
      | (?P<word>[A-Za-z]+)(?P<folded>\.To(?:Lower|Upper)\(\))?
      | (?P<open>\()
      | (?P<close>\))
    )""",
    re.VERBOSE | re.IGNORECASE,
)
TEXTS = {
    "contactid": "id", "name": "name", "emailaddress": "email", "accountnumber": "account_number",
    "contactnumber": "number", "contactstatus": "status", "firstname": "first_name", "lastname": "last_name",
    "companynumber": "company_number", "taxnumber": "tax_number",
}  # fmt: skip
FLAGS = {"iscustomer": "is_customer", "issupplier": "is_supplier"}
CHANGED = "updateddateutc"
OPTIMISED = {"name", "emailaddress", "accountnumber", "contactid"}
CALLS: dict[str, Callable[[str, str], bool]] = {
    "contains": lambda value, part: part in value,
    "startswith": str.startswith,
    "endswith": str.endswith,
}
COMPARISONS: dict[str, Callable[[int, int], bool]] = {
    "=": operator.eq, "==": operator.eq, "!=": operator.ne,
    ">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le,
}  # fmt: skip


class BadWhere(Exception):
    """The filter does not parse, or names a field that cannot be filtered by."""


class Filter(NamedTuple):
    """A parsed filter. `fixed` holds the values that text fields must equal, for looking up in an index."""

    accepts: Predicate
    optimised: bool
    fixed: dict[str, str]
    fields: frozenset[str]


def parse(where: str) -> Filter:
    """Understand a filter. Raises: BadWhere."""
    tokens = list(_tokens(where))
    try:
        parsed = _either(tokens)
    except RecursionError:
        raise BadWhere("Expression too deep") from None
    if tokens:
        raise BadWhere("Syntax error")
    return parsed


def _tokens(where: str) -> Iterator[re.Match[str]]:
    at, end = 0, len(where.rstrip())
    while at < end:
        token = TOKEN.match(where, at)
        if token is None:
            raise BadWhere(f"Syntax error (at index {at})")
        yield token
        at = token.end()


def _either(tokens: list[re.Match[str]]) -> Filter:
    """Alternatives; AND binds closer than OR."""
    parts = [_both(tokens)]
    while tokens and tokens[0]["either"]:
        tokens.pop(0)
        parts.append(_both(tokens))
    if len(parts) == 1:
        return parts[0]
    return Filter(lambda contact: any(part.accepts(contact) for part in parts), False, {}, _fields(parts))


def _both(tokens: list[re.Match[str]]) -> Filter:
    parts = [_one(tokens)]
    while tokens and tokens[0]["both"]:
        tokens.pop(0)
        parts.append(_one(tokens))
    fixed = {key: value for part in parts for key, value in part.fixed.items()}
    optimised = all(part.optimised for part in parts)
    return Filter(lambda contact: all(part.accepts(contact) for part in parts), optimised, fixed, _fields(parts))


def _fields(parts: list[Filter]) -> frozenset[str]:
    return frozenset().union(*(part.fields for part in parts))


def _one(tokens: list[re.Match[str]]) -> Filter:
    first = tokens.pop(0) if tokens else None
    if first is None:
        raise BadWhere("Expression expected")
    if first["open"]:
        inside = _either(tokens)
        if not tokens or not tokens.pop(0)["close"]:
            raise BadWhere("')' expected")
        return inside
    if first["call"]:
        return _call(first)
    if not first["word"] or len(tokens) < 2 or not tokens[0]["op"]:
        raise BadWhere("Expression expected")
    return _comparison(first, tokens.pop(0)["op"], tokens.pop(0))


def _comparison(left: re.Match[str], sign: str, value: re.Match[str]) -> Filter:
    field = left["word"].lower()
    if field == CHANGED:
        return _moment(sign, value)
    if field not in FLAGS and field not in TEXTS:
        raise BadWhere(f"No property or field '{left['word']}' exists in type 'Contact'")
    if sign not in ("=", "==", "!="):
        raise BadWhere(f"Operator '{sign}' incompatible with operand types")
    if field in FLAGS:
        return _flag(field, sign != "!=", (value["word"] or "").lower())
    return _text(field, sign != "!=", value, folded=bool(left["folded"]))


def _call(token: re.Match[str]) -> Filter:
    field = token["of"].lower()
    if field not in TEXTS:
        raise BadWhere(f"No property or field '{token['of']}' exists in type 'Contact'")
    attribute, test = TEXTS[field], CALLS[token["method"].lower()]
    part = fold(_unquoted(token["part"]))
    return Filter(lambda contact: test(fold(getattr(contact, attribute)), part), False, {}, frozenset([field]))


def _flag(field: str, equal: bool, word: str) -> Filter:
    if word not in ("true", "false"):
        raise BadWhere("A boolean was expected")
    attribute, wanted = FLAGS[field], (word == "true") == equal
    return Filter(lambda contact: getattr(contact, attribute) is wanted, False, {}, frozenset([field]))


def _moment(sign: str, value: re.Match[str]) -> Filter:
    if not value["date"]:
        raise BadWhere("A DateTime was expected")
    try:
        year, month, day, *time = (int(part) for part in value["parts"].split(","))
        hour, minute, second = [*time, 0, 0, 0][:3]
        moment = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        raise BadWhere("Not a valid DateTime") from None
    ms, compare = int(moment.timestamp() * 1000), COMPARISONS[sign]
    return Filter(lambda contact: compare(contact.updated, ms), False, {}, frozenset([CHANGED]))


def _text(field: str, equal: bool, value: re.Match[str], folded: bool) -> Filter:
    if (value["word"] or "").lower() == "null":
        wanted = ""
    elif value["guid"] or value["text"] is not None:
        wanted = fold(value["id"] or _unquoted(value["text"] or ""))
    else:
        raise BadWhere("A value in double quotes was expected")
    attribute = TEXTS[field]
    return Filter(
        lambda contact: (fold(getattr(contact, attribute)) == wanted) is equal,
        equal and field in OPTIMISED and not folded,
        {attribute: wanted} if equal else {},
        frozenset([field]),
    )


def _unquoted(text: str) -> str:
    return text.replace('""', '"')
